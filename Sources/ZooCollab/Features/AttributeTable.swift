import ZooKernels

/// The attributes of a model's users, or items, with the vectors that training found for them.
struct AttributeTable: Sendable {
    /// What people call each: `genres: Comedy`.
    let names: [String]
    /// Their vectors and biases.
    let factors: FactorTable
    /// For each row of the model the attributes that it has, with their values.
    let byRow: SparseMatrix

    init(names: [String], factors: FactorTable, byRow: SparseMatrix) {
        (self.names, self.factors, self.byRow) = (names, factors, byRow)
    }

    /// Joins features with their vectors.
    ///
    /// - Parameter rows: how many rows of the model there are
    init(_ features: AttributeFeatures, _ factors: FactorTable, rows: Int) {
        self.init(names: features.names, factors: factors, byRow: features.byFeature.transposed(columns: rows))
    }

    /// The attributes of a row: name, and vector and bias times the value, [width + 1].
    func parts(of row: Int) -> [(name: String, part: [Double])] {
        (byRow.bounds[row]..<byRow.bounds[row + 1]).map { entry in
            let attribute = Int(byRow.columns[entry])
            let value = Double(byRow.values?[entry] ?? 1)
            return (names[attribute], factors[attribute].map { $0 * value })
        }
    }
}
