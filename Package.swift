// swift-tools-version: 6.1
import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

// The layers of docs/ARCHITECTURE.md, lowest first: a target imports what stands in its list and nothing else.
let package = Package(
    name: "zoo",
    products: [
        .library(name: "Zoo", targets: ["Zoo"]),
        .executable(name: "zoo", targets: ["ZooCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .target(name: "CZooSIMD"),
        .target(name: "COpenBLAS", dependencies: ["CZooSIMD"]),
        .target(name: "CZooAssets", exclude: ["imagenet-classes.txt"]),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "ZooHash", dependencies: ["CCrypto"]),
        .target(name: "ZooKernels", dependencies: ["CZooSIMD", "COpenBLAS"]),
        .target(name: "ZooTensor", dependencies: ["ZooKernels"]),
        .target(name: "ZooNN", dependencies: ["ZooTensor"]),
        .target(name: "ZooLearn", dependencies: ["ZooNN"]),
        .target(name: "ZooCollab", dependencies: ["ZooLearn", "ZooKernels"]),
        .target(name: "ZooTabular", dependencies: ["ZooLearn", "ZooKernels"]),
        .target(name: "ZooText", dependencies: ["ZooLearn", "ZooKernels"]),
        .target(name: "ZooVision", dependencies: ["ZooLearn", "ZooKernels", "CJPEG", "CPNG"]),
        .target(name: "ZooEmbeddings", dependencies: ["ZooTensor", "ZooKernels"]),
        .target(name: "ZooWeights", dependencies: ["ZooTensor", "ZooHash", "CHDF5"]),
        .target(name: "ZooQueries", dependencies: ["CZooAssets"]),
        .target(name: "ZooData", dependencies: ["ZooQueries", "ZooHash", grdb]),
        .target(name: "ZooPlots"),
        .target(
            name: "ZooWorkflows",
            dependencies: [
                "ZooCollab", "ZooTabular", "ZooText", "ZooVision", "ZooEmbeddings", "ZooWeights", "ZooData", "ZooPlots",
                "ZooQueries",
                "ZooKernels",
            ]),
        .target(name: "Zoo", dependencies: ["ZooWorkflows"]),
        .executableTarget(name: "ZooCLI", dependencies: ["ZooWorkflows", argumentParser]),
        .target(name: "ZooTesting", dependencies: ["ZooTensor", "ZooLearn"]),
        .testTarget(name: "ZooHashTests", dependencies: ["ZooHash"]),
        .testTarget(name: "ZooKernelsTests", dependencies: ["ZooKernels", "ZooTesting"]),
        .testTarget(name: "ZooTensorTests", dependencies: ["ZooTensor", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(name: "ZooNNTests", dependencies: ["ZooNN", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(name: "ZooLearnTests", dependencies: ["ZooLearn", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(name: "ZooCollabTests", dependencies: ["ZooCollab", "ZooTesting"]),
        .testTarget(name: "ZooTabularTests", dependencies: ["ZooTabular", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(name: "ZooTextTests", dependencies: ["ZooText", "ZooTesting"]),
        .testTarget(name: "ZooVisionTests", dependencies: ["ZooVision", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(name: "ZooEmbeddingsTests", dependencies: ["ZooEmbeddings", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(name: "ZooWeightsTests", dependencies: ["ZooWeights", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(name: "ZooQueriesTests", dependencies: ["ZooQueries", "ZooTesting"]),
        .testTarget(name: "ZooDataTests", dependencies: ["ZooData", "ZooTesting"]),
        .testTarget(name: "ZooPlotsTests", dependencies: ["ZooPlots", "ZooTesting"]),
        .testTarget(
            name: "ZooWorkflowsTests", dependencies: ["ZooWorkflows", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(
            name: "ZooCLITests", dependencies: ["ZooCLI", "ZooWorkflows", "ZooTesting", grdb], exclude: ["Snapshots"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)
