/// How well a column is a linear function of others.
enum LinearFit {
    /// R^2 of the least-squares fit of `target` by `columns` and a constant.
    static func determination(of target: [Double], by columns: [[Double]]) -> Double {
        let rows = target.indices.map { row in columns.map { $0[row] } + [1] }
        let width = columns.count + 1
        // Normal equations, solved by Gauss-Jordan elimination with pivots: a handful of well-scaled columns.
        var system = (0..<width).map { i in
            (0..<width).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } }
                + [zip(rows, target).reduce(0) { $0 + $1.0[i] * $1.1 }]
        }
        for column in 0..<width {
            let pivot = (column..<width).max { abs(system[$0][column]) < abs(system[$1][column]) } ?? column
            system.swapAt(column, pivot)
            for row in 0..<width where row != column {
                let factor = system[row][column] / system[column][column]
                for k in column...width { system[row][k] -= factor * system[column][k] }
            }
        }
        let weights = (0..<width).map { system[$0][width] / system[$0][$0] }
        let mean = target.reduce(0, +) / Double(target.count)
        let residual = zip(rows, target).reduce(0) { sum, pair in
            let error = pair.1 - zip(pair.0, weights).reduce(0) { $0 + $1.0 * $1.1 }
            return sum + error * error
        }
        return 1 - residual / target.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
}
