import Foundation
import ZooKernels

/// A trained network with everything that makes inputs of a table: answers, and does not learn.
public struct TabularModel: Sendable {
    /// How columns become inputs.
    public let features: FittedFeatures
    /// The sizes.
    public let architecture: TabularArchitecture
    /// The numbers; several networks are averaged over their answers.
    public let members: [TabularWeights]
    private let folded: [FoldedNetwork]

    /// Joins the parts.
    public init(features: FittedFeatures, architecture: TabularArchitecture, members: [TabularWeights]) {
        self.features = features
        self.architecture = architecture
        self.members = members
        folded = members.map { FoldedNetwork(architecture, $0) }
    }

    /// What the network says of encoded rows: probabilities of classes, or the standardised number.
    ///
    /// - Parameter body: called once with [rows, outputs]
    public func outputs<R>(
        of records: Records, threads: ThreadCount = .one, _ body: (UnsafeMutablePointer<Float>) throws -> R
    ) rethrows -> R {
        let width = architecture.outputs
        let result = FloatBuffer(records.count * width)
        let scratch = FloatBuffer(records.count * width)
        let share = 1 / Float(max(1, folded.count))
        for network in folded {
            network.apply(records, features.record, into: scratch.address, threads: threads)
            for index in 0..<records.count * width { result.address[index] += share * scratch.address[index] }
        }
        return try body(result.address)
    }

    /// Metrics over encoded rows, by their lower-case names.
    ///
    /// - Throws: `TabularError.temporaryFile`
    public func metrics(of rows: EncodedRows, threads: ThreadCount = .all) throws -> [(name: String, value: Double)] {
        switch features.target {
        case .number(let number):
            var metrics = NumberMetrics()
            try rows.forEachBatch(of: 4096) { records in
                outputs(of: records, threads: threads) { outputs in
                    for row in 0..<records.count {
                        let target = UnsafeRawPointer(records.record(row) + rows.record.targetOffset)
                            .loadUnaligned(as: Float.self)
                        metrics.add(
                            prediction: number.decoded(Double(outputs[row])), actual: number.actual(target))
                    }
                }
            }
            return metrics.values
        case .classes(let classes):
            let count = classes.labels.count
            var metrics = ClassMetrics(classes: count)
            try rows.forEachBatch(of: 4096) { records in
                outputs(of: records, threads: threads) { outputs in
                    for row in 0..<records.count {
                        let label = UnsafeRawPointer(records.record(row) + rows.record.targetOffset)
                            .loadUnaligned(as: Int32.self)
                        metrics.add(probabilities: outputs + row * count, actual: Int(label))
                    }
                }
            }
            return metrics.values
        }
    }
}
