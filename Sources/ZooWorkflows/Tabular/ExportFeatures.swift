import ZooData
import ZooTabular

/// A table that was written with vectors for categories.
package struct ExportFeaturesReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The file.
    package let file: String
    /// Rows written.
    package let rows: Int
    /// Features of a row.
    package let features: Int
    /// The columns of the file in order.
    package let columns: [String]
}

extension Workspace {
    /// Writes the rows of a table as CSV: columns to keep, the target where the table has it, then the features.
    ///
    /// - Parameter data: nil for the data that the model was trained on
    /// - Throws: as `evaluateTabular`; `DataError.notWritten`
    package func exportFeatures(
        model name: String, data: TabularData?, keeping: [String] = [], to output: TableOutput
    ) throws -> ExportFeaturesReport {
        let (stored, entry) = try model(named: name, as: StoredTabular.self)
        let rows = try tabularRows(data, of: stored, entry).rows
        let names = rows.columns.map(\.name)
        let target = stored.model.features.target.column
        let kept = keeping + (names.contains(target) && !keeping.contains(target) ? [target] : [])
        let places = try kept.map { name in
            guard let place = names.firstIndex(of: name) else {
                throw TabularError.unknownColumn(name, role: "--keep", present: names)
            }
            return place
        }
        let features = EmbeddedFeatures(stored.model)
        let columns = kept + features.columns
        var count = 0
        try DelimitedWriter.file(output, columns: columns) { file in
            try features.forEachBlock(rows) { block, numbers in
                for row in 0..<block.rowCount {
                    let cells = places.map { block.columns[$0].stored(row, as: ValueKind(rows.columns[$0].kind)) }
                    try file.add(cells + numbers[row].map { $0.isNaN ? .null : .real($0) })
                }
                count += block.rowCount
            }
        }
        return ExportFeaturesReport(
            model: name, file: output.path, rows: count, features: features.columns.count, columns: columns)
    }
}
