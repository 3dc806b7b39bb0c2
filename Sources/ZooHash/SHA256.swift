import CCrypto

/// A SHA-256 over bytes that come in parts, computed by the system's libcrypto.
///
/// - Source: FIPS 180-4
package struct SHA256 {
    private var context = SHA256_CTX()

    /// Starts with no bytes.
    package init() { SHA256_Init(&context) }

    /// Takes in `bytes`, behind all that came before.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&context, bytes.baseAddress, bytes.count)
    }

    /// Takes in the UTF-8 bytes of `text`.
    package mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The hash of all bytes until now, as 64 lower-case hexadecimal digits.
    package func hexadecimal() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var end = context
        let digest = [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
            SHA256_Final(digest.baseAddress, &end)
            count = 32
        }
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
