"""Judges mutants of the machines by random schedules: `conclave simulate --seeds` must name the mutant's property.

`Robust` are the runs of the robust algorithms, `Consensus` those of consensus.
"""

import itertools
import json
import re
import resource
import subprocess
import time

import schemata
from lists import PACKAGE, stop

# Seconds of a processor for each.
TIME_LIMIT = 150


class Robust:
    """Every algorithm with every key agreement."""

    axes = [["basic", "optimized"], ["gdh", "ckd"]]
    # As many at a time, until the property is named. Small groups meet what is rare, sooner.
    rounds = [
        (1, 40, ["--members", "4", "--events", "30"]), (41, 240, ["--members", "4", "--events", "30"]),
        (1, 500, ["--members", "3", "--events", "15"]), (241, 1200, ["--members", "5", "--events", "40"]),
    ]

    @staticmethod
    def options(kind):
        return ["--algorithm", kind[0], "--agreement", kind[1]]


class Consensus:
    """Every consensus. Where servers vote the votes alone come last: among many runs they meet what is rare."""

    axes = [["coin", "no-dealer", "failure-detector"]]
    rounds = [
        (1, 200, ["--protocol", "consensus", "--servers", "3", "--crashes", "1"]),
        (1, 400, ["--protocol", "consensus", "--servers", "5", "--crashes", "1"]),
        (1, 20000, ["--protocol", "binary-consensus", "--servers", "3", "--crashes", "1"]),
        (1, 10000, ["--protocol", "binary-consensus", "--servers", "5", "--crashes", "2"]),
    ]

    @staticmethod
    def options(kind):
        return ["--consensus", kind[0]]


def kinds(mutant, runs):
    """What it is meant for, of each axis."""
    words = getattr(mutant, "kinds", "").split()
    return list(itertools.product(*([word for word in axis if word in words] or axis for axis in runs.axes)))


def attacked(mutant):
    """Forgeries come from an adversary."""
    return ["--adversary"] if mutant.test == "forgery" else []


def fault(mutant, runs):
    """What is wrong with the property, or with those that it is meant for; or None."""
    unknown = set(getattr(mutant, "kinds", "").split()) - {word for axis in runs.axes for word in axis}
    if unknown:
        return f"what is {' '.join(sorted(unknown))}?"
    if mutant.test in ("termination", "secrecy", "forgery") or mutant.test.startswith("not-possible: "):
        return None
    properties = re.findall(r'= "([a-z-]+)"', (PACKAGE / "Sources/TraceChecking/Property.swift").read_text())
    name = re.fullmatch(r"(?:gcs|secure)/([a-z-]+)(?:\.[abc])?", mutant.test)
    return None if name and name[1] in properties else f"there is no property {mutant.test}"


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT, TIME_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def broken(conclave, choice, first, last, options):
    """What these runs of a mutant break, and in how many; None where they crash or do not end."""
    done = subprocess.run(
        [conclave, "simulate", "--quiet", "--seeds", f"{first}...{last}", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limits, env=schemata.environment(choice))
    if done.returncode not in (0, 1):
        return None
    return dict(re.findall(r"^  (.+): (\d+) runs$", done.stdout, re.MULTILINE))


def check(conclave):
    """Stops unless the build with all mutants and none chosen writes the same traces as the package's own did."""
    for trace in sorted((PACKAGE / "Traces/errata").glob("*.jsonl")):
        with trace.open() as lines:
            options = json.loads(lines.readline())["note"]
        done = subprocess.run(
            [conclave, "simulate", "--quiet", *options.split()], capture_output=True, env=schemata.environment())
        if done.stdout != trace.read_bytes():
            stop(f"with no mutant chosen simulate {options} does not write {trace.name}")


def judge(conclave, mutant, runs):
    """Whether it is caught everywhere, and a line for each kind."""
    caught, lines = True, []
    for kind in kinds(mutant, runs):
        others = {}
        for first, last, options in runs.rounds:
            options = runs.options(kind) + options
            found = broken(conclave, mutant.choice, first, last, options + attacked(mutant))
            if found is None:
                outcome = f"crashes, or does not end, in {first}...{last} {' '.join(options)}"
                break
            if mutant.test in found:
                outcome = f"caught in {found[mutant.test]} of {last - first + 1} runs"
                break
            others.update(found)
        else:
            outcome = "SURVIVES"
        if not outcome.startswith("caught"):
            caught = False
            outcome += f" (there is {', '.join(sorted(others)) or 'nothing broken'})"
        lines.append(f"{' '.join(kind)}: {outcome}")
    return caught, lines


def run(mutants, runs, scratch, verbose):
    conclave, errors = scratch.build("release")
    if conclave is None:
        stop(f"the sources do not build:\n{errors}")
    start = time.time()
    check(conclave)
    for kind in itertools.product(*runs.axes):
        first, last, options = runs.rounds[0]
        found = broken(conclave, 0, first, last, runs.options(kind) + options)
        if found != {}:
            stop(f"the machines as they are break something: {' '.join(kind)}: {found}")
    survivors = []
    for mutant in mutants:
        caught, lines = judge(conclave, mutant, runs)
        if not caught:
            survivors.append(mutant)
        print(f"{mutant}\n    {mutant.test}: {'caught' if caught else 'NOT CAUGHT'}", flush=True)
        if verbose or not caught:
            print("".join(f"      {line}\n" for line in lines), end="", flush=True)
    if survivors:
        print("\nThese are not caught by what they name:")
        for mutant in survivors:
            print(f"  {mutant}")
    print(
        f"\n{len(mutants)} mutants, {len(mutants) - len(survivors)} caught, {len(survivors)} not"
        f" ({time.time() - start:.0f} s)")
    return 1 if survivors else 0
