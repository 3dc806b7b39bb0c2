/// A UUID of 16 bytes as text, as GRDB and others keep keys.
package enum UUIDText {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// The text of 16 bytes, as `34C2DA80-03CC-4F27-93FD-CAB87B89296C`.
    ///
    /// - Source: RFC 9562, section 4
    package static func bytes(_ uuid: UnsafeRawBufferPointer) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (place, byte) in uuid.enumerated() {
            if [4, 6, 8, 10].contains(place) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}
