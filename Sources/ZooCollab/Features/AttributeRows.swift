import ZooKernels
import ZooNN

/// Which attributes each of a model's users, or items, has.
struct AttributeRows: Sendable {
    /// What people call each attribute: `genres: Comedy`.
    let names: [String]
    /// For each row of the model the attributes that it has, with their values.
    let byRow: SparseMatrix

    /// - Parameters:
    ///   - rows: how many rows of the model there are
    ///   - weight: what every value is multiplied by
    init(_ features: AttributeFeatures, rows: Int, weight: Float = 1) {
        names = features.names
        let byRow = features.byFeature.transposed(columns: rows)
        let values = byRow.values?.map { weight * $0 }
        self.byRow = SparseMatrix(bounds: byRow.bounds, columns: byRow.columns, values: values)
    }

    /// The attributes of a row, by their places in `names`, with their values.
    func values(of row: Int) -> [(place: Int, value: Float)] {
        (byRow.bounds[row]..<byRow.bounds[row + 1]).map { (Int(byRow.columns[$0]), byRow.values?[$0] ?? 1) }
    }

    /// Reads the attributes of one side of a file, of which there may be none.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    init(_ contents: ModelContents, _ side: String, names: [String], rows: Int) throws {
        self.names = names
        guard !names.isEmpty else {
            byRow = SparseMatrix(bounds: [Int](repeating: 0, count: rows + 1), columns: [])
            return
        }
        let counts = try contents.int32s(side + "_attribute.count", shape: [rows], below: names.count + 1).map(Int.init)
        let bounds = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        byRow = SparseMatrix(
            bounds: bounds,
            columns: try contents.int32s(side + "_attribute.of", shape: [bounds[rows]], below: names.count),
            values: try contents.floats(side + "_attribute.value", shape: [bounds[rows]]))
    }

    /// How they lie in a file; nothing where there are none.
    func tensors(_ side: String) -> [NamedTensor] {
        guard !names.isEmpty else { return [] }
        let counts = (0..<byRow.count).map { Int32(byRow.bounds[$0 + 1] - byRow.bounds[$0]) }
        return [
            NamedTensor(side + "_attribute.count", counts), NamedTensor(side + "_attribute.of", byRow.columns),
            NamedTensor(side + "_attribute.value", byRow.values ?? [], [byRow.columns.count]),
        ]
    }
}
