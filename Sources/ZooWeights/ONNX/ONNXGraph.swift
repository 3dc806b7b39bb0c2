/// A calculation as ONNX describes it, while it is put together.
///
/// Values that only numbers differ in (`x + 1`) make their constants themselves.
/// - Source: onnx.proto of ONNX 1.15: IR version 9, operators of version 20
package final class ONNXGraph {
    /// The type of a tensor's elements, with ONNX's number of it.
    package enum ElementType: Int, Sendable {
        case float = 1
        case int32 = 6
        case int64 = 7
        case string = 8
        case bool = 9
        case double = 11
    }

    /// The size of an axis of an input or output.
    package enum Size: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
        case fixed(Int)
        /// Any, which is the same wherever the name stands.
        case named(String)

        package init(integerLiteral value: Int) { self = .fixed(value) }
        package init(stringLiteral value: String) { self = .named(value) }
    }

    /// A setting of a node.
    package enum Attribute {
        case int(Int)
        case float(Float)
        case text(String)
        case ints([Int])
        case texts([String])
        case graph(ONNXGraph)
    }

    /// What a node makes, an input, or an array.
    package struct Value {
        package let graph: ONNXGraph
        /// What its elements are.
        package let type: ElementType
        let name: String
    }

    struct Port {
        let name: String
        let type: ElementType
        let shape: [Size]
        let about: String
    }

    struct Node {
        let operation: String
        let domain: String
        var inputs: [String]
        var outputs: [String]
        let attributes: [(name: String, value: Attribute)]
    }

    enum Constant {
        case values(name: String, shape: [Int], WeightValues)
        case texts(name: String, [String])
    }

    let name: String
    private let outer: ONNXGraph?
    private(set) var inputs: [Port] = []
    private(set) var outputs: [Port] = []
    private(set) var nodes: [Node] = []
    private(set) var constants: [Constant] = []
    private var taken: Set<String> = []
    private var counter = 0
    /// Whether operators of `ai.onnx.ml` are among the nodes.
    private(set) var usesML = false

    /// An empty graph.
    ///
    /// - Parameter outer: the graph of whose node it is the body, whose values it may use
    package init(_ name: String, in outer: ONNXGraph? = nil) { (self.name, self.outer) = (name, outer) }

    /// Adds an input.
    package func input(_ name: String, _ type: ElementType, _ shape: [Size], about: String = "") -> Value {
        inputs.append(Port(name: name, type: type, shape: shape, about: about))
        return Value(graph: self, type: type, name: unused(name))
    }

    /// Adds an input of whole numbers that may be left out.
    ///
    /// - Parameter usual: what counts then
    package func input(_ name: String, _ type: ElementType, _ shape: [Size], usually usual: [Int64], about: String)
        -> Value
    {
        constants.append(.values(name: name, shape: [usual.count], .int64(usual)))
        return input(name, type, shape, about: about)
    }

    /// Gives a value out under a name.
    package func output(_ value: Value, as name: String, _ shape: [Size], about: String = "") {
        outputs.append(Port(name: name, type: value.type, shape: shape, about: about))
        _ = node("Identity", [value], named: [name], value.type)
    }

    /// Adds an array under a name, or one that gets a name.
    package func constant(_ values: WeightValues, shape: [Int], named name: String? = nil) -> Value {
        let values = values.floats.map { .float32($0) } ?? values
        let name = unused(name ?? next("constant"))
        constants.append(.values(name: name, shape: shape, values))
        let type: ElementType =
            switch values {
            case .float16, .float32: .float
            case .float64: .double
            case .int32: .int32
            case .int64: .int64
            }
        return Value(graph: self, type: type, name: name)
    }

    /// Adds texts.
    package func constant(_ texts: [String]) -> Value {
        let name = next("constant")
        constants.append(.texts(name: name, texts))
        return Value(graph: self, type: .string, name: name)
    }

    /// Adds a list of whole numbers, as shapes and axes are.
    package func list(_ numbers: [Int]) -> Value {
        constant(.int64(numbers.map(Int64.init)), shape: [numbers.count])
    }

    /// A single number of a type.
    package func scalar(_ number: Double, _ type: ElementType) -> Value {
        switch type {
        case .float: constant(.float32([Float(number)]), shape: [])
        case .int32: constant(.int32([Int32(number)]), shape: [])
        case .int64: constant(.int64([Int64(number)]), shape: [])
        case .double, .string, .bool: constant(.float64([number]), shape: [])
        }
    }

    /// Adds a node of one result.
    ///
    /// - Parameter type: of the result's elements; nil for that of the first input
    package func callAsFunction(
        _ operation: String, _ inputs: [Value?], _ type: ElementType? = nil, ml: Bool = false,
        _ attributes: [(name: String, value: Attribute)] = []
    ) -> Value {
        nodes(operation, inputs, results: 1, type, ml: ml, attributes)[0]
    }

    /// Adds a node of several results.
    package func nodes(
        _ operation: String, _ inputs: [Value?], results: Int, _ type: ElementType? = nil, ml: Bool = false,
        _ attributes: [(name: String, value: Attribute)] = []
    ) -> [Value] {
        let names = (0..<results).map { _ in next(operation.lowercased()) }
        return node(
            operation, inputs, named: names, type ?? inputs.lazy.compactMap { $0 }.first?.type ?? .float, ml: ml,
            attributes)
    }

    private func node(
        _ operation: String, _ inputs: [Value?], named names: [String], _ type: ElementType, ml: Bool = false,
        _ attributes: [(name: String, value: Attribute)] = []
    ) -> [Value] {
        if ml { usesML = true }
        // What is left out at the end needs no place.
        let given = inputs.lastIndex { $0 != nil }.map { inputs[...$0] } ?? []
        nodes.append(
            Node(
                operation: operation, domain: ml ? "ai.onnx.ml" : "", inputs: given.map { $0?.name ?? "" },
                outputs: names, attributes: attributes))
        return names.map { Value(graph: self, type: type, name: $0) }
    }

    private func next(_ name: String) -> String {
        counter += 1
        return (outer.map { _ in self.name + "_" } ?? "") + name + "_\(counter)"
    }

    /// - Precondition: the name is not in use
    private func unused(_ name: String) -> String {
        precondition(taken.insert(name).inserted, "ONNX: two values are called '\(name)'")
        return name
    }
}

extension ONNXGraph.Value {
    /// The value as the body of a node of its graph uses it.
    package func used(in body: ONNXGraph) -> Self { Self(graph: body, type: type, name: name) }

    /// The value's elements as another type.
    package func cast(_ type: ONNXGraph.ElementType) -> Self {
        graph("Cast", [self], type, [("to", .int(type.rawValue))])
    }

    /// The same elements in another shape, in which 0 is the size as it is and -1 what is left.
    package func reshaped(_ shape: [Int]) -> Self { graph("Reshape", [self, graph.list(shape)]) }

    package static func + (a: Self, b: Self) -> Self { a.graph("Add", [a, b]) }
    package static func - (a: Self, b: Self) -> Self { a.graph("Sub", [a, b]) }
    package static func * (a: Self, b: Self) -> Self { a.graph("Mul", [a, b]) }
    package static func / (a: Self, b: Self) -> Self { a.graph("Div", [a, b]) }
    package static func + (a: Self, b: Double) -> Self { a + a.graph.scalar(b, a.type) }
    package static func - (a: Self, b: Double) -> Self { a - a.graph.scalar(b, a.type) }
    package static func * (a: Self, b: Double) -> Self { a * a.graph.scalar(b, a.type) }
    package static func / (a: Self, b: Double) -> Self { a / a.graph.scalar(b, a.type) }
}
