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

    /// The text with capitals if it is that of a UUID, whose letters are the same number in either case; else as it is.
    package static func canonical(_ text: String) -> String {
        let bytes = text.utf8
        guard bytes.count == 36 else { return text }
        let isUUID = bytes.enumerated().allSatisfy { place, byte in
            [8, 13, 18, 23].contains(place)
                ? byte == UInt8(ascii: "-") : byte &- 48 < 10 || (byte | 32) &- UInt8(ascii: "a") < 6
        }
        return isUUID ? text.uppercased() : text
    }
}
