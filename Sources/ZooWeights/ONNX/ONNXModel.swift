import Foundation

/// A graph with what its file says of it.
package struct ONNXModel {
    private let graph: ONNXGraph
    private let version: String
    private let about: String
    private let metadata: [(name: String, text: String)]
    /// What one message of Protocol Buffers can hold, and so an ONNX file.
    package static let mostBytes = Int(Int32.max)

    /// - Parameters:
    ///   - version: of the program that made it
    ///   - about: what it calculates, for people
    ///   - metadata: texts that onnxruntime gives back by their names
    package init(_ graph: ONNXGraph, version: String, about: String, metadata: [(name: String, text: String)]) {
        (self.graph, self.version, self.about, self.metadata) = (graph, version, about, metadata)
    }

    /// Writes the file; it is there wholly or not at all, and the same contents make the same bytes.
    ///
    /// - Throws: `WeightError.invalidEntry` for more than two gigabytes, `.notSaved`
    package func write(to url: URL) throws {
        let message = message
        guard message.count <= Self.mostBytes else {
            throw WeightError.invalidEntry(
                path: url.path,
                reason: "it would take \(message.count) bytes, and ONNX holds \(Self.mostBytes) in a file")
        }
        try AtomicFileWriter(directory: url.deletingLastPathComponent(), beforeStep: { _ in })
            .write(message.parts, as: url)
    }

    private var message: ProtobufMessage {
        var model = ProtobufMessage()
        model.add(1, 9)  // of the file's form
        model.add(2, "zoo")
        model.add(3, version)
        model.add(6, about)
        model.add(7, graph.message)
        for (domain, version) in [("", 20)] + (graph.usesML ? [("ai.onnx.ml", 3)] : []) {
            var operators = ProtobufMessage()
            operators.add(1, domain)
            operators.add(2, version)
            model.add(8, operators)
        }
        for (name, text) in metadata {
            var entry = ProtobufMessage()
            entry.add(1, name)
            entry.add(2, text)
            model.add(14, entry)
        }
        return model
    }
}

extension ONNXGraph {
    fileprivate var message: ProtobufMessage {
        var graph = ProtobufMessage()
        for (index, node) in nodes.enumerated() { graph.add(1, node.message(number: index)) }
        graph.add(2, name)
        for constant in constants { graph.add(5, constant.message) }
        for port in inputs { graph.add(11, port.message) }
        for port in outputs { graph.add(12, port.message) }
        return graph
    }
}

extension ONNXGraph.Node {
    fileprivate func message(number: Int) -> ProtobufMessage {
        var node = ProtobufMessage()
        for input in inputs { node.add(1, input) }
        for output in outputs { node.add(2, output) }
        node.add(3, "\(operation)_\(number)")
        node.add(4, operation)
        for attribute in attributes { node.add(5, attribute.value.message(name: attribute.name)) }
        if !domain.isEmpty { node.add(7, domain) }
        return node
    }
}

extension ONNXGraph.Attribute {
    fileprivate func message(name: String) -> ProtobufMessage {
        var attribute = ProtobufMessage()
        attribute.add(1, name)
        switch self {
        case .float(let number): attribute.add(2, number)
        case .int(let number): attribute.add(3, number)
        case .text(let text): attribute.add(4, text)
        case .graph(let graph): attribute.add(6, graph.message)
        case .ints(let numbers): for number in numbers { attribute.add(8, number) }
        case .texts(let texts): for text in texts { attribute.add(9, text) }
        }
        attribute.add(20, kind)
        return attribute
    }

    /// ONNX's number of its type.
    private var kind: Int {
        switch self {
        case .float: 1
        case .int: 2
        case .text: 3
        case .graph: 5
        case .ints: 7
        case .texts: 8
        }
    }
}

extension ONNXGraph.Constant {
    fileprivate var message: ProtobufMessage {
        var tensor = ProtobufMessage()
        switch self {
        case .values(let name, let shape, let values):
            for size in shape { tensor.add(1, size) }
            tensor.add(2, values.onnxType)
            tensor.add(8, name)
            tensor.add(9, values)
        case .texts(let name, let texts):
            tensor.add(1, texts.count)
            tensor.add(2, ONNXGraph.ElementType.string.rawValue)
            for text in texts { tensor.add(6, text) }
            tensor.add(8, name)
        }
        return tensor
    }
}

extension ONNXGraph.Port {
    fileprivate var message: ProtobufMessage {
        var sizes = ProtobufMessage()
        for size in shape {
            var axis = ProtobufMessage()
            switch size {
            case .fixed(let size): axis.add(1, size)
            case .named(let name): axis.add(2, name)
            }
            sizes.add(1, axis)
        }
        var tensor = ProtobufMessage()
        tensor.add(1, type.rawValue)
        tensor.add(2, sizes)
        var kind = ProtobufMessage()
        kind.add(1, tensor)
        var port = ProtobufMessage()
        port.add(1, name)
        port.add(2, kind)
        if !about.isEmpty { port.add(3, about) }
        return port
    }
}

extension WeightValues {
    fileprivate var onnxType: Int {
        switch self {
        case .float16: 10
        case .float32: 1
        case .float64: 11
        case .int32: 6
        case .int64: 7
        }
    }
}
