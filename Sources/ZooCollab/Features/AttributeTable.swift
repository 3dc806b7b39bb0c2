/// The attributes of a model's users, or items, with the vectors that training found for them.
struct AttributeTable: Sendable {
    /// Which row has which.
    let rows: AttributeRows
    /// Their vectors and biases.
    let factors: FactorTable

    /// What people call each: `genres: Comedy`.
    var names: [String] { rows.names }

    /// The attributes of a row: name, and vector and bias times the value, [width + 1].
    func parts(of row: Int) -> [(name: String, part: [Double])] {
        rows.values(of: row).map { place, value in (names[place], factors[place].map { $0 * Double(value) }) }
    }
}
