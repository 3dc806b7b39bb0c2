import ZooKernels

/// Floats out of the pool, zero at first.
final class FloatBuffer {
    let address: UnsafeMutablePointer<Float>
    let count: Int
    private let storage: PooledBuffer

    init(_ count: Int) {
        storage = PooledBuffer(byteCount: max(count, 1) * 4)
        self.count = count
        address = storage.address.bindMemory(to: Float.self, capacity: max(count, 1))
        clear()
    }

    func clear() { address.update(repeating: 0, count: count) }

    func copy(_ values: [Float], at offset: Int = 0) {
        precondition(offset + values.count <= count, "FloatBuffer: \(values.count) at \(offset) of \(count)")
        values.withUnsafeBufferPointer { from in
            if let base = from.baseAddress { (address + offset).update(from: base, count: from.count) }
        }
    }

    func array(_ offset: Int, _ count: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: address + offset, count: count))
    }
}
