// swift-tools-version: 6.1
import Foundation
import PackageDescription

// While the ground floor is being built: targets whose folder does not exist yet are left out.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

var targets: [Target] = []
@MainActor func add(_ target: Target, at path: String) { if exists(path) { targets.append(target) } }
func deps(_ names: [String]) -> [Target.Dependency] {
    names.filter { exists("Sources/\($0)") }.map { .byName(name: $0) }
}
@MainActor func library(_ name: String, _ names: [String], _ products: [Target.Dependency] = []) {
    add(.target(name: name, dependencies: deps(names) + products), at: "Sources/\(name)")
}
@MainActor func tests(_ name: String, _ names: [String], _ products: [Target.Dependency] = []) {
    add(
        .testTarget(
            name: name + "Tests", dependencies: deps([name] + names + ["ZooTesting"]) + products,
            exclude: exists("Tests/\(name)Tests/Goldens") ? ["Goldens"] : []),
        at: "Tests/\(name)Tests")
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

library("CZooSIMD", [])
library("COpenBLAS", [])
add(
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    at: "Sources/CHDF5/module.modulemap")
library("CZooAssets", [])
library("ZooKernels", ["CZooSIMD", "COpenBLAS"])
library("ZooTensor", ["ZooKernels"])
library("ZooNN", ["ZooTensor"])
library("ZooLearn", ["ZooNN"])
library("ZooCollab", ["ZooLearn", "ZooKernels"])
library("ZooEmbeddings", ["ZooTensor", "ZooKernels"])
library("ZooWeights", ["ZooTensor", "CHDF5"], [.product(name: "Crypto", package: "swift-crypto")])
library("ZooQueries", ["CZooAssets"])
library("ZooData", ["ZooQueries"], [grdb, .product(name: "Crypto", package: "swift-crypto")])
library("ZooPlots", [])
library("ZooWorkflows", ["ZooCollab", "ZooQueries", "ZooKernels", "ZooEmbeddings", "ZooWeights", "ZooData", "ZooPlots"])
library("Zoo", ["ZooWorkflows"])
library("ZooTesting", ["ZooTensor", "ZooLearn"])
add(.executableTarget(name: "ZooCLI", dependencies: deps(["ZooWorkflows"]) + [argumentParser]), at: "Sources/ZooCLI")

tests("ZooKernels", [])
tests("ZooTensor", [])
tests("ZooNN", [])
tests("ZooLearn", [])
tests("ZooCollab", [])
tests("ZooEmbeddings", [])
tests("ZooWeights", [])
tests("ZooQueries", [])
tests("ZooData", [])
tests("ZooPlots", [])
tests("ZooWorkflows", [])
tests("ZooCLI", ["ZooWorkflows"])

var packageDependencies: [Package.Dependency] = []
if exists("Sources/ZooData") {
    packageDependencies.append(.package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"))
}
if exists("Sources/ZooCLI") {
    packageDependencies.append(.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"))
}
if exists("Sources/ZooWeights") {
    packageDependencies.append(.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"))
}

var products: [Product] = []
if exists("Sources/Zoo") { products.append(.library(name: "Zoo", targets: ["Zoo"])) }
if exists("Sources/ZooCLI") { products.append(.executable(name: "zoo", targets: ["ZooCLI"])) }

let package = Package(
    name: "zoo",
    products: products,
    dependencies: packageDependencies,
    targets: targets,
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)
// bootstrap 3
