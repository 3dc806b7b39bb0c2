import Foundation

/// The sizes of a network over categories and continuous columns.
package struct TabularArchitecture: Sendable, Hashable, Codable {
    /// A table of vectors, one a category.
    package struct Table: Sendable, Hashable, Codable {
        /// Rows: different values, the one for unseen ones among them.
        package var count: Int
        /// Length of a vector.
        package var width: Int

        /// A table of given sizes.
        package init(count: Int, width: Int) {
            self.count = count
            self.width = width
        }

        /// A table whose width follows from its rows: min(600, round(1.6 n^0.56)), fast.ai's rule.
        package init(count: Int) {
            self.init(count: count, width: max(1, min(600, Int((1.6 * pow(Double(count), 0.56)).rounded()))))
        }
    }

    /// The limits that a sigmoid keeps the one output in.
    package struct Range: Sendable, Hashable, Codable {
        /// The least output.
        package var low: Float
        /// The greatest.
        package var high: Float

        /// Limits.
        package init(low: Float, high: Float) {
            self.low = low
            self.high = high
        }
    }

    /// One table a category.
    package var tables: [Table]
    /// Continuous columns.
    package var continuous: Int
    /// Outputs of the hidden layers.
    package var hidden: [Int]
    /// Outputs: one for a number, one a class otherwise.
    package var outputs: Int
    /// Limits of the one output, if it has some.
    package var range: Range?
    /// Whether the hidden layers have biases, as some of other programs; nil where they have none, as those that are trained here.
    package var hasBiases: Bool?

    /// Given sizes.
    package init(
        tables: [Table], continuous: Int, hidden: [Int], outputs: Int, range: Range? = nil, hasBiases: Bool? = nil
    ) {
        self.tables = tables
        self.continuous = continuous
        self.hidden = hidden
        self.outputs = outputs
        self.range = range
        self.hasBiases = hasBiases
    }

    /// The widths of all tables together.
    package var embeddingWidth: Int { tables.reduce(0) { $0 + $1.width } }
    /// Columns of the first layer's input: the embeddings side by side, then the continuous columns.
    package var inputWidth: Int { embeddingWidth + continuous }

    /// The number of inputs of hidden layer `layer`, or of the output layer when it is `hidden.count`.
    package func inputs(of layer: Int) -> Int { layer == 0 ? inputWidth : hidden[layer - 1] }

    /// The first input column of every table's vector.
    var tableColumns: [Int] {
        var column = 0
        return tables.map { table in
            defer { column += table.width }
            return column
        }
    }
}
