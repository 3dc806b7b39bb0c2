import ZooRecords

extension ColumnScan {
    /// How many there were of something, and the first of them.
    struct FirstSeen {
        private(set) var count = 0
        private(set) var line = 0
        private(set) var text = ""

        @inline(__always)
        mutating func see(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
            if count == 0 {
                self.line = line
                text = String(decoding: bytes.prefix(40), as: UTF8.self)
            }
            count += 1
        }
    }

    /// The earliest and the latest of some moments.
    struct Span {
        var least: (clock: Double, offset: Int?, instant: Double) = (.infinity, nil, .infinity)
        var greatest: (clock: Double, offset: Int?, instant: Double) = (-.infinity, nil, -.infinity)

        mutating func add(_ clock: Double?, offset: Int?) {
            guard let clock else { return }
            let instant = clock - Double(offset ?? 0)
            if instant < least.instant { least = (clock, offset, instant) }
            if instant > greatest.instant { greatest = (clock, offset, instant) }
        }
    }

    /// The offsets from UTC that the times of a column have.
    struct OffsetTally {
        /// The different ones, as they came.
        private(set) var different: [Int] = []

        /// How many times have one.
        private(set) var count = 0

        mutating func add(_ offset: Int?) {
            if offset != nil { count += 1 }
            guard let offset, offset != different.last, !different.contains(offset) else { return }
            different.append(offset)
        }

        /// Whether all are those of UTC, or none is said.
        var areUTC: Bool { different.allSatisfy { $0 == 0 } }
        /// The first few, as they are written.
        var names: String {
            different.sorted().prefix(4).map { Moment.name(ofOffset: $0) }.joined(separator: ", ")
                + (different.count > 4 ? ", …" : "")
        }
    }
}
