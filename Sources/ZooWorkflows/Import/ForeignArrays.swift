import ZooWeights

/// The arrays of another program's file, taken by name; what is left at the end was not understood.
final class ForeignArrays {
    /// The file, for messages.
    let file: String
    /// The names, in the order of the file.
    private(set) var names: [String]
    private var entries: [String: WeightEntry]
    private var taken: Set<String> = []

    init(_ entries: [WeightEntry], file: String) {
        self.file = file
        names = entries.map(\.path)
        self.entries = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Adds an array that is made of others.
    func add(_ name: String, _ values: [Float], _ shape: [Int]) {
        names.append(name)
        entries[name] = WeightEntry(path: name, shape: shape, values: .float32(values))
    }

    /// Puts an array under another name in the place of one.
    func replace(_ old: String, _ name: String, _ matrix: ForeignMatrix) {
        keep { $0 != old }
        add(name, matrix.values, [matrix.rows, matrix.width])
    }

    /// Leaves out arrays.
    func keep(where isKept: (String) -> Bool) {
        names = names.filter(isKept)
        entries = entries.filter { isKept($0.key) }
    }

    /// Gives the arrays other names.
    func rename(_ name: (String) -> String) {
        taken = Set(taken.map(name))
        names = names.map(name)
        entries = Dictionary(entries.map { (name($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether there is an array of each name.
    func has(_ names: String...) -> Bool { names.allSatisfy { entries[$0] != nil } }

    /// The sizes of an array; nil where there is none of that name.
    func shape(_ name: String) -> [Int]? { entries[name]?.shape }

    /// Arrays that no answer depends on.
    func ignore(where isIgnored: (String) -> Bool) { taken.formUnion(names.filter(isIgnored)) }

    /// The numbers of an array of a shape, all finite.
    ///
    /// - Throws: `WorkflowError.invalid`
    func floats(_ name: String, _ shape: [Int]) throws -> [Float] {
        guard let entry = entries[name] else { throw refusal("it has no array '\(name)'") }
        guard entry.shape == shape else {
            throw refusal("its array '\(name)' is \(entry.shape), and \(shape) is needed")
        }
        taken.insert(name)
        let floats: [Float]
        let values = try entry.values
        switch values {
        case .float16, .float32: floats = values.floats ?? []
        case .float64(let values): floats = values.map { Float($0) }
        case .int32, .int64: throw refusal("its array '\(name)' holds whole numbers, not real ones")
        }
        guard floats.allSatisfy(\.isFinite) else { throw refusal("'\(name)' holds a number that is not finite") }
        return floats
    }

    /// The numbers of an array of so many axes.
    ///
    /// - Throws: `WorkflowError.invalid`
    func array(_ name: String, axes: Int) throws -> (values: [Float], shape: [Int]) {
        guard let shape = shape(name) else { throw refusal("it has no array '\(name)'") }
        guard shape.count == axes, !shape.contains(0) else {
            throw refusal("its array '\(name)' is \(shape), and \(axes) axes are needed")
        }
        return (try floats(name, shape), shape)
    }

    /// A matrix of rows.
    ///
    /// - Throws: `WorkflowError.invalid`
    func matrix(_ name: String) throws -> ForeignMatrix {
        let (values, shape) = try array(name, axes: 2)
        return ForeignMatrix(values: values, rows: shape[0], width: shape[1])
    }

    /// Refuses arrays that nothing took.
    ///
    /// - Throws: `WorkflowError.invalid` with the first names
    func checkAllTaken(of title: String) throws {
        let left = names.filter { !taken.contains($0) }
        guard !left.isEmpty else { return }
        throw refusal(
            "\(left.count) of its arrays are not part of \(title): \(left.prefix(5).joined(separator: ", "))"
                + (left.count > 5 ? ", …" : ""))
    }

    /// What is wrong with the file.
    func refusal(_ reason: String) -> WorkflowError { .invalid(what: file, reason: reason) }
}

/// Rows of numbers.
struct ForeignMatrix {
    var values: [Float]
    var rows: Int
    var width: Int

    /// Without the first rows.
    func droppingFirst(_ count: Int) -> ForeignMatrix {
        count == 0
            ? self : ForeignMatrix(values: Array(values.dropFirst(count * width)), rows: rows - count, width: width)
    }

    /// The rows in another order.
    func reordered(_ order: [Int]) -> ForeignMatrix {
        ForeignMatrix(
            values: order.flatMap { values[$0 * width..<($0 + 1) * width] }, rows: order.count, width: width)
    }

    /// The same rows with zeros behind them.
    func widened(to newWidth: Int) -> ForeignMatrix {
        guard newWidth > width else { return self }
        let zeros = [Float](repeating: 0, count: newWidth - width)
        return ForeignMatrix(
            values: (0..<rows).flatMap { values[$0 * width..<($0 + 1) * width] + zeros }, rows: rows, width: newWidth)
    }

    /// With the axes exchanged.
    var transposed: ForeignMatrix {
        var result = [Float](repeating: 0, count: values.count)
        for row in 0..<rows { for column in 0..<width { result[column * rows + row] = values[row * width + column] } }
        return ForeignMatrix(values: result, rows: width, width: rows)
    }
}
