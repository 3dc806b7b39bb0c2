import ArgumentParser
import Foundation
import ZooVision
import ZooWeights
import ZooWorkflows

/// `zoo models import`
struct ImportModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import a model of another home, or weights that another program saved.",
        discussion: """
            Without --arch, FILE is a model that 'zoo models export' wrote as .h5, of any kind. \
            With it, FILE is PyTorch's .pth (a state dict, in today's format or that before 1.6), \
            safetensors, an index of several such files (….index.json), or Keras's .keras, .h5 or \
            .weights.h5 of ResNet50 or MobileNetV2 (--arch resnet50 or mobilenet-v2; the head may \
            be your own). A whole Keras model is followed layer by layer: what it does to pixels, \
            its size and its sigmoids are taken over, and a layer that the network lacks is refused \
            by name. Nothing in a file is executed. Every array has to fit: missing, unexpected and \
            misshapen ones are named. timm's config.json beside the file is followed. --arch takes \
            the names of timm, torchvision and Keras, too, with or without a tag of weights such as \
            .ra_in1k: \(ImageArchitecture.foreignNames). A network without its head comes in for \
            fine-tuning and embeddings. \
            Models of fastai (collab_learner, tabular_learner, language_model_learner and \
            text_classifier_learner with AWD_LSTM), recurrent language models and embeddings of \
            PyTorch, recurrent language models and classifiers of Keras, and recommenders of Surprise, implicit, LIBMF and RecBole are known by their \
            arrays and need no --arch, but --vocab for what the weights leave out.
            """)
    @Argument(help: "File of weights.", completion: .file()) var file: String
    @Option(
        help:
            "Architecture of a network of images of another program. (default: the file is a model of Zoo, or known by its arrays)"
    )
    var arch: ImageArchitecture?
    @Option(help: "Name to save the model under.") var name: String
    @OptionGroup var replacing: ReplaceOption
    @Option(
        help:
            "File of class names, one a line; of a head with one output that of 0 first. (default: ImageNet's for 1000 classes)",
        completion: .file())
    var classes: String?
    @Option(help: "Number of classes of the head, 2 to 1000000, if --classes names none. (default: 1000, ImageNet's)")
    var classCount: Int?
    @Option(
        help: """
            Normalisation of pixels: imagenet (torchvision), efficientnet-lite, cifar10, signed (-1 to 1), unit (0 to 1), \
            caffe (ImageNet's means only, BGR order), or three means and three standard deviations of 0...255, such as \
            127,127,127,128,128,128. (default: that of the architecture)
            """)
    var pixels: PixelArgument?
    @Option(help: "Side of the input in pixels, 32 to 4096. (default: that of the architecture)") var size: Int?
    @Option(
        help: """
            Shorter side of an image in pixels before its middle is cut out, from the side of the input to 8 times it. \
            (default: that of the architecture, 256 for an input of 224)
            """)
    var resize: Int?
    @Option(help: "Interpolation of resizing: bilinear or bicubic. (default: that of the architecture)")
    var interpolation: ResizeFilter?
    @Option(
        help: """
            File that says how images are prepared: config.json of timm or preprocessor_config.json of transformers. \
            (default: as usual for the architecture)
            """, completion: .file())
    var config: String?
    @Option(
        help:
            "Weights of a checkpoint that has two kinds: raw (of the last step) or ema (averaged over the steps). (default: raw)"
    )
    var weights: CheckpointWeights?
    @Option(
        help: """
            File of what the weights of a recommender, a table or a text model leave out (keys, columns, tokens, labels): \
            JSON, one name a line, or a pickle of texts such as itos.pkl. (default: none)
            """, completion: .file())
    var vocab: String?
    @Option(
        help:
            "File of a recommender's user keys in the order of its rows, one a line or JSON. (default: those of --vocab)",
        completion: .file())
    var users: String?
    @Option(
        help: """
            File of a recommender's item keys in the order of its rows, one a line (a tab and a title may follow) or JSON. \
            (default: those of --vocab)
            """, completion: .file())
    var items: String?
    @Option(
        help: """
            File that gives arrays the names of Zoo where theirs leave a choice: lines 'their.name = our.name' or JSON; ours are \
            encoder.weight, layers.0.weight_ih_l0, decoder.weight, decoder.bias, user.weight, item.weight, user_bias.weight, \
            item_bias.weight, global_bias, or FIELD.weight of a table of vectors. (default: by their names and sizes)
            """, completion: .file())
    var map: String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkModelName(name)
        try checkRange(size, "--size", 32...4096)
        try checkRange(classCount, "--class-count", 2...1_000_000)
        guard classes == nil || classCount == nil else {
            throw ValidationError("give either --classes or --class-count")
        }
        let isOwn = classes == nil && classCount == nil && pixels == nil && size == nil
        guard arch != nil || (isOwn && resize == nil && interpolation == nil && config == nil) else {
            throw ValidationError(
                "--classes, --class-count, --pixels, --size, --resize, --interpolation and --config go with --arch"
            )
        }
        guard arch == nil || (vocab == nil && users == nil && items == nil && map == nil) else {
            throw ValidationError(
                "--vocab, --users, --items and --map are for models that need no --arch; --classes names classes")
        }
    }

    func run() throws {
        let workspace = try options.workspace(makesDatabase: true)
        let isReplacing = try replacing.isAgreed(for: name, in: workspace)
        guard let arch else {
            let url = URL(fileURLWithPath: file)
            let model: ModelFile?
            do { model = try ForeignWeights.isHDF5(url) ? HDF5Child.model(of: url) : nil } catch {
                // A whole model of Keras says what its layers are.
                guard (try? HDF5Child.contents(of: url))?.configuration != nil else { throw error }
                model = nil
            }
            if let model {
                return try output(
                    try workspace.importOwnModel(
                        model, as: name, command: commandLine(), origin: file, isReplacing: isReplacing), as: options)
            }
            var request = ForeignModelRequest(file: file, name: name, command: commandLine())
            request.isReplacing = isReplacing
            (request.vocabularyFile, request.userFile, request.itemFile) = (vocab, users, items)
            (request.mapFile, request.weights) = (map, weights)
            return try output(try workspace.importForeignModel(request, hdf5: HDF5Child.contents), as: options)
        }
        var request = ImportModelRequest(file: file, architecture: arch, name: name, command: commandLine())
        request.isReplacing = isReplacing
        request.classFile = classes
        request.classCount = classCount
        request.pixels = pixels?.pixels
        request.size = size
        (request.resize, request.interpolation, request.configurationFile) = (resize, interpolation, config)
        request.weights = weights
        do {
            try output(try workspace.importModel(request, hdf5: HDF5Child.contents), as: options)
        } catch let mismatch as ImportMismatch where options.json {
            try outputJSON(mismatch)
            throw ExitCode(1)
        }
    }
}

