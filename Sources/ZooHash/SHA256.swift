import CCrypto

/// A SHA-256 over bytes that come in parts, computed by the system's libcrypto.
///
/// - Source: FIPS 180-4
package struct SHA256 {
    private var context = Context()

    /// Starts with no bytes.
    package init() {}

    /// Takes in `bytes`, behind all that came before.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if !isKnownUniquelyReferenced(&context) { context = Context(copying: context) }
        context.update(bytes)
    }

    /// Takes in the UTF-8 bytes of `text`.
    package mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The hash of all bytes until now, as 64 lower-case hexadecimal digits.
    package func hexadecimal() -> String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = Context(copying: context).finish()
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Owns one OpenSSL context.
    private final class Context {
        // libcrypto returns no context, and answers 0, only where memory has run out.
        private let state = EVP_MD_CTX_new()

        init() {
            precondition(EVP_DigestInit_ex(state, EVP_sha256(), nil) == 1, "SHA-256: libcrypto has no memory")
        }

        init(copying other: Context) {
            precondition(EVP_MD_CTX_copy_ex(state, other.state) == 1, "SHA-256: libcrypto has no memory")
        }

        deinit { EVP_MD_CTX_free(state) }

        func update(_ bytes: UnsafeRawBufferPointer) {
            precondition(EVP_DigestUpdate(state, bytes.baseAddress, bytes.count) == 1, "SHA-256: libcrypto failed")
        }

        func finish() -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
                precondition(
                    EVP_DigestFinal_ex(state, digest.baseAddress, nil) == 1, "SHA-256: libcrypto failed")
                count = 32
            }
        }
    }
}
