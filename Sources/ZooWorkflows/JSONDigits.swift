import ZooData

/// JSON with its numbers as people write them.
enum JSONDigits {
    /// The same document, the numbers with a point in it written as `Double.plainText` has them.
    static func tidied(_ json: String) -> String {
        var json = json
        return json.withUTF8 { bytes in
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count)
            var (place, isText) = (0, false)
            while place < bytes.count {
                let byte = bytes[place]
                if isText || !isOfNumber(byte) {
                    if byte == UInt8(ascii: "\"") { isText.toggle() }
                    // What a backslash escapes may be a quotation mark.
                    let step = isText && byte == UInt8(ascii: "\\") && place + 1 < bytes.count ? 2 : 1
                    result.append(contentsOf: bytes[place..<place + step])
                    place += step
                    continue
                }
                var end = place
                while end < bytes.count, isOfNumber(bytes[end]) { end += 1 }
                result.append(contentsOf: number(bytes[place..<end]))
                place = end
            }
            return String(decoding: result, as: UTF8.self)
        }
    }

    /// Whether a byte outside of texts belongs to a number; the letter e of `true`, `false` and `null` is harmless.
    private static func isOfNumber(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || "+-.eE".utf8.contains(byte)
    }

    private static func number(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        if bytes.elementsEqual("-0".utf8) || bytes.elementsEqual("-0.0".utf8) { return [UInt8(ascii: "0")] }
        guard bytes.count >= 15, bytes.contains(UInt8(ascii: ".")),
            let value = Double(String(decoding: bytes, as: UTF8.self))
        else { return Array(bytes) }
        return Array(value.plainText.utf8)
    }
}
