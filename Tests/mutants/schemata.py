"""Many mutants in one build: every function that has mutants stands there once for each of them, and an environment
variable says which one runs.
"""

import os
import re

VARIABLE = "CONCLAVE_MUTANT"
# In a file of its own in every room that has mutants.
CHOSEN = f"""import Foundation

let chosenMutant = Int(ProcessInfo.processInfo.environment["{VARIABLE}"] ?? "") ?? 0
"""
DECLARATION = re.compile(r"^ *(?:[a-z]+(?:\(set\))? )*(?:func |init\(|init<|var \w+: [^={\n]*\{)", re.MULTILINE)
UNREAD = re.compile(r'//[^\n]*|"(?:\\.|[^"\\\n])*"')


def environment(choice=0):
    return {**os.environ, "SWIFT_BACKTRACE": "enable=no", VARIABLE: str(choice)}


def matching(text, start, opening, closing):
    """Where the bracket that opens at `start` is closed."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == opening) - (text[place] == closing)
        if depth == 0:
            return place
    raise ValueError(f"nothing closes {opening}")


def body(text, first, last):
    """Where the text between the braces of the outermost function around a place begins and ends."""
    code = UNREAD.sub(lambda match: " " * len(match[0]), text)
    for declaration in DECLARATION.finditer(code):
        place = declaration.end() - 1
        while code[place] != "{":
            place = matching(code, place, "(", ")") + 1 if code[place] == "(" else place + 1
        end = matching(code, place, "{", "}")
        if place < first and last <= end:
            return place + 1, end
    raise ValueError("no function has it")


def place(text, mutant):
    """The body that a mutant changes."""
    first = text.index(mutant.original)
    return body(text, first, first + len(mutant.original))


def fault(package, mutant):
    """Why it cannot be put into the build of all, or None."""
    try:
        place((package / mutant.path).read_text(), mutant)
    except ValueError as error:
        return str(error)
    return None


def together(text, mutants):
    """The text of a file with all of its mutants."""
    bodies = {}
    for mutant in mutants:
        bodies.setdefault(place(text, mutant), []).append(mutant)
    for (start, end), some in sorted(bodies.items(), reverse=True):
        original = text[start:end]
        branches = "".join(
            f" if chosenMutant == {mutant.choice} {{{mutant.applied(original)}\n}} else" for mutant in some)
        text = f"{text[:start]}\n{branches} {{{original}\n}}\n{text[end:]}"
    return text


def copies(package, mutants):
    """The files with all these mutants, by path; each of them gets its number to choose it by."""
    files = {}
    for choice, mutant in enumerate(mutants, 1):
        mutant.choice = choice
        files.setdefault(mutant.path, []).append(mutant)
    rooms = {"/".join(path.split("/")[:2]) for path in files}
    return {
        **{path: together((package / path).read_text(), some) for path, some in files.items()},
        **{f"{room}/ChosenMutant.swift": CHOSEN for room in rooms},
    }
