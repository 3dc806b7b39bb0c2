import Foundation

/// Decimal numbers out of the bytes of a file.
enum DecimalParsing {
    /// 10^0 to 10^22, all of which are exact.
    private static let powers: [Double] = (0...22).map { Double("1e\($0)")! }

    /// The number that the bytes write, rounded to Float64 and then to Float32, as NumPy does; nil for what is no number.
    /// `nan`, `inf` and what is beyond Float32 give a number that is not finite.
    ///
    /// - Source: of the short numbers, Clinger 1990, "How to Read Floating Point Numbers Accurately": up to 15 digits and
    ///   powers of ten up to 22 take one exact operation. Others are left to `strtod`
    static func float(_ bytes: UnsafeBufferPointer<UInt8>) -> Float? {
        var (position, end) = (0, bytes.count)
        guard end > 0 else { return nil }
        let isNegative = bytes[0] == UInt8(ascii: "-")
        if isNegative || bytes[0] == UInt8(ascii: "+") { position = 1 }
        var (mantissa, digits, fraction, hasDigits, isFraction) = (0 as UInt64, 0, 0, false, false)
        scan: while position < end {
            let digit = bytes[position] &- UInt8(ascii: "0")
            switch bytes[position] {
            case _ where digit < 10:
                hasDigits = true
                if mantissa != 0 || digit != 0 { digits += 1 }
                guard digits <= 15 else { return slow(bytes) }
                mantissa = mantissa * 10 + UInt64(digit)
                if isFraction { fraction += 1 }
            case UInt8(ascii: ".") where !isFraction: isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): break scan
            default: return slow(bytes)
            }
            position += 1
        }
        guard hasDigits else { return slow(bytes) }
        var exponent = -fraction
        if position < end {
            position += 1
            let isSmall = position < end && bytes[position] == UInt8(ascii: "-")
            if isSmall || position < end && bytes[position] == UInt8(ascii: "+") { position += 1 }
            guard position < end, end - position <= 3 else { return slow(bytes) }
            var value = 0
            while position < end {
                let digit = bytes[position] &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value * 10 + Int(digit)
                position += 1
            }
            exponent += isSmall ? -value : value
        }
        guard abs(exponent) <= 22 else { return slow(bytes) }
        let number = exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
        return Float(isNegative ? -number : number)
    }

    /// A whole number from 0 of at most 18 digits.
    static func count(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 18, bytes.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func slow(_ bytes: UnsafeBufferPointer<UInt8>) -> Float? {
        guard bytes.count <= 400, let text = String(validating: bytes, as: UTF8.self), !text.contains("x"),
            let number = Double(text)
        else { return nil }
        return Float(number)
    }
}
