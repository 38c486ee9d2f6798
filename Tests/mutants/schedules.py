"""Judges mutants of the machines by random schedules: `conclave simulate --seeds` must name the mutant's property."""

import itertools
import os
import re
import resource
import subprocess
import time

ALGORITHMS = ["basic", "optimized"]
AGREEMENTS = ["gdh", "ckd"]
# As many at a time, until the property is named. Small groups meet what is rare, sooner.
ROUNDS = [
    (1, 40, ["--members", "4", "--events", "30"]), (41, 240, ["--members", "4", "--events", "30"]),
    (1, 500, ["--members", "3", "--events", "15"]), (241, 1200, ["--members", "5", "--events", "40"]),
]
# Seconds of a processor for each.
TIME_LIMIT = 150


def kinds(mutant):
    """The pairs of algorithm and key agreement that it is meant for."""
    words = getattr(mutant, "kinds", "").split()
    algorithms = [word for word in ALGORITHMS if word in words] or ALGORITHMS
    agreements = [word for word in AGREEMENTS if word in words] or AGREEMENTS
    return list(itertools.product(algorithms, agreements))


def attacked(mutant):
    """Forgeries come from an adversary."""
    return ["--adversary"] if mutant.test == "forgery" else []


def fault(mutant, package):
    """What is wrong with the property, or with those that it is meant for; or None."""
    unknown = set(getattr(mutant, "kinds", "").split()) - set(ALGORITHMS) - set(AGREEMENTS)
    if unknown:
        return f"what is {' '.join(sorted(unknown))}?"
    if mutant.test in ("termination", "secrecy", "forgery") or mutant.test.startswith("not-possible: "):
        return None
    properties = re.findall(r'= "([a-z-]+)"', (package / "Sources/TraceChecking/Property.swift").read_text())
    name = re.fullmatch(r"(?:gcs|secure)/([a-z-]+)(?:\.[abc])?", mutant.test)
    return None if name and name[1] in properties else f"there is no property {mutant.test}"


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT, TIME_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def broken(conclave, algorithm, agreement, first, last, options):
    """What these runs break, and in how many; None where they crash or do not end."""
    done = subprocess.run(
        [conclave, "simulate", "--quiet", "--seeds", f"{first}...{last}", "--algorithm", algorithm,
         "--agreement", agreement, *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limits,
        env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
    if done.returncode not in (0, 1):
        return None
    return dict(re.findall(r"^  (.+): (\d+) runs$", done.stdout, re.MULTILINE))


def judge(conclave, mutant):
    """Whether it is caught everywhere, and a line for each kind."""
    caught, lines = True, []
    for algorithm, agreement in kinds(mutant):
        others = {}
        for first, last, options in ROUNDS:
            found = broken(conclave, algorithm, agreement, first, last, options + attacked(mutant))
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
        lines.append(f"{algorithm} {agreement}: {outcome}")
    return caught, lines


def run(mutants, scratch, verbose, stop):
    start = time.time()
    conclave, errors = scratch.build("release")
    if conclave is None:
        stop(f"the sources do not build:\n{errors}")
    for algorithm, agreement in itertools.product(ALGORITHMS, AGREEMENTS):
        found = broken(conclave, algorithm, agreement, *ROUNDS[0])
        if found != {}:
            stop(f"the machines as they are break something: {algorithm} {agreement}: {found}")
    survivors, failures = [], []
    for mutant in mutants:
        path = scratch.folder / mutant.path
        original = path.read_text()
        path.write_text(mutant.applied(original))
        try:
            conclave, errors = scratch.build("release")
            if conclave is None:
                failures.append(mutant)
                print(f"{mutant}\n    does not build: {errors}", flush=True)
                continue
            caught, lines = judge(conclave, mutant)
        finally:
            path.write_text(original)
        if not caught:
            survivors.append(mutant)
        print(f"{mutant}\n    {mutant.test}: {'caught' if caught else 'NOT CAUGHT'}", flush=True)
        if verbose or not caught:
            print("".join(f"      {line}\n" for line in lines), end="", flush=True)
    for title, some in [("are not caught by what they name", survivors), ("do not build", failures)]:
        if some:
            print(f"\nThese {title}:")
            for mutant in some:
                print(f"  {mutant}")
    print(
        f"\n{len(mutants)} mutants, {len(mutants) - len(survivors) - len(failures)} caught, {len(survivors)} not"
        + (f", {len(failures)} did not build" if failures else "") + f" ({time.time() - start:.0f} s)")
    return 1 if survivors or failures else 0
