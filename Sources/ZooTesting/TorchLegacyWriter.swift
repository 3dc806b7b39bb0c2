/// Writes a state dict as PyTorch did before version 1.6: enough of it for float32 tensors.
package struct TorchLegacyWriter {
    private var pickle: [UInt8] = [0x80, 2] + Array("ccollections\nOrderedDict\n)R(".utf8)
    private var keys: [String] = []
    private var storages: [UInt8] = []

    /// Begins a state dict.
    package init() {}

    /// Adds a tensor: its shape as PyTorch has it, its numbers row by row.
    package mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
        let key = String(keys.count)
        keys.append(key)
        pickle += text(name) + Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8) + text("storage")
        pickle +=
            Array("ctorch\nFloatStorage\n".utf8) + text(key) + text("cpu") + number(values.count) + Array("NtQ".utf8)
        pickle += number(0) + Array("(".utf8) + shape.flatMap(number) + Array("t(".utf8)
        let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
        pickle += strides.flatMap(number) + Array("t".utf8) + [0x89] + Array("}tR".utf8)
        storages += (0..<8).map { UInt8(truncatingIfNeeded: values.count >> (8 * $0)) }
        values.withUnsafeBytes { storages += $0 }
    }

    /// The file.
    package var bytes: [UInt8] {
        let magic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        let head = magic + [0x80, 2] + Array("M".utf8) + [0xE9, 3, 0x2E]
        let system = [0x80, 2] + Array("}(".utf8) + text("little_endian") + [0x88] + Array("u.".utf8)
        let list = [0x80, 2] + Array("](".utf8) + keys.flatMap(text) + Array("e.".utf8)
        return head + system + pickle + Array("u.".utf8) + list + storages
    }

    private func number(_ value: Int) -> [UInt8] { Array("J".utf8) + little(value) }
    private func text(_ text: String) -> [UInt8] { Array("X".utf8) + little(text.utf8.count) + Array(text.utf8) }
    private func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
