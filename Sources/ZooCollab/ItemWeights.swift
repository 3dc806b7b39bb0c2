import ZooNN
import ZooTensor

/// What each item of a history, and each attribute of a person, adds to the score of every item: all pairs, or the largest of each row.
///
/// - Shapes: all pairs [rows, items]; the largest [rows, neighbours], by rising column; the items' rows come first
struct ItemWeights: Sendable {
    private let items: Int
    /// Numbers in a row.
    private let width: Int
    private var values: [Float]
    /// The columns of the values; nil for all pairs.
    private var columns: [Int32]?

    /// How many numbers a row keeps; nil for all.
    var neighbours: Int? { columns.map { _ in width } }

    /// Takes a matrix, [rows, items], or the `neighbours` largest numbers by size of each row, ties by the lower column.
    init(_ matrix: [Float], items: Int, neighbours: Int?) {
        precondition(matrix.count % items == 0, "item weights: \(matrix.count) numbers for \(items) items")
        self.items = items
        guard let neighbours, neighbours < items else {
            (width, values, columns) = (items, matrix, nil)
            return
        }
        width = neighbours
        var (values, columns): ([Float], [Int32]) = ([], [])
        for row in 0..<matrix.count / items {
            let start = row * items
            let largest = (0..<items).sorted {
                let (a, b) = (abs(matrix[start + $0]), abs(matrix[start + $1]))
                return a != b ? a > b : $0 < $1
            }
            for column in largest.prefix(neighbours).sorted() {
                values.append(matrix[start + column])
                columns.append(Int32(column))
            }
        }
        (self.values, self.columns) = (values, columns)
    }

    /// Reads the numbers of a file.
    ///
    /// - Parameter attributes: rows behind those of the items
    /// - Throws: `ModelContentsError` where they are missing, have another shape, or name a column that is not there
    init(_ contents: ModelContents, items: Int, attributes: Int, neighbours: Int?) throws {
        self.items = items
        width = neighbours ?? items
        values = try contents.floats("item_item.weight", shape: [items + attributes, width])
        guard neighbours != nil else {
            columns = nil
            return
        }
        let path = "item_item.column"
        guard let tensor = contents.weights.first(where: { $0.path == path })?.tensor, tensor.dtype == .int32,
            tensor.shape.dimensions == [items + attributes, width]
        else {
            throw ModelContentsError(location: "/weights/" + path, reason: "there are no columns [rows, neighbours]")
        }
        let found = tensor.int32s
        guard found.allSatisfy({ (0..<Int32(items)).contains($0) }) else {
            throw ModelContentsError(location: "/weights/" + path, reason: "a column is not that of an item")
        }
        columns = found
    }

    /// What a file holds.
    var tensors: [NamedTensor] {
        let shape = [values.count / width, width]
        return [NamedTensor("item_item.weight", values, shape)]
            + (columns.map { [NamedTensor(path: "item_item.column", tensor: Tensor($0, shape: Shape(shape)))] } ?? [])
    }

    /// The first rows.
    func prefix(_ rows: Int) -> ItemWeights {
        var first = self
        first.values = Array(values.prefix(rows * width))
        first.columns = columns.map { Array($0.prefix(rows * width)) }
        return first
    }

    /// All pairs of items, [items, items], with 0 for what is not kept.
    var dense: [Float] {
        guard let columns else { return Array(values.prefix(items * items)) }
        var matrix = [Float](repeating: 0, count: items * items)
        for (place, column) in columns.prefix(items * width).enumerated() {
            matrix[place / width * items + Int(column)] = values[place]
        }
        return matrix
    }

    /// What one row adds to the score of an item.
    subscript(row: Int, column: Int) -> Float {
        guard let columns else { return values[row * items + column] }
        var (low, high) = (row * width, (row + 1) * width)
        while low < high {
            let middle = (low + high) / 2
            if columns[middle] < column { low = middle + 1 } else { high = middle }
        }
        return low < (row + 1) * width && columns[low] == column ? values[low] : 0
    }

    /// Adds `x` times a row to the scores, [items].
    func add(_ row: Int, times x: Float, to scores: inout [Float]) {
        let range = row * width..<(row + 1) * width
        scores.withUnsafeMutableBufferPointer { scores in
            values.withUnsafeBufferPointer { values in
                guard let columns else {
                    let row = UnsafeBufferPointer(rebasing: values[range])
                    for j in 0..<width { scores[j] += x * row[j] }
                    return
                }
                columns.withUnsafeBufferPointer { columns in
                    for place in range { scores[Int(columns[place])] += x * values[place] }
                }
            }
        }
    }
}
