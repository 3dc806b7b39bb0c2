import ZooKernels
import ZooRecords

/// Answers for one row after the other, as a function of SQL is asked: the answers are those of `TabularModel.predict` up to the last
/// digits, which the order of the sums decides.
package final class RowPredictor {
    /// The model.
    package let model: TabularModel
    /// The columns that a row has, the target left out.
    package let columns: [TableColumn]
    /// The same columns, in memory that is read without counting references.
    private let inputs: UnsafeMutableBufferPointer<RowInput>
    private let networks: [RowNetwork]
    private let row: EncodedRow
    private let result: FloatBuffer
    /// The number that the first output stands for; NaN for a model of classes.
    private let decoded: (Float) -> Double

    /// - Throws: `TabularError.invalid` for a model that looks at other rows, too
    package init(_ model: TabularModel) throws {
        let features = model.features
        guard features.ordered == nil else {
            throw TabularError.invalid(
                "it looks at earlier rows (lags, means or events), and a function sees one: use 'zoo predict'")
        }
        self.model = model
        columns = features.columns.filter { $0.name != features.target.column }
        inputs = .allocate(capacity: columns.count)
        for (index, column) in columns.enumerated() {
            inputs.initializeElement(at: index, to: RowInput(column, features))
        }
        networks = model.folded.map { network in
            let architecture = network.architecture
            return RowNetwork(
                layers: network.layers.map { ($0.weight, $0.bias) },
                tables: architecture.tables.indices.map {
                    (network.tables[$0], architecture.tables[$0].width, architecture.tableColumns[$0])
                }, valueCount: architecture.continuous)
        }
        row = EncodedRow(categories: features.categories.count, continuous: features.continuous.count)
        result = FloatBuffer(model.architecture.outputs)
        decoded =
            if case .number(let target) = features.target {
                { model.number($0, target, model.answer) }
            } else {
                { _ in .nan }
            }
    }

    deinit {
        inputs.deinitialize()
        inputs.deallocate()
    }

    /// Sets the value of a column; NaN is a missing one. A date is a number as `ColumnKind.number(parsing:)` gives it.
    package func set(_ column: Int, _ number: Double) { inputs[column].set(number, row) }

    /// Sets the value of a column of texts.
    package func set(_ column: Int, _ text: UnsafeBufferPointer<UInt8>) { inputs[column].set(text, row) }

    /// The answer for the row whose columns were set, where the target is a number; else NaN.
    package func number() -> Double { answer { decoded($0[0]) } }

    /// The probabilities of the classes for the row whose columns were set.
    ///
    /// - Parameter body: is lent as many as there are classes
    package func probabilities<R>(_ body: (UnsafeMutablePointer<Float>) -> R) -> R { answer(body) }

    private func answer<R>(_ body: (UnsafeMutablePointer<Float>) -> R) -> R {
        func apply(_ network: Int, _ isLogarithm: Bool, _ out: UnsafeMutablePointer<Float>) {
            out.update(from: networks[network].outputs(codes: row.codes, values: row.values), count: result.count)
            model.folded[network].finish(out, rows: 1, isLogarithm)
        }
        guard networks.count == 1, model.architecture.outputs == 1 || model.calibration.temperature == nil else {
            return model.outputs(rows: 1, apply, body)
        }
        apply(0, false, result.address)
        return body(result.address)
    }
}

/// The codes and numbers of a row, as networks read them.
final class EncodedRow {
    let codes: UnsafeMutablePointer<Int32>
    let values: UnsafeMutablePointer<Float>

    init(categories: Int, continuous: Int) {
        (codes, values) = (.allocate(capacity: max(1, categories)), .allocate(capacity: max(1, continuous)))
        codes.initialize(repeating: 0, count: max(1, categories))
        values.initialize(repeating: 0, count: max(1, continuous))
    }

    deinit {
        codes.deallocate()
        values.deallocate()
    }
}
