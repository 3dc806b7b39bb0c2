// swift-tools-version: 6.1
import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let flyingSocks = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
// The shared library, for what is no program of this package: Debian's archive is compiled for programs.
let hdf5 = LinkerSetting.linkedLibrary("hdf5_serial")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

// The layers of docs/ARCHITECTURE.md, lowest first: a target imports what stands in its list and nothing else, which
// `.ci/run` checks with --explicit-target-dependency-import-check.
let package = Package(
    name: "zoo",
    products: [
        .library(name: "Zoo", targets: ["Zoo"]),
        .executable(name: "zoo", targets: ["ZooProgram"]),
        .library(name: "zoo_sqlite", type: .dynamic, targets: ["ZooSQLite"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        .target(name: "CZooSIMD"),
        .target(name: "COpenBLAS", dependencies: ["CZooSIMD"]),
        .target(name: "CZooAssets", exclude: ["imagenet-classes.txt", "map-page.html"]),
        .systemLibrary(name: "CHDF5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CImageCodecs"),
        .target(name: "CSQLiteExtension"),
        .target(name: "ZooHash", dependencies: ["CCrypto"]),
        .target(name: "ZooRecords"),
        .target(name: "ZooKernels", dependencies: ["CZooSIMD", "COpenBLAS"]),
        .target(name: "ZooTensor", dependencies: ["ZooKernels"]),
        .target(name: "ZooNN", dependencies: ["ZooKernels", "ZooTensor"]),
        .target(name: "ZooLearn", dependencies: ["ZooKernels", "ZooTensor", "ZooNN"]),
        .target(name: "ZooCollab", dependencies: ["ZooRecords", "ZooKernels", "ZooTensor", "ZooNN", "ZooLearn"]),
        .target(name: "ZooTabular", dependencies: ["ZooRecords", "ZooKernels", "ZooTensor", "ZooNN", "ZooLearn"]),
        .target(name: "ZooText", dependencies: ["ZooKernels", "ZooTensor", "ZooNN", "ZooLearn"]),
        .target(
            name: "ZooVision",
            dependencies: ["CJPEG", "CPNG", "CImageCodecs", "ZooKernels", "ZooTensor", "ZooNN", "ZooLearn"]),
        .target(name: "ZooEmbeddings", dependencies: ["ZooKernels", "ZooNN"]),
        .target(name: "ZooWeights", dependencies: ["CHDF5", "ZooHash"]),
        .target(name: "ZooQueries", dependencies: ["CZooAssets"]),
        .target(name: "ZooData", dependencies: ["ZooHash", "ZooRecords", "ZooEmbeddings", grdb]),
        .target(name: "ZooPlots"),
        .target(
            name: "ZooWorkflows",
            dependencies: [
                "ZooRecords", "ZooKernels", "ZooTensor", "ZooNN", "ZooLearn", "ZooCollab", "ZooTabular", "ZooText",
                "ZooVision", "ZooEmbeddings", "ZooWeights", "ZooQueries", "ZooData", "ZooPlots",
            ]),
        .target(
            name: "Zoo",
            dependencies: [
                "ZooRecords", "ZooKernels", "ZooTensor", "ZooNN", "ZooLearn", "ZooCollab", "ZooTabular", "ZooText",
                "ZooVision", "ZooEmbeddings", "ZooWeights", "ZooData", "ZooPlots", "ZooWorkflows",
            ],
            linkerSettings: [hdf5]),
        .target(
            name: "ZooServe",
            dependencies: ["ZooEmbeddings", "ZooWeights", "ZooData", "ZooPlots", "ZooWorkflows", flyingSocks]),
        .target(
            name: "ZooCLI",
            dependencies: [
                "ZooRecords", "ZooKernels", "ZooNN", "ZooLearn", "ZooCollab", "ZooTabular", "ZooText", "ZooVision",
                "ZooEmbeddings", "ZooWeights", "ZooQueries", "ZooData", "ZooPlots", "ZooWorkflows", "ZooServe",
                argumentParser,
            ]),
        .executableTarget(
            name: "ZooProgram", dependencies: ["ZooCLI"],
            // HDF5 and Swift's run-time libraries become a part of the program (docs/adr/0032): that starts in half the time.
            linkerSettings: [
                // Nothing loads the program as a library: its 25,000 symbols need no table that is read at every start.
                .unsafeFlags(["-static-stdlib", "-use-ld=lld", "-Xlinker", "--no-export-dynamic"]),
                .linkedLibrary(":libhdf5_serial.a"),
                .linkedLibrary("sz"),
                .linkedLibrary("FoundationInternationalization"), .linkedLibrary("CoreFoundation"),
                .linkedLibrary("_FoundationCShims"), .linkedLibrary("_FoundationCollections"),
                .linkedLibrary("_FoundationICU"),
            ]),
        .target(
            name: "ZooSQLite",
            dependencies: [
                "CSQLiteExtension", "ZooCollab", "ZooTabular", "ZooEmbeddings", "ZooWeights", "ZooQueries", "ZooData",
                "ZooWorkflows",
            ],
            linkerSettings: [hdf5]),
        .target(name: "ZooTesting", dependencies: ["ZooTensor"]),
        .testTarget(name: "ZooHashTests", dependencies: ["ZooHash"]),
        .testTarget(name: "ZooRecordsTests", dependencies: ["ZooRecords"]),
        .testTarget(name: "ZooKernelsTests", dependencies: ["ZooKernels"]),
        .testTarget(
            name: "ZooTensorTests", dependencies: ["ZooKernels", "ZooTensor", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(
            name: "ZooNNTests", dependencies: ["ZooKernels", "ZooTensor", "ZooNN", "ZooTesting"], exclude: ["Goldens"]),
        .testTarget(
            name: "ZooLearnTests", dependencies: ["ZooKernels", "ZooTensor", "ZooNN", "ZooLearn"], exclude: ["Goldens"]),
        .testTarget(
            name: "ZooCollabTests",
            dependencies: ["ZooRecords", "ZooKernels", "ZooTensor", "ZooNN", "ZooLearn", "ZooCollab"]),
        .testTarget(
            name: "ZooTabularTests",
            dependencies: [
                "ZooRecords", "ZooKernels", "ZooTensor", "ZooNN", "ZooLearn", "ZooTabular", "ZooTesting",
            ],
            exclude: ["Goldens"]),
        .testTarget(name: "ZooTextTests", dependencies: ["ZooKernels", "ZooTensor", "ZooNN", "ZooLearn", "ZooText"]),
        .testTarget(
            name: "ZooVisionTests",
            dependencies: ["ZooKernels", "ZooTensor", "ZooNN", "ZooLearn", "ZooVision", "ZooTesting"],
            exclude: ["Goldens"]),
        .testTarget(name: "ZooEmbeddingsTests", dependencies: ["ZooKernels", "ZooEmbeddings"], exclude: ["Goldens"]),
        .testTarget(name: "ZooWeightsTests", dependencies: ["ZooWeights"], exclude: ["Goldens"]),
        .testTarget(name: "ZooQueriesTests", dependencies: ["ZooQueries"]),
        .testTarget(
            name: "ZooDataTests", dependencies: ["ZooRecords", "ZooQueries", "ZooData", grdb], exclude: ["Survey"]),
        .testTarget(name: "ZooPlotsTests", dependencies: ["ZooPlots"]),
        .testTarget(
            name: "ZooWorkflowsTests",
            dependencies: [
                "ZooRecords", "ZooKernels", "ZooTensor", "ZooNN", "ZooLearn", "ZooCollab", "ZooTabular", "ZooText",
                "ZooVision", "ZooEmbeddings", "ZooWeights", "ZooQueries", "ZooData", "ZooPlots", "ZooWorkflows",
                "ZooTesting",
            ], exclude: ["Goldens"]),
        .testTarget(name: "ZooServeTests", dependencies: ["ZooEmbeddings", "ZooData", "ZooWorkflows", "ZooServe"]),
        .testTarget(
            name: "ZooSQLiteTests",
            dependencies: ["ZooKernels", "ZooTabular", "ZooEmbeddings", "ZooData", "ZooWorkflows", "ZooSQLite"]),
        // Sees what is public and nothing else, as a program of another package does.
        .testTarget(name: "ZooTests", dependencies: ["Zoo"], packageAccess: false),
        .testTarget(
            name: "ZooCLITests",
            dependencies: [
                "ZooCLI", "ZooKernels", "ZooTensor", "ZooNN", "ZooLearn", "ZooCollab", "ZooText", "ZooVision",
                "ZooEmbeddings", "ZooWeights", "ZooWorkflows", "ZooTesting", grdb,
            ], exclude: ["Snapshots"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)
