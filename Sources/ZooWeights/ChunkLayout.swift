import CHDF5

/// How an array is cut and packed in a file, so that loading stays fast.
enum ChunkLayout {
    /// HDF5's chunk cache holds 1 MiB: no chunk is larger.
    private static let targetBytes = 1 << 20

    /// The chunk shape of an array that is not empty: whole trailing axes, even cuts of the axis that does not fit.
    static func chunk(shape: [Int], stride: Int) -> [Int] {
        var chunk = shape
        for axis in shape.indices {
            let rowBytes = shape[(axis + 1)...].reduce(stride, *)
            if rowBytes * shape[axis] <= targetBytes { break }
            let most = max(1, targetBytes / rowBytes)
            let pieces = (shape[axis] + most - 1) / most
            chunk[axis] = (shape[axis] + pieces - 1) / pieces
            if most > 1 { break }
        }
        return chunk
    }

    /// Whether shuffling and deflating saves at least a quarter, tried on a sample.
    ///
    /// Trained Float32 weights save about a tenth and would take ten times as long to load; counts, zeros and
    /// repeated values shrink well.
    static func deflates(_ values: WeightValues) -> Bool {
        let stride = values.stride
        guard values.count * stride >= 4096 else { return false }
        return values.withUnsafeBytes { bytes in
            let count = min(values.count, (64 << 10) / stride)
            let start = (values.count - count) / 2 * stride
            let shuffled = [UInt8](unsafeUninitializedCapacity: count * stride) { buffer, initialized in
                for byte in 0..<stride {
                    for i in 0..<count { buffer[byte * count + i] = bytes[start + i * stride + byte] }
                }
                initialized = count * stride
            }
            var packedSize = compressBound(uLong(shuffled.count))
            var packed = [UInt8](repeating: 0, count: Int(packedSize))
            guard compress2(&packed, &packedSize, shuffled, uLong(shuffled.count), 1) == Z_OK else { return false }
            return Int(packedSize) * 4 <= shuffled.count * 3
        }
    }
}
