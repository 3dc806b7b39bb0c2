import Foundation
import ZooQueries
import ZooVision
import ZooWeights

/// Weights of another program that are to become a model.
public struct ImportModelRequest: Sendable {
    /// The file.
    public var file: String
    /// The network that the weights belong to.
    public var architecture: ImageArchitecture
    /// Name to save the model under.
    public var name: String
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// A file of the classes' names, a line each.
    public var classFile: String?
    /// How many classes the head tells apart, where they have no names.
    public var classCount: Int?
    /// How the network reads pixels; nil for what such networks were usually trained with.
    public var pixels: ForeignPixels?
    /// Pixels along the side of what the network reads; nil for what it was made for.
    public var size: Int?
    /// The command, for the catalogue.
    public var command: String

    /// Asks for an import.
    public init(file: String, architecture: ImageArchitecture, name: String, command: String) {
        (self.file, self.architecture, self.name, self.command) = (file, architecture, name, command)
    }
}

/// What was imported.
public struct ImportModelReport: Sendable, Encodable {
    /// The file.
    public let file: String
    /// What the file is.
    public let format: ForeignFormat
    /// The network.
    public let architecture: String
    /// Arrays that were taken.
    public let tensors: Int
    /// Numbers in them.
    public let parameters: Int
    /// Classes of the head.
    public let classes: Int
    /// Pixels along the side of what the network reads.
    public let size: Int
    /// Name of the model.
    public let saved: String
    /// The finished model of that name that it replaced.
    @StableKey public var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Makes a model of the weights that another program saved. Nothing of the file is executed.
    ///
    /// - Parameter hdf5: reads the arrays of an HDF5 file, best in a separate process
    /// - Throws: `ImportMismatch` naming every array that does not fit; `ForeignFileError`, `WeightError` for files that
    ///   cannot be read; `WorkflowError.invalid` for classes that are not as many as the head tells apart
    public func importModel(
        _ request: ImportModelRequest,
        hdf5: (URL) throws -> [WeightEntry] = { try ForeignWeights.hdf5Arrays(contentsOf: $0) }
    ) throws -> ImportModelReport {
        try checkSave(as: request.name, isReplacing: request.isReplacing)
        let started = Date()
        let given = try request.classFile.map { try Self.classes(ofFile: $0) }
        let weights = try ForeignWeights(contentsOf: URL(fileURLWithPath: request.file), hdf5: hdf5)
        let fit = ForeignFit(weights, request.architecture)
        let count = given?.count ?? request.classCount ?? fit.classes ?? ClassNames.imageNet.count
        if fit.classes == 1 {
            throw WorkflowError.invalid(
                what: request.file,
                reason: "its head has one output, for yes or no: give it one for each class "
                    + "(weights [0, w], biases [0, b] say the same) and save it again")
        }
        if let mismatch = fit.mismatch(classes: count, file: request.file) {
            if mismatch.unexpected.contains(where: { $0.hasPrefix("weights/") }), weights.format.isHDF5 {
                throw WorkflowError.invalid(
                    what: request.file, reason: "it is a model that Zoo wrote: import it without --arch")
            }
            if fit.lacksOnlyHead(mismatch) {
                throw WorkflowError.invalid(
                    what: request.file,
                    reason: "it lacks the last layer (Keras: include_top=False): save the network with it")
            }
            let other = weights.architecture(otherThan: request.architecture)
            if other == nil, weights.format.isHDF5, mismatch.unexpected.count == weights.entries.count {
                throw WorkflowError.invalid(
                    what: request.file,
                    reason: "it is HDF5, with names such as '\(mismatch.unexpected.first ?? "")': of Keras's networks "
                        + "ResNet50 and MobileNetV2 are known (--arch resnet50 or mobilenet-v2); of others save a "
                        + ".pth or .safetensors")
            }
            throw mismatch.fitting(other)
        }
        let network = try fit.network(classes: count, isBlueFirst: (request.pixels ?? fit.pixels)?.isBlueFirst ?? false)
        if let broken = network.state().first(where: { !$0.tensor.floats.allSatisfy(\.isFinite) }) {
            throw WorkflowError.invalid(
                what: request.file, reason: "'\(broken.path)' holds a number that is not finite")
        }
        let stored = StoredVision(
            network: network,
            classes: try given ?? request.classes(count), configuration: request.configuration(fit))
        let contents = try stored.contents()
        var provenance = ModelProvenance(request.command, started: started)
        provenance.isTrainedHere = false
        let outcome = try save(contents, as: request.name, provenance: provenance)
        return ImportModelReport(
            file: request.file, format: weights.format, architecture: fit.architecture.rawValue,
            tensors: contents.weights.count, parameters: contents.weights.reduce(0) { $0 + $1.tensor.shape.count },
            classes: count, size: stored.configuration.preprocessing.size, saved: request.name,
            replaced: outcome.replaced)
    }

    /// The names in a file, a line each.
    ///
    /// - Throws: `WorkflowError.invalid` for none, too many, or two alike
    private static func classes(ofFile path: String) throws -> [String] {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)), bytes.count < 1 << 26,
            let text = String(bytes: bytes, encoding: .utf8)
        else { throw WorkflowError.invalid(what: "--classes \(path)", reason: "it is no file of UTF-8 text") }
        let names = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            throw WorkflowError.invalid(what: "--classes \(path)", reason: "'\(twice)' is there twice")
        }
        guard (1...StoredVision.mostClasses).contains(names.count) else {
            throw WorkflowError.invalid(what: "--classes \(path)", reason: "\(names.count) names")
        }
        return names
    }
}

extension ImportModelRequest {
    /// The names of classes that were not given: ImageNet's for its number, else numbers, if that is what was asked for.
    fileprivate func classes(_ count: Int) throws -> [String] {
        if count == ClassNames.imageNet.count { return ClassNames.imageNet }
        guard count == classCount else {
            throw WorkflowError.invalid(
                what: file,
                reason: "its head has \(count) classes, not ImageNet's 1000: "
                    + "give their names with --classes FILE, or --class-count \(count)")
        }
        return (0..<count).map { "class \($0)" }
    }

    fileprivate func configuration(_ fit: ForeignFit) -> VisionFileConfiguration {
        let architecture = fit.architecture
        var preprocessing = architecture.usualPreprocessing(size: size ?? architecture.imageSize)
        if let pixels = pixels ?? fit.pixels { preprocessing.normalization = pixels.normalization }
        return VisionFileConfiguration(architecture: architecture, preprocessing: preprocessing)
    }
}
