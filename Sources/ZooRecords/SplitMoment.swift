/// A moment at which ratings are cut, in UTC: `2024-01-01` or `2024-01-01T12:30:00`.
public struct SplitMoment: Sendable, Hashable, Codable {
    /// As it was written.
    public let text: String
    /// Seconds since 1970.
    public let seconds: Int64

    /// Reads a day, or a day and a time with or without seconds; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        let date = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard date.count == 3, date[0].count == 4, let year = Int(date[0]), let month = Int(date[1]),
            let day = Int(date[2]), let number = CivilDate.dayNumber(year: year, month: month, day: day)
        else { return nil }
        var seconds = 0
        if halves.count == 2 {
            let clock = halves[1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
            guard [2, 3].contains(clock.count), (0..<24).contains(clock[0]),
                clock.dropFirst().allSatisfy({ (0..<60).contains($0) })
            else { return nil }
            seconds = clock[0] * 3600 + clock[1] * 60 + (clock.count > 2 ? clock[2] : 0)
        }
        self.text = String(text)
        self.seconds = Int64(number * 86_400 + seconds)
    }
}
