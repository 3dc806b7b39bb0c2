/// A layer of a Keras model, or an operation on its tensors, as the model's configuration describes it.
///
/// - Source: Keras 3.15, `serialize_keras_object`; Keras 2.15, `Functional.get_config`, whose calls are lists
struct KerasLayer {
    /// What is passed to a layer when it is called.
    indirect enum Argument {
        /// An output of the layer of a name.
        case tensor(of: String)
        case list([Argument])
        case value(JSONValue)
    }

    /// Its own name, such as `conv1_conv`.
    let name: String
    /// `Conv2D`, `TrueDivide`, ...
    let kind: String
    let settings: [String: JSONValue]
    /// Whether it is called as in training: it draws numbers, or takes the statistics of the batch, whenever it answers.
    private(set) var isTraining = false
    /// The arguments of each call; a sequential model's layers have none.
    private(set) var calls: [[Argument]] = []
    /// The layers whose output each call of Keras 3 is given for a mask.
    private(set) var masks: [String] = []

    /// nil where it is not described as a layer is.
    init?(_ value: JSONValue) {
        guard case .object(let members) = value, case .text(let kind) = members["class_name"],
            case .object(let settings) = members["config"]
        else { return nil }
        var function: String?
        if ["TFOpLambda", "SlicingOpLambda"].contains(kind), case .text(let text) = settings["function"] {
            function = text
        }
        self.kind = Self.ownClass(members) ?? function ?? kind
        self.settings = settings
        switch members["name"] ?? settings["name"] {
        case .text(let text): name = text
        default: name = kind
        }
        guard case .array(let nodes) = members["inbound_nodes"] else { return }
        calls = nodes.map(Self.call)
        isTraining = nodes.contains(where: Self.isTraining)
        masks = nodes.compactMap { node in
            guard case .object(let members) = node, case .object(let named) = members["kwargs"],
                let mask = named["mask"], case .tensor(let name) = Self.argument(mask)
            else { return nil }
            return name
        }
    }

    /// Whether a call of Keras 2 says `training=True`. Keras 3 writes what the layer takes by itself, and says otherwise when it
    /// answers.
    private static func isTraining(_ node: JSONValue) -> Bool {
        guard case .array(let values) = node else { return false }
        if case .text = values.first {
            guard case .object(let named) = values.last else { return false }
            return named["training"] == .bool(true) || named["training"] == .integer(1)
        }
        return values.contains(where: isTraining)
    }

    /// `keras` of `keras.src.layers`.
    private static func package(_ module: String) -> String { String(module.prefix { $0 != "." }) }

    /// The name of a class that is not Keras's own; nil for Keras's.
    private static func ownClass(_ members: [String: JSONValue]) -> String? {
        guard case .text(let kind) = members["class_name"] else { return nil }
        if case .text(let registered) = members["registered_name"], registered.contains(">") { return registered }
        switch members["module"] {
        case nil: return nil
        case .text(let module) where ["keras", "tensorflow", "tf_keras"].contains(package(module)): return nil
        case .text(let module): return module + "." + kind
        default:
            if case .text(let registered) = members["registered_name"], registered != kind { return registered }
            return "a class of its own, " + kind
        }
    }

    /// The name of the numbers that it calculates with, where they have 16 bits or less; nil for others.
    var shortPrecision: String? {
        var name = settings["dtype"]
        if case .object(let policy) = name, case .object(let config) = policy["config"] { name = config["name"] }
        guard case .text(let text) = name, text.contains("16") || text.contains("8") else { return nil }
        return text
    }

    /// The layers of a model that holds others; nil for other layers.
    var layers: [JSONValue]? {
        if case .array(let layers) = settings["layers"] { layers } else { nil }
    }

    /// The class as a file of counted layers writes it: `depthwise_conv2d`.
    var countedKind: String {
        switch kind {
        case "Conv2D", "Convolution2D": "conv2d"
        case "DepthwiseConv2D": "depthwise_conv2d"
        case "BatchNormalization": "batch_normalization"
        default: kind.lowercased()
        }
    }

    /// `{"args": […], "kwargs": {…}}` of Keras 3; `["input_1", 0, 0, {…}]`, or a list of such, of Keras 2.
    private static func call(_ node: JSONValue) -> [Argument] {
        switch node {
        case .object(let members):
            var arguments: [Argument] = []
            if case .array(let values) = members["args"] { arguments = values.map(argument) }
            if case .object(let named) = members["kwargs"] { arguments += operands(named) }
            return arguments
        case .array(let values):
            if case .text = values.first { return earlierTensor(values) }
            let tensors = values.map { value -> [Argument] in
                if case .array(let tensor) = value { return earlierTensor(tensor) }
                return [.value(value)]
            }
            return tensors.count == 1 ? tensors[0] : [.list(tensors.compactMap(\.first))]
        default: return [.value(node)]
        }
    }

    /// A tensor of Keras 2 with the named arguments beside it; a constant has a name of its own.
    private static func earlierTensor(_ values: [JSONValue]) -> [Argument] {
        guard values.count >= 3, case .text(let name) = values[0] else { return [.value(.array(values))] }
        let first = name == "_CONSTANT_VALUE" ? .value(values[2]) : Argument.tensor(of: name)
        guard values.count > 3, case .object(let named) = values[3] else { return [first] }
        return [first] + operands(named)
    }

    /// Named arguments that are numbers or tensors to calculate with.
    private static func operands(_ named: [String: JSONValue]) -> [Argument] {
        ["x1", "x2", "x", "y", "bias", "slice_spec"].compactMap { name in
            guard let value = named[name], value != .null else { return nil }
            if case .array(let parts) = value, parts.count == 3, case .text = parts[0] {
                return earlierTensor(parts).first
            }
            return argument(value)
        }
    }

    private static func argument(_ value: JSONValue) -> Argument {
        switch value {
        case .object(let members):
            guard case .text(let kind) = members["class_name"], case .object(let config) = members["config"] else {
                return .value(value)
            }
            if kind == "__keras_tensor__", case .array(let history) = config["keras_history"],
                case .text(let name) = history.first
            {
                return .tensor(of: name)
            }
            return .value(kind == "__tensor__" ? config["value"] ?? value : value)
        case .array(let values):
            let arguments = values.map(argument)
            let hasTensor = arguments.contains { if case .tensor = $0 { true } else { false } }
            return hasTensor ? .list(arguments) : .value(value)
        default: return .value(value)
        }
    }
}

extension JSONValue {
    /// The number; nil for anything else.
    var kerasNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value) where value.isFinite: value
        default: nil
        }
    }

    /// A number in words, whole ones without a point.
    var kerasText: String { kerasNumber.map { number in Int(exactly: number).map { "\($0)" } ?? "\(number)" } ?? "?" }

    /// One number for each colour: a number for all, or three in lists as deep as arrays have axes.
    var kerasColours: [Double]? {
        if let number = kerasNumber { return [number, number, number] }
        guard case .array(let values) = self else { return nil }
        if values.count == 1 { return values[0].kerasColours }
        let numbers = values.compactMap(\.kerasNumber)
        return values.count == 3 && numbers.count == 3 ? numbers : nil
    }
}
