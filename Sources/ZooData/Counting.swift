extension Int {
    /// The number with what it counts, in words: `1 text`, `2 texts`.
    ///
    /// - Parameter noun: one of them; the plural ends in s
    package func counting(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
