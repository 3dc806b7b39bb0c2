import Testing
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor
import ZooTesting

import ZooTabular

/// Random records with their codes, continuous columns and targets as plain arrays.
struct RandomRecords {
    let layout: RecordLayout
    var bytes: [UInt8]
    var codes: [[Int32]]
    var continuous: [Float]
    var labels: [Int32] = []
    var targets: [Float] = []
    let count: Int

    init(_ architecture: TabularArchitecture, count: Int, seed: UInt64) {
        var generator = RandomGenerator(seed: seed)
        self.count = count
        layout = RecordLayout(codeCounts: architecture.tables.map(\.count), continuous: architecture.continuous)
        bytes = Array(repeating: 0, count: count * layout.stride)
        codes = architecture.tables.map { table in
            (0..<count).map { _ in Int32.random(in: 0..<Int32(table.count), using: &generator) }
        }
        continuous = (0..<count * architecture.continuous).map { _ in generator.normal() * 2 + 1 }
        for _ in 0..<count {
            if architecture.outputs > 1 {
                labels.append(Int32.random(in: 0..<Int32(architecture.outputs), using: &generator))
            } else {
                targets.append(generator.normal())
            }
        }
        pack(architecture)
    }

    /// Writes the plain arrays into the records.
    mutating func pack(_ architecture: TabularArchitecture) {
        bytes.withUnsafeMutableBytes { raw in
            for row in 0..<count {
                guard let base = raw.baseAddress else { continue }
                let record = base + row * layout.stride
                for index in codes.indices {
                    RecordLayout.write(
                        code: Int(codes[index][row]),
                        to: (record + layout.codeOffsets[index]).assumingMemoryBound(to: UInt8.self),
                        bytes: layout.codeBytes[index])
                }
                for column in 0..<architecture.continuous {
                    (record + layout.continuousOffset + column * 4).storeBytes(
                        of: continuous[row * architecture.continuous + column], as: Float.self)
                }
                if labels.isEmpty {
                    (record + layout.targetOffset).storeBytes(of: targets[row], as: Float.self)
                } else {
                    (record + layout.targetOffset).storeBytes(of: labels[row], as: Int32.self)
                }
            }
        }
    }

    func withRecords<R>(rows: [Int32]? = nil, _ body: (Records) throws -> R) rethrows -> R {
        try bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { preconditionFailure("no records") }
            guard let rows else {
                return try body(Records(address: base, stride: layout.stride, rows: nil, count: count))
            }
            return try rows.withUnsafeBufferPointer {
                try body(Records(address: base, stride: layout.stride, rows: $0.baseAddress, count: rows.count))
            }
        }
    }
}

private struct Shapes: CustomStringConvertible {
    let architecture: TabularArchitecture
    let rows: Int
    let description: String

    static let all = [
        Shapes(
            architecture: TabularArchitecture(
                tables: [.init(count: 5, width: 3), .init(count: 300, width: 4)], continuous: 3, hidden: [20, 10],
                outputs: 3), rows: 37, description: "classes"),
        Shapes(
            architecture: TabularArchitecture(
                tables: [.init(count: 2, width: 1)], continuous: 2, hidden: [33], outputs: 1,
                range: .init(low: -1, high: 2)), rows: 700, description: "a number within a range, several parts"),
        Shapes(
            architecture: TabularArchitecture(tables: [], continuous: 4, hidden: [], outputs: 1), rows: 9,
            description: "linear"),
        Shapes(
            architecture: TabularArchitecture(
                tables: [.init(count: 7, width: 5)], continuous: 0, hidden: [8], outputs: 2), rows: 64,
            description: "no continuous columns"),
    ]
}

@Test(arguments: Shapes.all)
private func fusedStepsEqualComposedOnes(shapes: Shapes) throws {
    let architecture = shapes.architecture
    var generator = RandomGenerator(seed: 3)
    let network = ComposedNetwork(architecture, using: &generator)
    var start = try #require(network.weights)
    for index in start.tables.indices { start.tables[index] = start.tables[index].map { $0 * 50 } }
    try network.load(start)
    let data = RandomRecords(architecture, count: shapes.rows, seed: 4)
    let fused = FusedTabular(
        architecture, weights: start, record: data.layout, capacity: shapes.rows, threads: ThreadCount(2))
    // Norms and biases are not shrunk: a group of their own. With a small epsilon, Adam would make steps of gradients that
    // are nothing but rounding.
    let named = network.namedParameters()
    let isPlain = { (path: String) in path.contains("norm") || path.hasSuffix("bias") }
    let optimizer = Optimizer(
        [
            ParameterGroup(named.filter { !isPlain($0.path) }.map(\.parameter), weightDecay: 0.05),
            ParameterGroup(named.filter { isPlain($0.path) }.map(\.parameter), weightDecay: 0),
        ], rule: AdamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-3))
    let codes = data.codes.map { Tensor($0, shape: [shapes.rows]) }
    let continuous =
        architecture.continuous > 0
        ? Tensor(data.continuous, shape: [shapes.rows, architecture.continuous]) : nil
    for number in 1...3 {
        let output = network(codes, continuous, mode: .training, using: &generator)
        let loss =
            architecture.outputs > 1
            ? crossEntropy(output, Tensor(data.labels, shape: [shapes.rows]))
            : meanSquaredError(output, Tensor(data.targets, shape: [shapes.rows, 1]))
        let all = optimizer.groups.flatMap(\.parameters).map(\.value)
        optimizer.step(gradients(of: loss, withRespectTo: all), rate: 0.01)
        let fusedLoss = data.withRecords {
            fused.step($0, adam: TabularStep(number: number, rate: 0.01, epsilon: 1e-3, decay: 0.05), key: 0)
        }
        #expect(abs(fusedLoss - loss.item) < 1e-5 * max(1, abs(loss.item)))
    }
    let expected = try #require(network.weights)
    for (ours, theirs) in zip(fused.weights.entries(architecture), expected.entries(architecture)) {
        #expect(ours.path == theirs.path)
        try assertClose(ours.values.map(Double.init), theirs.values.map(Double.init), relative: 1e-4, absolute: 1e-5)
    }
}

@Test func averagesMoveByTheirShareOfTheWay() throws {
    let architecture = Shapes.all[0].architecture
    var generator = RandomGenerator(seed: 5)
    let start = TabularWeights(architecture, using: &generator)
    let data = RandomRecords(architecture, count: 16, seed: 6)
    let network = FusedTabular(
        architecture, weights: start, record: data.layout, capacity: 16, isAveraging: true, threads: .one)
    func values(_ weights: TabularWeights) -> [Double] {
        weights.entries(architecture).filter { !$0.path.contains("running") }.flatMap { $0.values.map(Double.init) }
    }
    #expect(network.averagedWeights == start)
    _ = data.withRecords { network.step($0, adam: TabularStep(number: 1, rate: 0.1), key: 0) }
    #expect(values(network.averagedWeights) == values(start))
    network.average(0.25)
    let expected = zip(values(start), values(network.weights)).map { 0.75 * $0 + 0.25 * $1 }
    try assertClose(values(network.averagedWeights), expected, relative: 1e-6, absolute: 1e-7)
    network.load(start)
    #expect(network.averagedWeights == start)
}
