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
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "Traces", dependencies: ["CZlib"], swiftSettings: settings),
    .target(name: "TraceChecking", dependencies: ["Traces"], swiftSettings: settings),
    .executableTarget(
      name: "conclave",
      dependencies: [
        "Traces", "TraceChecking",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "TracesTests", dependencies: ["Traces"], path: "Tests/Traces", swiftSettings: settings),
    .testTarget(
      name: "TraceCheckingTests", dependencies: ["TraceChecking", "Traces"],
      path: "Tests/TraceChecking", swiftSettings: settings),
    .testTarget(
      name: "ConclaveTests", dependencies: ["conclave", "Traces", "TraceChecking"], path: "Tests/conclave",
      exclude: ["Golden"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
