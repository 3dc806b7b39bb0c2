extension Int {
    /// The number with what it counts, in words: `1 text`, `2 texts`.
    ///
    /// - Parameter noun: one of them
    /// - Parameter plural: several; nil where it ends in s
    package func counting(_ noun: String, _ plural: String? = nil) -> String {
        "\(self) \(self == 1 ? noun : plural ?? noun + "s")"
    }
}
