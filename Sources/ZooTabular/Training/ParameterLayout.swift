/// Where the parameters of a network lie in one flat buffer, so that a step of the optimiser is one loop.
///
/// What weight decay shrinks (tables, weights) comes first, norms and biases after it. Large tables have buffers of their
/// own: only the rows that a batch looks up are moved.
struct ParameterLayout {
    /// The places of the small tables; nil for a large one.
    let tables: [Int?]
    /// Places of the hidden layers' weights, and of the output's.
    let hidden: [Int]
    let output: Int
    /// Everything before is shrunk by weight decay.
    let decayedCount: Int
    let continuousNorm: NormPlace
    let norms: [NormPlace]
    let outputBias: Int
    let count: Int

    struct NormPlace {
        let weight: Int
        let bias: Int
    }

    /// Tables of more numbers than this have their own buffers.
    static let largeTable = 1 << 17

    init(_ architecture: TabularArchitecture) {
        var end = 0
        func place(_ size: Int) -> Int {
            defer { end += (size + 15) / 16 * 16 }
            return end
        }
        tables = architecture.tables.map { table in
            let size = table.count * table.width
            return size > Self.largeTable ? nil : place(size)
        }
        hidden = architecture.hidden.indices.map { place(architecture.inputs(of: $0) * architecture.hidden[$0]) }
        output = place(architecture.inputs(of: architecture.hidden.count) * architecture.outputs)
        decayedCount = end
        func norm(_ size: Int) -> NormPlace { NormPlace(weight: place(size), bias: place(size)) }
        continuousNorm = norm(architecture.continuous)
        norms = architecture.hidden.map { norm($0) }
        outputBias = place(architecture.outputs)
        count = end
    }
}

/// A table with its moments, of which a step moves only the rows that were looked up.
final class LargeTable {
    let rows: Int
    let width: Int
    let values: FloatBuffer
    let gradients: FloatBuffer
    let first: FloatBuffer
    let second: FloatBuffer
    /// The rows that the batch looked up, each once.
    var touched: [Int32] = []
    private var isTouched: [Bool]

    init(rows: Int, width: Int) {
        self.rows = rows
        self.width = width
        values = FloatBuffer(rows * width)
        gradients = FloatBuffer(rows * width)
        first = FloatBuffer(rows * width)
        second = FloatBuffer(rows * width)
        isTouched = Array(repeating: false, count: rows)
    }

    func touch(_ row: Int) {
        guard !isTouched[row] else { return }
        isTouched[row] = true
        touched.append(Int32(row))
    }

    /// Visits the touched rows' places and forgets them.
    func drain(_ body: (_ offset: Int) -> Void) {
        for row in touched {
            body(Int(row) * width)
            isTouched[Int(row)] = false
        }
        touched.removeAll(keepingCapacity: true)
    }
}
