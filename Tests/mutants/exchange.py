"""Judges mutants of the exchange: the test of Tests/FaultTolerantExchange that each names must fail."""

import shutil
import subprocess

import schemata
from lists import PACKAGE, stop

ROOM = "Sources/FaultTolerantExchange"
TESTS = "Tests/FaultTolerantExchange"
COPIED = ["Sources/CGMP", "Sources/CyclicGroups", "Sources/GroupCommunication", ROOM, TESTS, "Package.resolved"]
MANIFEST = """// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "mutant",
  dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
  targets: [
    .systemLibrary(name: "CGMP", pkgConfig: "gmp"),
    .target(name: "CyclicGroups", dependencies: ["CGMP"], swiftSettings: settings),
    .target(name: "GroupCommunication", swiftSettings: settings),
    .target(
      name: "FaultTolerantExchange",
      dependencies: ["CyclicGroups", "GroupCommunication", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: settings),
    .testTarget(
      name: "FaultTolerantExchangeTests",
      dependencies: ["FaultTolerantExchange", "CyclicGroups", "GroupCommunication"],
      path: "Tests/FaultTolerantExchange", swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6])
"""


def fault(mutant):
    """What is wrong with the test that it names, or None."""
    tests = "".join(path.read_text() for path in sorted((PACKAGE / TESTS).glob("*.swift")))
    suite, _, test = mutant.test.partition("/")
    if f"struct {suite} " in tests and f"func {test}(" in tests:
        return None
    return f"there is no test {mutant.test}"


class Scratch:
    """A package of the rooms that the exchange needs, and its tests."""

    def __init__(self, folder, mutants):
        self.folder = folder
        for name in COPIED:
            source, target = PACKAGE / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(source, target)
            elif source.exists():
                shutil.copy2(source, target)
        (folder / "Package.swift").write_text(MANIFEST)
        for path, text in schemata.copies(PACKAGE, mutants).items():
            (folder / path).write_text(text)

    def swift(self, *arguments, choice=0):
        return subprocess.run(
            ["swift", *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=schemata.environment(choice))

    def passes(self, test, choice=0):
        done = self.swift("test", "--disable-xctest", "--skip-build", "--filter", test, choice=choice)
        return done.returncode == 0


def run(mutants, scratch):
    build = scratch.swift("build", "--build-tests")
    if build.returncode:
        errors = [line for line in build.stdout.splitlines() if "error:" in line]
        stop("the sources do not build:\n" + ("\n".join(errors[:3]) or build.stdout[-500:]))
    for test in sorted({mutant.test for mutant in mutants}):
        if not scratch.passes(test):
            stop(f"{test} fails without a mutant")
    survivors = 0
    for mutant in mutants:
        survives = scratch.passes(mutant.test, mutant.choice)
        survivors += survives
        print(f"{'SURVIVED' if survives else 'caught  '} {mutant}", flush=True)
    print(f"{len(mutants)} mutants, {len(mutants) - survivors} caught, {survivors} survived")
    return 1 if survivors else 0
