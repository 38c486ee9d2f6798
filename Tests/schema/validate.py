#!/usr/bin/env python3
"""Holds a corpus of traces against the schema of the trace format.

    python3 Tests/schema/validate.py Spec/trace.schema.json Traces...

Each folder has a manifest.json (the corpus's README says how it looks). Every line of a well-formed trace must be JSON
and satisfy the schema. In a malformed one, the lines before the line that the manifest names must, too, and that line
must be no JSON, be refused by the schema, or break a rule that concerns more than one line: then and only then the
schema may accept it. Needs the package jsonschema (4 or newer). Exit status 0 if all is as it should be, else 1.
"""

import gzip
import json
import pathlib
import sys
from decimal import Decimal

import jsonschema

DEEPEST = 16


class NotJSON(Exception):
    pass


def members(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJSON("duplicate key")
    return found


def constant(word):
    raise NotJSON(word)


def check_tree(value, depth):
    if isinstance(value, str):
        value.encode()  # refuses lone surrogates
    elif isinstance(value, (dict, list)):
        if depth > DEEPEST:
            raise NotJSON("too deep")
        for item in value:
            check_tree(item, depth + 1)
        for item in value.values() if isinstance(value, dict) else ():
            check_tree(item, depth + 1)


def parse(line):
    """The value of a line of bytes; numbers with a fraction or exponent become Decimals, which are no integers."""
    try:
        if line.startswith(b"\xef\xbb\xbf"):
            raise NotJSON("byte order mark")
        value = json.loads(
            line.decode(), object_pairs_hook=members, parse_constant=constant, parse_float=Decimal
        )
        check_tree(value, 1)
        return value
    except (ValueError, RecursionError) as error:
        raise NotJSON(str(error)) from error


def lines(path):
    """Numbers and bytes of the lines that are not blank."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip(b" \t\r"):
            yield number, line


class Context:
    """The rules that concern more than one line, for lines that satisfy the schema."""

    HEADER = ("complete", "records", "profile", "processes", "tolerates")

    def __init__(self):
        self.header = {}
        self.homes = {}
        self.down = set()

    def breaks(self, line, path, first):
        """Why the line must not stand here; None if it may. Headers of all files come before the events."""
        if "vstrace" in line:
            if not first:
                return "a header that is not first"
            for name in self.HEADER:
                value = line.get(name)
                if value is None:
                    continue
                value = sorted(set(value)) if isinstance(value, list) else value
                if self.header.setdefault(name, value) != value:
                    return f"another {name}"
            return None
        at, event = line["at"], line["event"]
        if event not in ("join", "recover") and event not in self.header.get("records", [event]):
            return "not in records"
        if self.homes.setdefault(at, path) != path:
            return "a second file"
        both = event in ("join", "leave", "crash", "recover", "breakIn")
        layers = [line.get("layer")] if line.get("layer") else ["gcs", "secure"] if both else ["gcs"]
        concerned = {(at, layer) for layer in layers}
        if event == "recover":
            self.down -= concerned
        elif self.down & concerned:
            return "after a crash"
        elif event == "crash":
            self.down |= concerned
        return None


def first_fault(paths, validator):
    """(path, line number, what kind of fault) of the first fault of a trace; None if it is well-formed."""
    context = Context()

    def fault(path, line, first):
        try:
            value = parse(line)
        except NotJSON as error:
            return f"no JSON: {error}"
        error = jsonschema.exceptions.best_match(validator.iter_errors(value))
        if error:
            return f"schema: {error.message}"
        broken = context.breaks(value, path, first)
        return broken and f"context: {broken}"

    for path in paths:
        number, line = next(lines(path), (0, None))
        if line is not None and (b"vstrace" in line or b"\\u" in line):
            why = fault(path, line, True)
            if why:
                return path, number, why
            context.homes.clear()
            context.down.clear()
    for path in paths:
        for index, (number, line) in enumerate(lines(path)):
            why = fault(path, line, index == 0)
            if why:
                return path, number, why
    return None


def main(schema, *folders):
    schema = json.loads(pathlib.Path(schema).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    counts = {"well-formed": 0, "no JSON": 0, "schema": 0, "context": 0}
    wrong = 0
    for folder in map(pathlib.Path, folders):
        entries = json.loads((folder / "manifest.json").read_text())["entries"]
        for entry in entries:
            found = first_fault([folder / file for file in entry["files"]], validator)
            expected = entry.get("malformed")
            place = expected and (folder / expected["file"], expected["line"])
            if (found and found[:2]) != place:
                print(f"{entry['id']}: expected {place}, found {found}")
                wrong += 1
            counts[found[2].split(":")[0] if found else "well-formed"] += 1
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    return 1 if wrong or not all(counts.values()) else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
