import Foundation
import ZooQueries
import ZooVision
import ZooWeights

/// Weights of another program that are to become a model.
package struct ImportModelRequest: Sendable {
    /// The file.
    package var file: String
    /// The network that the weights belong to.
    package var architecture: ImageArchitecture
    /// Name to save the model under.
    package var name: String
    /// Whether an older model of that name may be replaced.
    package var isReplacing = false
    /// A file of the classes' names, a line each.
    package var classFile: String?
    /// How many classes the head tells apart, where they have no names.
    package var classCount: Int?
    /// How the network reads pixels; nil for what such networks were usually trained with.
    package var pixels: ForeignPixels?
    /// Pixels along the side of what the network reads; nil for what it was made for.
    package var size: Int?
    /// Pixels of the shorter side of an image before its middle is cut out; nil for what such networks were usually measured with.
    package var resize: Int?
    /// What images are resized with; nil likewise.
    package var interpolation: ResizeFilter?
    /// Averaged or raw weights, where a checkpoint has both; nil for the raw ones then.
    package var weights: CheckpointWeights?
    /// A file of timm or transformers that says how images are prepared; what is given besides comes before it.
    package var configurationFile: String?
    /// The command, for the catalogue.
    package var command: String

    /// Asks for an import.
    package init(file: String, architecture: ImageArchitecture, name: String, command: String) {
        (self.file, self.architecture, self.name, self.command) = (file, architecture, name, command)
    }
}

