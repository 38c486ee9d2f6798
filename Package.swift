// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "conclave",
  products: [
    .executable(name: "conclave", targets: ["conclave"]),
    .library(name: "Traces", targets: ["Traces"]),
    .library(name: "TraceChecking", targets: ["TraceChecking"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "Traces", dependencies: ["CZlib"], swiftSettings: settings),
    .target(name: "TraceChecking", dependencies: ["Traces"], swiftSettings: settings),
    .systemLibrary(name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"])]),
    .target(name: "CyclicGroups", dependencies: ["CGMP"], swiftSettings: settings),
    .target(name: "GroupCommunication", swiftSettings: settings),
    .target(
      name: "KeyAgreement", dependencies: ["CyclicGroups", "GroupCommunication"], swiftSettings: settings),
    .target(
      name: "SecureGroup",
      dependencies: [
        "CyclicGroups", "GroupCommunication", "KeyAgreement",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "Simulation",
      dependencies: [
        "CyclicGroups", "GroupCommunication", "KeyAgreement", "SecureGroup", "Traces", "TraceChecking",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "conclave",
      dependencies: [
        "CyclicGroups", "GroupCommunication", "KeyAgreement", "SecureGroup", "Simulation", "Traces",
        "TraceChecking",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
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
      dependencies: ["SecureGroup", "Simulation", "KeyAgreement", "CyclicGroups", "GroupCommunication"],
      path: "Tests/SecureGroup", swiftSettings: settings),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Simulation", "SecureGroup", "KeyAgreement", "CyclicGroups", "GroupCommunication", "Traces",
        "TraceChecking",
      ],
      path: "Tests/Simulation", exclude: ["Scenarios"], swiftSettings: settings),
    .testTarget(
      name: "ConclaveTests", dependencies: ["conclave", "Traces", "TraceChecking"], path: "Tests/conclave",
      exclude: ["Golden"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
