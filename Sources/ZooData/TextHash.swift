import ZooHash

/// Tells texts apart by the first 128 bits of their SHA-256.
package enum TextHash {
    /// 32 hexadecimal digits.
    package static func of(_ text: String) -> String {
        var hash = SHA256()
        hash.update(text)
        return String(hash.hexadecimal().prefix(32))
    }
}
