import CZooSIMD

/// A network of rectified linear layers that is asked about one row at a time.
///
/// What each value of a category makes of the first layer is worked out once. Not for several threads at once.
package final class RowNetwork {
    /// A linear layer: weight [inputs, outputs], bias [outputs].
    package typealias Layer = (weight: [Float], bias: [Float])
    /// A table of vectors, [codes, width], which are the inputs of the first layer from number `first` on.
    package typealias Table = (vectors: [Float], width: Int, first: Int)

    private let layers: UnsafeMutableBufferPointer<zoo_row_layer>
    private let categories: UnsafeMutableBufferPointer<zoo_row_category>
    private let valueCount: Int
    private let widest: Int
    /// Room for the outputs of two layers.
    private let room: UnsafeMutablePointer<Float>
    private var owned: [UnsafeMutablePointer<Float>] = []

    /// Above so many numbers a category's products are worked out at each row.
    private static let limit = 1 << 22

    /// - Parameter valueCount: numbers of a row, the last inputs of the first layer
    package init(layers: [Layer], tables: [Table], valueCount: Int) {
        self.valueCount = valueCount
        self.layers = .allocate(capacity: layers.count)
        categories = .allocate(capacity: tables.count)
        let strides = layers.map { ($0.bias.count + 15) / 16 * 16 }
        widest = strides.max() ?? 0
        room = Self.copy([], filledTo: widest * 2)
        owned.append(room)
        for (index, layer) in layers.enumerated() {
            let (outputs, stride) = (layer.bias.count, strides[index])
            let inputs = layer.weight.count / max(1, outputs)
            var filled = [Float](repeating: 0, count: inputs * stride)
            for input in 0..<inputs {
                filled.replaceSubrange(
                    input * stride..<input * stride + outputs,
                    with: layer.weight[input * outputs..<(input + 1) * outputs])
            }
            self.layers.initializeElement(
                at: index,
                to: zoo_row_layer(
                    weight: keep(filled), bias: keep(layer.bias, filledTo: stride), inputs: inputs, stride: stride))
        }
        for (index, table) in tables.enumerated() { categories.initializeElement(at: index, to: category(table)) }
    }

    deinit {
        for numbers in owned { numbers.deallocate() }
        layers.deallocate()
        categories.deallocate()
    }

    private func category(_ table: Table) -> zoo_row_category {
        let (layer, codes) = (layers[0], table.vectors.count / max(1, table.width))
        precondition(table.first + table.width <= layer.inputs, "RowNetwork: inputs \(table.first) and on")
        let vectors = keep(table.vectors)
        guard codes * layer.stride <= Self.limit else {
            return zoo_row_category(products: nil, vectors: vectors, width: table.width, first: table.first)
        }
        let products = keep([], filledTo: codes * layer.stride)
        for code in 0..<codes {
            zoo_row_layer_add(
                vectors + code * table.width, table.width, false, layer.weight + table.first * layer.stride,
                layer.stride,
                products + code * layer.stride)
        }
        return zoo_row_category(products: products, vectors: vectors, width: table.width, first: table.first)
    }

    private func keep(_ values: [Float], filledTo count: Int = 0) -> UnsafeMutablePointer<Float> {
        owned.append(Self.copy(values, filledTo: count))
        return owned[owned.count - 1]
    }

    /// Aligned memory with some numbers, followed by zeros.
    private static func copy(_ values: [Float], filledTo count: Int) -> UnsafeMutablePointer<Float> {
        let count = max(values.count, count, 1)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
            .bindMemory(to: Float.self, capacity: count)
        memory.initialize(repeating: 0, count: count)
        values.withUnsafeBufferPointer { from in
            if let base = from.baseAddress { memory.update(from: base, count: values.count) }
        }
        return memory
    }

    /// The outputs of the last layer for a row, until the next call.
    ///
    /// - Parameters:
    ///   - codes: one of each table, within it
    ///   - values: as many as the network was made for
    package func outputs(
        codes: UnsafePointer<Int32>, values: UnsafePointer<Float>
    ) -> UnsafePointer<Float> {
        zoo_row_network(
            layers.baseAddress, layers.count, categories.baseAddress, categories.count, codes, values, valueCount,
            widest, room)
    }
}
