import Foundation

/// What the bytes of a field are as a number.
enum NumberReading: Equatable {
    /// No number.
    case none
    /// A whole number.
    case integer(Int64)
    /// A number with a point or an exponent.
    case real(Double)
    /// Infinity, however it is written; no finite number is meant.
    case infinite
    /// Digits that a number would not give back: leading zeros, as in a postal code, or more than 18 of them.
    case code

    private static let powers: [Double] = (0...22).map { pow(10, Double($0)) }

    /// Reads a whole field.
    ///
    /// - Parameter point: the byte between whole and tenths, `.` or `,`
    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>, point: UInt8 = UInt8(ascii: ".")) {
        guard let start = bytes.baseAddress, bytes.count > 0 else {
            self = .none
            return
        }
        var position = 0
        let isNegative = start[0] == UInt8(ascii: "-")
        if isNegative || start[0] == UInt8(ascii: "+") { position = 1 }
        let first = position
        var value: UInt64 = 0
        while position < bytes.count {
            let digit = start[position] &- 48
            guard digit < 10, position - first < 18 else { break }
            value = value &* 10 &+ UInt64(digit)
            position += 1
        }
        if position == bytes.count, position > first {
            if start[first] == 48 && position - first > 1 {
                self = .code
            } else {
                self = .integer(isNegative ? -Int64(value) : Int64(value))
            }
            return
        }
        self = NumberReading.other(bytes, start, first, isNegative, point)
    }

    private static func other(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: UnsafePointer<UInt8>, _ first: Int, _ isNegative: Bool,
        _ point: UInt8
    ) -> NumberReading {
        var position = first
        var (mantissa, digits, significant, scale): (UInt64, Int, Int, Int) = (0, 0, 0, 0)
        var hasPoint = false
        while position < bytes.count {
            let byte = start[position]
            if byte &- 48 < 10 {
                if significant > 0 || byte != 48 { significant += 1 }
                if significant <= 19 { mantissa = mantissa &* 10 &+ UInt64(byte &- 48) }
                digits += 1
                if hasPoint { scale -= 1 }
            } else if byte == point && !hasPoint {
                hasPoint = true
            } else {
                break
            }
            position += 1
        }
        guard digits > 0 else { return isInfinity(bytes, first) ? .infinite : .none }
        if position < bytes.count {
            guard let exponent = exponent(bytes, start, position) else { return .none }
            scale += exponent
        } else if !hasPoint {
            return .code  // a run of digits that is too long for the fast way above
        }
        // Clinger 1990: exact as long as the digits and the power of ten are both exact.
        if significant <= 15, abs(scale) <= 22 {
            let magnitude = scale < 0 ? Double(mantissa) / powers[-scale] : Double(mantissa) * powers[scale]
            return .real(isNegative ? -magnitude : magnitude)
        }
        return slow(bytes, point)
    }

    private static func exponent(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: UnsafePointer<UInt8>, _ place: Int
    ) -> Int? {
        guard start[place] | 32 == UInt8(ascii: "e") else { return nil }
        var position = place + 1
        let isNegative = position < bytes.count && start[position] == UInt8(ascii: "-")
        if isNegative || (position < bytes.count && start[position] == UInt8(ascii: "+")) { position += 1 }
        guard position < bytes.count, bytes.count - position <= 5 else { return nil }
        var value = 0
        while position < bytes.count {
            let digit = start[position] &- 48
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
            position += 1
        }
        return isNegative ? -value : value
    }

    /// The correctly rounded way, for numbers of many digits.
    private static func slow(_ bytes: UnsafeBufferPointer<UInt8>, _ point: UInt8) -> NumberReading {
        guard bytes.count <= 400 else { return .none }
        let text = String(decoding: bytes.map { $0 == point ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
        guard let value = Double(text) else { return .none }
        return value.isFinite ? .real(value) : .infinite
    }

    private static func isInfinity(_ bytes: UnsafeBufferPointer<UInt8>, _ first: Int) -> Bool {
        guard bytes.count - first == 3 || bytes.count - first == 8 else { return false }
        let text = String(decoding: bytes[first...], as: UTF8.self).lowercased()
        return text == "inf" || text == "infinity"
    }
}