/// What was imported.
package struct ImportModelReport: Sendable, Encodable {
    /// The file.
    package let file: String
    /// What the file is.
    package let format: ForeignFormat
    /// Under what name the file has the arrays, such as `model_ema`; null where they are all that it has.
    @StableKey package var place: String?
    /// Under what name it has others that were not taken, averaged or raw; null where it has none.
    @StableKey package var otherPlace: String?
    /// What all names began with, which was taken off, such as `backbone.`; null for nothing.
    @StableKey package var prefix: String?
    /// The file that said how images are prepared, given or found beside the weights; null for none.
    @StableKey package var configuration: String?
    /// The numbers of 16 bits that a Keras model calculates with; null for 32 bits, and for other files.
    @StableKey package var precision: String?
    /// Whether it is a file of Keras that says nothing of what its layers do.
    package let weightsAlone: Bool
    /// Networks that have the same arrays and calculate otherwise, where nothing but `--arch` says that it is this one.
    package let lookAlikes: [String]
    /// Whether the file has no head, so that the model makes features alone.
    package let lacksHead: Bool
    /// The network.
    package let architecture: String
    /// Arrays that were taken.
    package let tensors: Int
    /// Numbers in them.
    package let parameters: Int
    /// Classes of the head.
    package let classes: Int
    /// Pixels along the side of what the network reads.
    package let size: Int
    /// Pixels of the shorter side of an image before its middle is cut out.
    package let resize: Int
    /// What images are resized with.
    package let interpolation: ResizeFilter
    /// Whose arithmetic they are resized by.
    package let rules: PreprocessingRules
    /// What is subtracted from pixels of 0...255 and what they are divided by, of red, green and blue.
    package let pixels: PixelNormalization
    /// Whether an image may belong to several classes, or to none: each has a sigmoid of its own.
    package let multiLabel: Bool
    /// Name of the model.
    package let saved: String
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Makes a model of the weights that another program saved. Nothing of the file is executed.
    ///
    /// - Parameter hdf5: reads an HDF5 file, best in a separate process
    /// - Throws: `ImportMismatch` naming every array that does not fit; `ForeignFileError`, `WeightError` for files that
    ///   cannot be read; `WorkflowError.invalid` for classes that are not as many as the head tells apart, and for a Keras
    ///   model whose layers do something else than the network
    package func importModel(
        _ request: ImportModelRequest,
        hdf5: (URL) throws -> HDF5Contents = { try HDF5Contents(contentsOf: $0) }
    ) throws -> ImportModelReport {
        try checkSave(as: request.name, isReplacing: request.isReplacing)
        let started = Date()
        let given = try request.classFile.map { try Self.classes(ofFile: $0) }
        var request = request
        var isKnown = try request.followConfigurationBeside()
        var weights = try ForeignWeights(
            contentsOf: URL(fileURLWithPath: request.file), choice: request.weights, hdf5: hdf5)
        if let name = weights.architecture { isKnown = try request.check(name, said: "it says") }
        if request.weights != nil, weights.place == nil {
            throw WorkflowError.invalid(
                what: "--weights", reason: "\(request.file) has weights of one kind alone: leave it out")
        }
        if let body = request.architecture.withFastaiHead, let torch = try weights.ofFastai(file: request.file) {
            (weights, request.architecture) = (torch, body)
        }
        let prefix = weights.withoutPrefix(request.architecture, classes: given?.count ?? request.classCount)
        let fit = ForeignFit(weights, request.architecture)
        try request.checkHome(fit)
        let lacksHead = !weights.format.isHDF5 && fit.lacksOnlyHead
        if lacksHead, given != nil || request.classCount != nil {
            throw WorkflowError.invalid(
                what: request.file, reason: "it has no head: leave --classes and --class-count out")
        }
        let count = lacksHead ? 1 : given?.count ?? request.classCount ?? fit.classes ?? ClassNames.imageNet.count
        if fit.classes == 1, count != 2 {
            throw WorkflowError.invalid(
                what: request.file,
                reason:
                    "its head has one output, for yes or no: name both classes with --classes FILE, that of 0 first, or "
                    + "say --class-count 2")
        }
        if !lacksHead { try request.checkFit(fit, weights, classes: count) }
        let (prepared, isBlueFirst, keras) = try request.configuration(fit)
        var configuration = prepared
        configuration.lacksHead = lacksHead ? true : nil
        let classes = try lacksHead ? ["(no head)"] : given ?? request.classes(count)
        var file = ModelFile(try configuration.contents(classes: classes), created: Date().formatted(.iso8601))
        file.weights = fit.weights(classes: count, isBlueFirst: isBlueFirst, file: request.file)
        var provenance = ModelProvenance(request.command, started: started)
        (provenance.isTrainedHere, provenance.origin) = (false, request.file)
        let outcome = try save(
            file, as: request.name, provenance: provenance, embeddings: try file.classVectors(head: fit.head))
        return ImportModelReport(
            file: request.file, format: weights.format, place: weights.place, otherPlace: weights.otherPlace,
            prefix: prefix, configuration: request.configurationFile, precision: keras?.precision,
            weightsAlone: keras == nil && weights.format.isHDF5,
            lookAlikes: isKnown == nil ? fit.lookAlikes : [], lacksHead: lacksHead,
            architecture: fit.architecture.rawValue,
            tensors: file.weights.count, parameters: file.weights.reduce(0) { $0 + $1.count },
            classes: lacksHead ? 0 : count, size: configuration.preprocessing.size,
            resize: configuration.preprocessing.shortSide,
            interpolation: configuration.preprocessing.filter, rules: configuration.preprocessing.rules,
            pixels: configuration.preprocessing.normalization, multiLabel: configuration.isMultiLabel,
            saved: request.name, replaced: outcome.replaced)
    }

    /// The names in a file, a line each.
    ///
    /// - Throws: `WorkflowError.invalid` for none, too many, or two alike
    private static func classes(ofFile path: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else {
            throw WorkflowError.invalid(what: "--classes \(path)", reason: "there is no such file")
        }
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)), bytes.count < 1 << 26,
            let text = String(bytes: bytes, encoding: .utf8)
        else { throw WorkflowError.invalid(what: "--classes \(path)", reason: "it is not a file of UTF-8 text") }
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

    /// How images are prepared, and whether blue comes first: as asked for, else as a file says, else as such networks usually have it.
    ///
    /// - Throws: `WorkflowError.invalid` for a file that cannot be followed, or a shorter side below the size
    fileprivate func configuration(
        _ fit: ForeignFit
    ) throws -> (VisionFileConfiguration, isBlueFirst: Bool, keras: KerasModel?) {
        let architecture = fit.architecture
        let said = try configurationFile.map { try ForeignPreprocessing(contentsOf: $0) }
        let outside = self.pixels ?? said.map { ForeignPixels($0.normalization) }
        let keras = try kerasModel(fit, size: size ?? said?.size, pixels: outside)
        var result = architecture.usualPreprocessing(size: size ?? said?.size ?? keras?.side ?? architecture.imageSize)
        let pixels = keras?.pixels ?? outside ?? fit.pixels
        if let pixels { result.normalization = pixels.normalization }
        let usual: ResizeFilter =
            fit.rules == .torchvision && !fit.names.isTimm && !architecture.isEfficientNet ? .bilinear : .bicubic
        result.filter = interpolation ?? said?.filter ?? usual
        result.rules = said?.rules ?? fit.rules
        // A size of one's own changes the shorter side in proportion.
        if let said { result.resize = Double(said.shortSide) / Double(said.size) }
        if let resize {
            guard (result.size...8 * result.size).contains(resize) else {
                throw WorkflowError.invalid(
                    what: "--resize \(resize)",
                    reason: "the network reads \(result.size) pixels: give \(result.size) to \(8 * result.size)")
            }
            result.resize = Double(resize) / Double(result.size)
        }
        let configuration = VisionFileConfiguration(
            architecture: architecture, preprocessing: result, isMultiLabel: keras?.isMultiLabel ?? false)
        return (configuration, pixels?.isBlueFirst ?? false, keras)
    }

    /// - Throws: `WorkflowError.invalid` where timm's file is to be a network that timm has only with other arithmetic
    fileprivate func checkHome(_ fit: ForeignFit) throws {
        let others = ImageArchitecture.allCases.filter { $0.rawValue.hasPrefix(architecture.rawValue + "-") }
        let names = others.compactMap(\.namesInTimm.first)
        guard fit.names.isTimm, architecture.namesInTimm.isEmpty, !names.isEmpty else { return }
        throw WorkflowError.invalid(
            what: file,
            reason: "its arrays have timm's names, and timm's networks pad or normalise otherwise than torchvision's: "
                + "say --arch \(names.joined(separator: " or "))")
    }

    /// - Throws: `ImportMismatch` naming what does not fit, or `WorkflowError.invalid` where that is something known
    fileprivate func checkFit(_ fit: ForeignFit, _ weights: ForeignWeights, classes: Int) throws {
        guard let mismatch = fit.mismatch(classes: classes, file: file) else { return }
        if mismatch.unexpected.contains(where: { $0.hasPrefix("weights/") }), weights.format.isHDF5 {
            throw WorkflowError.invalid(what: file, reason: "it is a model that Zoo wrote: import it without --arch")
        }
        if fit.lacksOnlyHead {
            throw WorkflowError.invalid(
                what: file, reason: "it lacks the last layer (Keras: include_top=False): save the network with it")
        }
        let other = weights.architecture(otherThan: architecture)
        if other == nil, weights.format.isHDF5, mismatch.unexpected.count == weights.entries.count {
            throw WorkflowError.invalid(
                what: file,
                reason: "it is HDF5, with names such as '\(mismatch.unexpected.first ?? "")': of Keras's networks "
                    + "ResNet50 and MobileNetV2 are known (--arch resnet50 or mobilenet-v2); of others save a "
                    + ".pth or .safetensors")
        }
        if other == nil { _ = try kerasModel(fit) }
        throw mismatch.fitting(other)
    }

    /// The layers that a whole Keras model's file describes, checked against the network; nil for other files.
    ///
    /// - Throws: `WorkflowError.invalid` naming a layer that does something else
    fileprivate func kerasModel(
        _ fit: ForeignFit, size: Int? = nil, pixels: ForeignPixels? = nil
    ) throws -> KerasModel? {
        do throws(KerasModel.Refusal) { return try fit.names.model(size: size, pixels: pixels) } catch {
            throw WorkflowError.invalid(what: file, reason: error.reason)
        }
    }
}
