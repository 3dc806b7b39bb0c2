import ZooRecords

/// How moments are written.
extension CivilDate {
    /// Seconds since 1970 as `2011-01-31`, or as `2011-01-31 13:00:00`, with milliseconds where there are any.
    static func text(seconds: Double, isDay: Bool) -> String {
        var bytes: [UInt8] = []
        append(seconds: seconds, isDay: isDay, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the bytes of `text`; nothing for what is no moment of the calendar.
    ///
    /// - Parameter offset: seconds that the clock is ahead of UTC, to be written behind; nil for none
    static func append(seconds: Double, isDay: Bool, offset: Int? = nil, to bytes: inout [UInt8]) {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return }
        let milliseconds = Int((seconds * 1000).rounded())
        let day = milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000
        let date = CivilDate(dayNumber: day)
        guard date.year >= 0, date.year <= 9999 else { return }
        append(date.year, 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(date.month, 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(date.day, 2, to: &bytes)
        if isDay { return }
        let rest = milliseconds - day * 86_400_000
        bytes.append(UInt8(ascii: " "))
        append(rest / 3_600_000, 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(rest / 60_000 % 60, 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(rest / 1000 % 60, 2, to: &bytes)
        if rest % 1000 != 0 {
            bytes.append(UInt8(ascii: "."))
            append(rest % 1000, 3, to: &bytes)
        }
        if let offset { bytes += Moment.name(ofOffset: offset).utf8 }
    }

    /// Appends a number with leading zeros.
    private static func append(_ number: Int, _ width: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(truncatingIfNeeded: 48 + number / divisor % 10))
            divisor /= 10
        }
    }

    /// Whether bytes are written just as `text` writes them, if they are a date.
    @inline(__always)
    static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>, isDay: Bool) -> Bool {
        let dash = UInt8(ascii: "-")
        guard bytes.count == (isDay ? 10 : 19), bytes[4] == dash, bytes[7] == dash else { return false }
        return isDay || (bytes[10] == 32 && bytes[13] == UInt8(ascii: ":") && bytes[16] == UInt8(ascii: ":"))
    }
}
