import ZooKernels

/// A network that is asked about one row at a time: what each value of a category makes of the first layer is worked out once.
final class RowNetwork {
    private let layers: [RowLayer]
    private let tables: [[Float]]
    private let architecture: TabularArchitecture
    private let tableColumns: [Int]
    /// The outputs of the first layer for each code of each category, [codes, stride]; empty where they would be too many.
    private let products: [[Float]]
    /// Room for the outputs of two layers.
    private let buffers: [FloatBuffer]

    /// Above so many numbers a category's products are worked out at each row.
    private static let limit = 1 << 22

    init(_ network: FoldedNetwork) {
        architecture = network.architecture
        tables = network.tables
        tableColumns = architecture.tableColumns
        layers = network.layers.map { RowLayer($0.weight, bias: $0.bias) }
        let first = layers[0]
        products = zip(zip(architecture.tables, network.tables), tableColumns).map { table, column in
            let (size, values) = table
            guard size.count * first.stride <= Self.limit else { return [] }
            var product = [Float](repeating: 0, count: size.count * first.stride)
            values.withUnsafeBufferPointer { values in
                product.withUnsafeMutableBufferPointer { product in
                    guard let from = values.baseAddress, let to = product.baseAddress else { return }
                    for code in 0..<size.count {
                        first.add(
                            from + code * size.width, first: column, count: size.width, rectified: false,
                            to: to + code * first.stride)
                    }
                }
            }
            return product
        }
        let widest = layers.map(\.stride).max() ?? 0
        buffers = [FloatBuffer(widest), FloatBuffer(widest)]
    }

    /// Scores of the classes, or the number before its range.
    ///
    /// - Shapes: codes [categories], values [continuous], out [outputs]
    func apply(
        codes: UnsafeBufferPointer<Int32>, values: UnsafeBufferPointer<Float>, into out: UnsafeMutablePointer<Float>
    ) {
        let first = layers[0]
        var (current, next) = (buffers[0].address, buffers[1].address)
        first.begin(current)
        for index in codes.indices {
            let code = Int(codes[index])
            products[index].withUnsafeBufferPointer { product in
                guard let base = product.baseAddress, !product.isEmpty else {
                    return addVector(of: index, code, to: current)
                }
                let row = base + code * first.stride
                for column in 0..<first.stride { current[column] += row[column] }
            }
        }
        if let start = values.baseAddress {
            first.add(
                start, first: architecture.embeddingWidth, count: values.count, rectified: false, to: current)
        }
        for (number, layer) in layers.dropFirst().enumerated() {
            layer.begin(next)
            layer.add(current, first: 0, count: architecture.hidden[number], rectified: true, to: next)
            swap(&current, &next)
        }
        out.update(from: current, count: architecture.outputs)
    }

    private func addVector(of index: Int, _ code: Int, to out: UnsafeMutablePointer<Float>) {
        let width = architecture.tables[index].width
        tables[index].withUnsafeBufferPointer { table in
            guard let base = table.baseAddress else { return }
            layers[0].add(
                base + code * width, first: tableColumns[index], count: width, rectified: false, to: out)
        }
    }
}
