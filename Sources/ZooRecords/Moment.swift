/// A moment by the clock on which it was read, which may be ahead of UTC.
///
/// Tables hold it as one number: the seconds since 1970 that the clock shows, to 1/2048 s, with the offset of the clock in the
/// bits behind. Whoever takes the number for plain seconds is right about the clock; order and differences are those of
/// `instant`.
package struct Moment: Sendable, Equatable {
    /// Seconds since 1970 as the clock shows them.
    package let clock: Double
    /// Seconds that the clock is ahead of UTC, in quarters of an hour.
    package let offset: Int

    private static let fraction = 2048.0
    private static let bits = 262_144.0  // 2^18: 128 offsets below 1/2048 s
    /// The offset of half the codes is negative; 0 is UTC.
    private static let zero = 64
    /// Later than in the year 3000 the bits behind are none any more.
    private static let limit = 0x1p35

    /// - Parameter offset: seconds; rounded to quarters of an hour, at most 15 h 45 min
    package init(clock: Double, offset: Int) {
        self.clock = clock
        let quarters = Int((Double(offset) / 900).rounded())
        self.offset = max(-63, min(63, quarters)) * 900
    }

    /// Takes the number apart that a table holds.
    package init(number: Double) {
        guard abs(number) < Self.limit else {
            (clock, offset) = (number, 0)
            return
        }
        clock = (number * Self.fraction).rounded(.down) / Self.fraction
        let code = Int(((number - clock) * Self.bits).rounded())
        offset = code == 0 ? 0 : (code - Self.zero) * 900
    }

    /// The number that a table holds.
    package var number: Double {
        guard abs(clock) < Self.limit else { return clock }
        let code = offset == 0 ? 0 : offset / 900 + Self.zero
        return (clock * Self.fraction).rounded(.down) / Self.fraction + Double(code) / Self.bits
    }

    /// Seconds since 1970, UTC.
    package var instant: Double { clock - Double(offset) }

    /// An offset as it is written: `+02:00`.
    package static func name(ofOffset offset: Int) -> String {
        let minutes = abs(offset) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return (offset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
    }
}
