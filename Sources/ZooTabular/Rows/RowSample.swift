import ZooKernels

/// Some rows of the training part as they were, for models whose data are elsewhere.
package struct RowSample: Sendable, Hashable, Codable {
    /// The columns: those that rows must have, and those over time.
    package let columns: [TableColumn]
    /// The values, as many of each column.
    let values: [Values]

    enum Values: Sendable, Hashable, Codable {
        case numbers([Double?])
        case texts([String?])

        var count: Int {
            switch self {
            case .numbers(let values): values.count
            case .texts(let values): values.count
            }
        }
    }

    /// How many rows.
    package var count: Int { values.first?.count ?? 0 }

    /// Whether columns and values fit together and hold all that inputs are computed from.
    package func fits(_ features: FittedFeatures) -> Bool {
        let names = Set(columns.map(\.name))
        let needed = features.columns + (features.ordered?.derived ?? [])
        return columns.count == values.count && names.count == columns.count
            && values.allSatisfy { $0.count == count } && needed.allSatisfy { names.contains($0.name) }
    }

    /// The rows as a table.
    var rows: MemoryRows {
        MemoryRows(
            zip(columns, values).map { column, values in
                switch values {
                case .numbers(let numbers): (column: column, values: .numbers(numbers.map { $0 ?? .nan }))
                case .texts(let texts): (column: column, values: .texts(texts))
                }
            })
    }
}

/// Keeps some of the rows that go by, each with the same chance (Vitter 1985, Algorithm R).
struct RowSampler {
    private let columns: [TableColumn]
    private let places: [Int]
    private let limit: Int
    private var generator: RandomGenerator
    private var seen = 0
    private var kept: [[CellValue]] = []

    /// - Parameter present: the columns of the blocks
    init(_ features: FittedFeatures, columns present: [TableColumn], limit: Int, seed: UInt64) {
        let needed = Set((features.columns + (features.ordered?.derived ?? [])).map(\.name))
        places = present.indices.filter { needed.contains(present[$0].name) }
        columns = places.map { present[$0] }
        self.limit = limit
        generator = RandomGenerator(seed: seed)
    }

    mutating func add(_ block: RowBlock, row: Int) {
        guard limit > 0 else { return }
        seen += 1
        let place = seen <= limit ? kept.count : Int.random(in: 0..<seen, using: &generator)
        guard place < limit else { return }
        let cells = places.map { CellValue(block.columns[$0], row) }
        if place == kept.count { kept.append(cells) } else { kept[place] = cells }
    }

    /// The rows that were kept; nil for none.
    var sample: RowSample? {
        guard !kept.isEmpty else { return nil }
        let values = columns.indices.map { index in
            columns[index].kind == .text
                ? RowSample.Values.texts(kept.map { $0[index].text })
                : RowSample.Values.numbers(kept.map { $0[index].number })
        }
        return RowSample(columns: columns, values: values)
    }
}
