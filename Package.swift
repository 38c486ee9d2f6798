// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// Generic over the cyclic group: fast where they are compiled for the one that is used.
let generic =
  settings + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

let package = Package(
  name: "conclave",
  products: [
    .executable(name: "conclave", targets: ["conclave"]),
    .library(name: "Traces", targets: ["Traces"]),
    .library(name: "TraceChecking", targets: ["TraceChecking"]),
    .library(name: "Exploration", targets: ["Exploration"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "Traces", dependencies: ["CZlib"], swiftSettings: settings),
    // Pages is Spec/Algorithms: what a line says stands in one place.
    .target(name: "PseudoCode", resources: [.embedInCode("Pages")], swiftSettings: settings),
    .target(name: "TraceChecking", dependencies: ["Traces"], swiftSettings: settings),
    .systemLibrary(name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"])]),
    .target(name: "CyclicGroups", dependencies: ["CGMP"], swiftSettings: generic),
    .target(name: "GroupCommunication", swiftSettings: generic),
    .target(
      name: "KeyAgreement", dependencies: ["CyclicGroups", "GroupCommunication"], swiftSettings: generic),
    .target(
      name: "SecureGroup",
      dependencies: [
        "CyclicGroups", "GroupCommunication", "KeyAgreement",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: generic),
    .target(
      name: "FaultTolerantExchange",
      dependencies: [
        "CyclicGroups", "GroupCommunication", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: generic),
    .target(
      name: "Simulation",
      dependencies: [
        "CyclicGroups", "FaultTolerantExchange", "GroupCommunication", "KeyAgreement", "PseudoCode",
        "SecureGroup", "Traces", "TraceChecking",
      ],
      swiftSettings: generic),
    .target(name: "Exploration", swiftSettings: settings),
    .target(
      name: "Models",
      dependencies: [
        "CyclicGroups", "Exploration", "FaultTolerantExchange", "GroupCommunication", "KeyAgreement",
        "SecureGroup", "Traces",
      ],
      swiftSettings: generic),
    .executableTarget(
      name: "conclave",
      dependencies: [
        "CyclicGroups", "Exploration", "FaultTolerantExchange", "GroupCommunication", "KeyAgreement",
        "Models", "PseudoCode", "SecureGroup", "Simulation", "Traces", "TraceChecking",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: generic),
    .testTarget(
      name: "TracesTests", dependencies: ["Traces"], path: "Tests/Traces", swiftSettings: settings),
    .testTarget(
      name: "TraceCheckingTests", dependencies: ["TraceChecking", "Traces"],
      path: "Tests/TraceChecking", swiftSettings: settings),
    .testTarget(
      name: "CyclicGroupsTests", dependencies: ["CGMP", "CyclicGroups"], path: "Tests/CyclicGroups",
      swiftSettings: settings),
    .testTarget(
      name: "GroupCommunicationTests", dependencies: ["GroupCommunication", "Traces", "TraceChecking"],
      path: "Tests/GroupCommunication", swiftSettings: settings),
    .testTarget(
      name: "KeyAgreementTests", dependencies: ["KeyAgreement", "CyclicGroups", "GroupCommunication"],
      path: "Tests/KeyAgreement", swiftSettings: settings),
    .testTarget(
      name: "SecureGroupTests",
      dependencies: [
        "PseudoCode", "SecureGroup", "Simulation", "KeyAgreement", "CyclicGroups", "FaultTolerantExchange",
        "GroupCommunication",
      ],
      path: "Tests/SecureGroup", swiftSettings: settings),
    .testTarget(
      name: "FaultTolerantExchangeTests",
      dependencies: ["FaultTolerantExchange", "CyclicGroups", "GroupCommunication"],
      path: "Tests/FaultTolerantExchange", swiftSettings: settings),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Simulation", "FaultTolerantExchange", "SecureGroup", "KeyAgreement", "CyclicGroups",
        "GroupCommunication", "Traces",
        "TraceChecking",
      ],
      path: "Tests/Simulation", exclude: ["Scenarios"], swiftSettings: settings),
    .testTarget(
      name: "ExplorationTests", dependencies: ["Exploration"], path: "Tests/Exploration",
      swiftSettings: settings),
    .testTarget(
      name: "ModelsTests",
      dependencies: [
        "CyclicGroups", "Exploration", "FaultTolerantExchange", "GroupCommunication", "KeyAgreement",
        "Models",
        "SecureGroup", "Traces", "TraceChecking",
      ],
      path: "Tests/Models",
      swiftSettings: settings),
    .testTarget(
      name: "TLATests",
      dependencies: ["Exploration", "FaultTolerantExchange", "GroupCommunication", "Models", "SecureGroup"],
      path: "Tests/TLA",
      swiftSettings: settings),
    .testTarget(
      name: "ConclaveTests", dependencies: ["conclave", "Traces", "TraceChecking"], path: "Tests/conclave",
      exclude: ["Golden"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
