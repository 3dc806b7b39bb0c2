import Foundation

/// A message of Protocol Buffers, field by field, and what tests ask an ONNX file for.
struct ProtobufReader {
    enum Field {
        case number(Int)
        case bytes(ArraySlice<UInt8>)
    }

    private(set) var fields: [(number: Int, field: Field)] = []

    /// - Returns: nil for bytes that are no message
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        func varint() -> Int? {
            var (value, shift) = (0, 0)
            while let byte = rest.popFirst(), shift < 64 {
                value |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { return value }
            }
            return nil
        }
        while !rest.isEmpty {
            guard let tag = varint() else { return nil }
            let length: Int?
            switch tag & 7 {
            case 0:
                guard let number = varint() else { return nil }
                fields.append((tag >> 3, .number(number)))
                continue
            case 2: length = varint()
            case 5: length = 4
            default: length = nil
            }
            guard let length, length <= rest.count else { return nil }
            fields.append((tag >> 3, .bytes(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
    }

    func messages(_ number: Int) -> [ProtobufReader] {
        fields.compactMap {
            if $0.number == number, case .bytes(let bytes) = $0.field { ProtobufReader(bytes) } else { nil }
        }
    }

    func texts(_ number: Int) -> [String] {
        fields.compactMap {
            if $0.number == number, case .bytes(let bytes) = $0.field {
                String(decoding: bytes, as: UTF8.self)
            } else {
                nil
            }
        }
    }

    func numbers(_ number: Int) -> [Int] {
        fields.compactMap { if $0.number == number, case .number(let value) = $0.field { value } else { nil } }
    }
}

/// What an ONNX file holds.
struct ONNXReader {
    /// `name[batch,3]`, with the number of its element type before it.
    let inputs: [String]
    let outputs: [String]
    let operations: [String]
    /// Sizes of the named arrays.
    let shapes: [String: [Int]]
    let metadata: [String: String]
    /// Version of the file's form, and of each domain's operators.
    let versions: [String: Int]
    /// Names that nodes or outputs read before anything made them.
    let undefined: [String]

    init?(contentsOf file: URL) throws {
        guard let model = ProtobufReader(ArraySlice(try Data(contentsOf: file))), let graph = model.messages(7).first
        else { return nil }
        func port(_ port: ProtobufReader) -> String {
            let tensor = port.messages(2)[0].messages(1)[0]
            let sizes = tensor.messages(2)[0].messages(1).map { $0.texts(2).first ?? "\($0.numbers(1)[0])" }
            return "\(tensor.numbers(1)[0]) \(port.texts(1)[0])[\(sizes.joined(separator: ","))]"
        }
        (inputs, outputs) = (graph.messages(11).map(port), graph.messages(12).map(port))
        let nodes = graph.messages(1)
        operations = nodes.map { $0.texts(4)[0] }
        shapes = Dictionary(
            uniqueKeysWithValues: graph.messages(5).map { tensor in
                let shape = tensor.numbers(1)
                if case .bytes(let raw)? = tensor.fields.last(where: { $0.number == 9 })?.field {
                    let width = [7, 11].contains(tensor.numbers(2)[0]) ? 8 : 4
                    precondition(raw.count == width * shape.reduce(1, *), "\(tensor.texts(8)): \(raw.count) bytes")
                }
                return (tensor.texts(8)[0], shape)
            })
        metadata = Dictionary(uniqueKeysWithValues: model.messages(14).map { ($0.texts(1)[0], $0.texts(2)[0]) })
        var versions = ["file": model.numbers(1)[0]]
        for operators in model.messages(8) { versions[operators.texts(1)[0]] = operators.numbers(2)[0] }
        self.versions = versions
        var known = Set(graph.messages(11).map { $0.texts(1)[0] }).union(shapes.keys).union([""])
        var undefined: [String] = []
        for node in nodes {
            undefined += node.texts(1).filter { !known.contains($0) }
            known.formUnion(node.texts(2))
        }
        self.undefined = undefined + graph.messages(12).map { $0.texts(1)[0] }.filter { !known.contains($0) }
    }
}
