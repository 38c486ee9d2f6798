"""The lists of mutants: one-line changes to the sources, each with what must catch it."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent


def stop(message):
    print(f"Tests/mutants/run: {message}", file=sys.stderr)
    sys.exit(2)


class Mutants:
    """A list of mutants of the sources in one folder."""

    def __init__(self, name, folder, has_kinds=False):
        self.name = name
        self.folder = folder
        self.has_kinds = has_kinds

    def read(self):
        lines = [line for line in (HERE / self.name).read_text().splitlines() if not line.startswith("#")]
        blocks = [block.splitlines() for block in "\n".join(lines).split("\n\n") if block.strip()]
        return [Mutant(self, number, [line for line in block if line]) for number, block in enumerate(blocks, 1)]


class Mutant:
    def __init__(self, mutants, number, block):
        fields = {"- ": "original", "+ ": "replacement", "breaks: ": "breaks", "test: ": "test"}
        known = {**fields, "in: ": "kinds"} if mutants.has_kinds else fields
        self.number = number
        self.path = f"{mutants.folder}/{block[0]}"
        self.file = block[0]
        for line in block[1:]:
            key = next((key for key in known if line.startswith(key)), None)
            if key is None or hasattr(self, known[key]):
                stop(f"{mutants.name}: mutant {number}: what is {line!r}?")
            setattr(self, known[key], line[len(key):].replace("\\n", "\n"))
        for field in fields.values():
            if not hasattr(self, field):
                stop(f"{mutants.name}: mutant {number} has no {field}")

    def __str__(self):
        return f"{self.number:3} {self.file}: {self.breaks}"

    def applied(self, text):
        return text.replace(self.original, self.replacement, 1)

    def fault(self):
        path = PACKAGE / self.path
        if not path.is_file():
            return "there is no such file"
        count = path.read_text().count(self.original)
        if count != 1:
            return f"its text stands there {count} times, not once: {self.original!r}"
        if self.original == self.replacement:
            return "it changes nothing"
        return None


def numbers(words):
    """Of 3,5,10-20."""
    numbers = set()
    for word in words.split(","):
        first, _, last = word.partition("-")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers
