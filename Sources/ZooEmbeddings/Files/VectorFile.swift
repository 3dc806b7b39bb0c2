/// How vectors lie in a file.
package enum VectorFileForm: String, Sendable, Encodable {
    /// A line with the number of vectors and their width, then a line each: word2vec's text, fastText's `.vec`.
    case word2vec
    /// The same with the numbers as 32-bit floating point.
    case word2vecBinary = "word2vec-binary"
    /// A line each, the key first: GloVe's.
    case glove
    /// Lines of numbers without keys: the `tensors.tsv` of TensorBoard's projector, `numpy.savetxt`.
    case numbers
    /// 32-bit floating point and nothing else: the `tensors.bytes` of TensorBoard's projector.
    case bytes
}

/// What a file of vectors holds.
package struct VectorFile: Sendable {
    /// How they lie there.
    package let form: VectorFileForm
    /// The vectors; keys are row numbers from 0 where the file has none.
    package var vectors: NamedVectors
    /// Whether the file has keys.
    package let hasKeys: Bool
    /// The entries that were left out, each with its place and the reason.
    package let skipped: [String]
    /// How many entries were left out since their key was there already.
    package let repeated: Int
    /// How many keys are several words of which the last is a number, which may be one of the vector.
    package let doubtfulKeys: Int

    /// Reads a file of vectors in any of these forms, which is found out from what it holds.
    ///
    /// A key may hold blanks: numbers are counted from the end of the line.
    /// - Throws: `VectorFileError`
    package init(path: String, options: VectorFileOptions = VectorFileOptions()) throws {
        if path.lowercased().hasSuffix(".bytes") {
            self = try Self.bytes(path, options)
            return
        }
        let layout = try VectorLineLayout(path: path, width: options.width)
        var collector = VectorCollector(path: path, options: options)
        switch layout.form {
        case .word2vecBinary: try Self.readBinary(path, layout, &collector)
        default: try Self.readLines(path, layout, &collector)
        }
        guard !collector.keys.isEmpty else {
            throw VectorFileError.malformed(
                path: path, reason: "none of its entries can be read: \(collector.skipped[0])")
        }
        self.init(collector, layout)
    }

    private init(_ collector: VectorCollector, _ layout: VectorLineLayout) {
        form = layout.form
        vectors = NamedVectors(keys: collector.keys, vectors: collector.vectors, width: layout.width)
        hasKeys = ![.numbers, .bytes].contains(layout.form)
        (skipped, repeated, doubtfulKeys) = (collector.skipped, collector.repeated, collector.doubtfulKeys)
    }

    private static func readLines(_ path: String, _ layout: VectorLineLayout, _ collector: inout VectorCollector) throws
    {
        var reader = try LineReader(path: path)
        try reader.skipByteOrderMark()
        if layout.count != nil { _ = try reader.next { _ in } }
        // A header may lie, the size of the file cannot: a number takes two bytes at least.
        collector.reserve(
            min(layout.count ?? reader.size / (layout.width * 9), reader.size / (layout.width * 2)), width: layout.width
        )
        var row = 0
        while !collector.isFull {
            let place = reader.line + 1
            let found = try reader.next { line -> Bool in
                let fields = VectorLine(line, layout)
                guard !fields.isBlank else { return false }
                if layout.form != .numbers, collector.options.width == nil, fields.keyEndsInNumber {
                    collector.doubtfulKeys += 1
                }
                let name = layout.form == .numbers ? Array(String(row).utf8) : nil
                try (name?.withUnsafeBufferPointer { try collector.add(key: $0, at: "line \(place)", fields.append) })
                    ?? collector.add(key: fields.key, at: "line \(place)", fields.append)
                return true
            }
            guard let found else { break }
            if found { row += 1 }
            // An array that grows is there twice for a moment: what the first lines take tells how many there will be.
            if row == 1000, layout.count == nil {
                collector.reserve(reader.size / (reader.offset / 1000) * 21 / 20, width: layout.width)
            }
        }
        try checkCount(path, layout, row, collector)
    }

    private static func readBinary(_ path: String, _ layout: VectorLineLayout, _ collector: inout VectorCollector)
        throws
    {
        var reader = try LineReader(path: path)
        _ = try reader.next { _ in }
        let count = layout.count ?? 0
        collector.reserve(min(count, reader.size / (layout.width * 4)), width: layout.width)
        var (row, key) = (0, [UInt8]())
        while row < count, !collector.isFull {
            key.removeAll(keepingCapacity: true)
            while let byte = try reader.peek(), byte == 0x0A { _ = try reader.take(1) { _ in } }
            while let byte = try reader.take(1, { $0[0] }), byte != 0x20 {
                key.append(byte)
                guard key.count <= 1 << 20 else { break }
            }
            let read: Void? = try reader.take(layout.width * 4) { bytes in
                try key.withUnsafeBufferPointer { key in
                    try collector.add(key: key, at: "entry \(row + 1)") { Self.append(bytes, to: &$0) }
                }
            }
            guard read != nil else { break }
            row += 1
        }
        try checkCount(path, layout, row, collector)
        if row == count, !collector.isFull {
            while let byte = try reader.peek(), byte == 0x0A { _ = try reader.take(1) { _ in } }
            guard try reader.peek() == nil else {
                throw VectorFileError.malformed(
                    path: path,
                    reason: "behind the \(count) vectors that its first line promises there is more: it is damaged")
            }
        }
    }

    private static func checkCount(
        _ path: String, _ layout: VectorLineLayout, _ found: Int, _ collector: VectorCollector
    ) throws {
        guard let count = layout.count, !collector.isFull, found != count else {
            guard found > 0 else { throw VectorFileError.malformed(path: path, reason: "there are no vectors in it") }
            return
        }
        throw VectorFileError.malformed(
            path: path,
            reason:
                "its first line promises \(count) vectors of \(layout.width) numbers, and there are \(found): it is cut short or damaged"
        )
    }

    private static func bytes(_ path: String, _ options: VectorFileOptions) throws -> VectorFile {
        guard let width = options.width else {
            throw VectorFileError.malformed(
                path: path, reason: "it holds numbers alone: --width says how many a vector has")
        }
        var reader = try LineReader(path: path)
        guard reader.size > 0, reader.size % (width * 4) == 0 else {
            throw VectorFileError.malformed(
                path: path,
                reason: "its \(reader.size) bytes are not a whole number of vectors of \(width) numbers of 4 bytes")
        }
        var collector = VectorCollector(path: path, options: options)
        collector.reserve(reader.size / (width * 4), width: width)
        for row in 0..<reader.size / (width * 4) where !collector.isFull {
            _ = try reader.take(width * 4) { bytes in
                try Array(String(row).utf8).withUnsafeBufferPointer { key in
                    try collector.add(key: key, at: "row \(row + 1)") { append(bytes, to: &$0) }
                }
            }
        }
        return VectorFile(collector, VectorLineLayout(form: .bytes, width: width))
    }

    /// Adds numbers of 4 bytes, little-endian; gives a reason where one is not finite.
    private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to vectors: inout [Float]) -> String? {
        let raw = UnsafeRawBufferPointer(bytes)
        for place in stride(from: 0, to: raw.count, by: 4) {
            let number = Float(
                bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
            guard number.isFinite else { return "its number \(place / 4 + 1) is \(number)" }
            vectors.append(number)
        }
        return nil
    }
}
