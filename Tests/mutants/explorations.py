"""Judges mutants of the machines by explorations: `conclave explore robust` must find that a claim does not hold."""

import json
import resource
import subprocess
import time

import schedules
import schemata
from lists import stop

# Seconds of a processor for each mutant, algorithm and key agreement, all explorations together.
TIME_LIMIT = 60
# Bytes of the visited states.
MEMORY_LIMIT = "4"
# Processes, budget of the adversary, messages: one after the other, until a claim is broken.
BOUNDS = [
    (2, 0, "0"), (2, 1, "0"), (2, 1, "1"), (3, 0, "0"), (2, 2, "0"), (3, 1, "0"), (2, 2, "agreed"), (2, 2, "1"),
    (2, 3, "0"), (3, 1, "agreed"),
]
# What the model leaves out: it has messages, not their bytes.
OUTSIDE = ["SecureGroup/SecureMember.swift", "SecureGroup/Sealing/", "SecureGroup/Signing/"]


def has(mutant):
    """Whether the model has what it changes."""
    return not any(mutant.file.startswith(path) for path in OUTSIDE)


def explore(conclave, choice, kind, bounds, seconds):
    """The claims that do not hold, the seconds it took, and how it ended."""
    processes, budget, messages = bounds
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    def limits():
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    done = subprocess.run(
        [conclave, "explore", "robust", "--algorithm", kind[0], "--agreement", kind[1], "--processes", str(processes),
         "--budget", str(budget), "--messages", messages, "--first", "--workers", "1", "--memory", MEMORY_LIMIT,
         "--format", "json", "--progress", "never"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limits, env=schemata.environment(choice))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode not in (0, 1, 2):
        return [], used, "out of time" if used >= int(seconds) else "crashes"
    report = json.loads(done.stdout)
    return [row["name"] for row in report["properties"] if row["verdict"] == "violated"], used, report["end"]


def judge(conclave, choice, kind):
    """The claims that do not hold, and in words where; or how the explorations ended."""
    used, ends = 0, []
    for bounds in BOUNDS:
        if used >= TIME_LIMIT:
            break
        claims, seconds, end = explore(conclave, choice, kind, bounds, TIME_LIMIT - used)
        used += seconds
        where = f"{bounds[0]} processes, budget {bounds[1]}, messages {bounds[2]}"
        if claims:
            return claims, f"{where}, {used:.1f} s"
        if end != "exhausted":
            ends.append(f"{where}: {end}")
    return [], ", ".join(ends) or "all bounds exhausted"


def run(mutants, scratch):
    conclave, errors = scratch.build("release")
    if conclave is None:
        stop(f"the sources do not build:\n{errors}")
    start = time.time()
    schedules.check(conclave)
    first = BOUNDS[1]
    for kind in schedules.kinds(None, schedules.Robust):
        claims, _, end = explore(conclave, 0, kind, first, TIME_LIMIT)
        if claims or end != "exhausted":
            stop(f"the machines as they are: {' '.join(kind)}: {end}: {', '.join(claims)}")
    survivors = []
    for mutant in mutants:
        print(mutant, flush=True)
        for kind in schedules.kinds(mutant, schedules.Robust):
            claims, where = judge(conclave, mutant.choice, kind)
            if not claims:
                survivors.append((mutant, kind))
            print(f"    {' '.join(kind)}: {'; '.join(claims) or 'SURVIVES'} ({where})", flush=True)
    if survivors:
        print("\nThese survive:")
        for mutant, kind in survivors:
            print(f"  {mutant} ({' '.join(kind)})")
    surviving = len({mutant for mutant, _ in survivors})
    print(
        f"\n{len(mutants)} mutants, {len(mutants) - surviving} caught, {surviving} not, or not everywhere"
        f" ({time.time() - start:.0f} s)")
    return 1 if survivors else 0