extension ImageArchitecture: ExpressibleByArgument {
    /// Reads Zoo's name, or that of timm, torchvision or Keras.
    public init?(argument: String) { self.init(named: argument) }

    /// The names of other programs that `--arch` takes besides Zoo's own.
    static var foreignNames: String {
        let names = allCases.flatMap { $0.namesInTimm.prefix(1) + $0.otherNames }.filter { $0 == $0.lowercased() }
        return Set(names).subtracting(allCases.map(\.rawValue)).sorted().joined(separator: ", ")
    }
}
extension ResizeFilter: ExpressibleByArgument {}
extension CheckpointWeights: ExpressibleByArgument {}

/// How pixels become numbers, by name or by six numbers.
struct PixelArgument: ExpressibleByArgument {
    let pixels: ForeignPixels

    init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { Float($0) }
        switch argument {
        case "imagenet": pixels = ForeignPixels(.imageNet)
        case "efficientnet-lite": pixels = ForeignPixels(.efficientNetLite)
        case "cifar10": pixels = ForeignPixels(.cifar10)
        case "signed": pixels = ForeignPixels(.signed)
        case "unit": pixels = ForeignPixels(PixelNormalization(mean: [0, 0, 0], deviation: [255, 255, 255]))
        case "caffe": pixels = .caffe
        case _
        where numbers.count == 6 && numbers.allSatisfy({ abs($0) < 1e6 }) && numbers[3...].allSatisfy { $0 > 1e-6 }:
            pixels = ForeignPixels(
                PixelNormalization(mean: Array(numbers[..<3]), deviation: Array(numbers[3...])))
        default: return nil
        }
    }
}

extension ImportOwnModelReport: Printable {
    var text: String {
        "Imported \(architecture) (\(kind), \(parameters) parameters) as '\(saved)'"
            + (replaced.map { "\nreplaced \($0.text)" } ?? "")
    }
}

extension ForeignModelReport: Printable {
    var text: String {
        "Imported \(origin) (\(tensors) arrays, \(parameters) parameters) of \(file) as '\(saved)', \(kind) \(architecture)."
            + notes.map { "\n" + $0 }.joined() + (replaced.map { "\nreplaced \($0.text)" } ?? "")
    }
}

extension ImportModelReport: Printable {
    var text: String {
        "Imported \(tensors) arrays of \(architecture) (\(parameters) parameters, \(classes) classes) of \(place.map { "'\($0)' in " } ?? "")\(file) as '\(saved)'.\n"
            + notes.map { $0 + "\n" }.joined()
            + "It reads the middle \(size)x\(size) of an image whose shorter side is made \(resize) (\(interpolation.rawValue), "
            + "\(rules.rawValue)), pixels minus \(Self.list(pixels.mean)) over \(Self.list(pixels.deviation)); --config, --resize, "
            + "--interpolation and --pixels say otherwise."
            + (lacksHead ? "" : " Try 'zoo predict \(saved) IMAGE…'.")
            + (replaced.map { "\nreplaced \($0.text)" } ?? "")
    }

    /// What was decided, one line each.
    private var notes: [String] {
        [
            prefix.map { "Its names begin with '\($0)', which was taken off." },
            configuration.map { "Images are prepared as \($0) says." },
            otherPlace.map { "It has other weights under '\($0)': --weights raw or ema says which are taken." },
            precision.map {
                "There it calculates with \($0), here with 32 bits: answers differ by the rounding of those."
            },
            weightsAlone
                ? "It holds weights alone: how pixels are scaled, and that the classes have a softmax, is taken as usual."
                : nil,
            lookAlikes.isEmpty
                ? nil
                : "Networks such as \(lookAlikes.joined(separator: " and ")) have the same arrays and calculate otherwise: --arch is believed.",
            lacksHead
                ? "It has no head: it makes embeddings, and 'zoo finetune vision \(saved)' gives it one." : nil,
            multiLabel ? "Each class has a sigmoid of its own: an image may show several classes, or none." : nil,
        ].compactMap { $0 }
    }

    private static func list(_ numbers: [Float]) -> String {
        let texts = numbers.map { number in
            let rounded = (number * 1000).rounded() / 1000
            return rounded == rounded.rounded() && abs(rounded) < 1e6 ? "\(Int(rounded))" : "\(rounded)"
        }
        return Set(texts).count == 1 ? texts[0] : texts.joined(separator: ", ")
    }
}
