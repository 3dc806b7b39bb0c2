import Foundation

/// How the bytes of a delimited file are meant.
public enum TextEncoding: String, Sendable, CaseIterable, Codable {
    /// UTF-8, checked; UTF-16 where a byte-order mark or its zeros say so.
    case utf8
    /// ISO 8859-1 with the punctuation of Windows-1252: every byte is a character.
    case latin1
    /// UTF-16, the low byte first.
    case utf16le
    /// UTF-16, the high byte first.
    case utf16be

    /// The text of the bytes of a field, or nil if they are not in this encoding; UTF-16 was made UTF-8 before.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        switch self {
        case .utf8, .utf16le, .utf16be: return String(validating: bytes, as: UTF8.self)
        case .latin1:
            if bytes.allSatisfy({ $0 < 0x80 }) { return String(validating: bytes, as: UTF8.self) }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: bytes.lazy.map { Windows1252.scalar($0) })
            return String(text)
        }
    }
}

/// Numbers out of the bytes of a field.
enum FieldParsing {
    /// A finite decimal number; nil for anything else, hexadecimal and `nan` included.
    static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        // Most ratings are "4" or "3.5".
        if bytes.count == 1, let digit = digit(bytes[0]) { return Double(digit) }
        if bytes.count == 3, bytes[1] == UInt8(ascii: "."), let whole = digit(bytes[0]), let tenths = digit(bytes[2]) {
            return Double(whole * 10 + tenths) / 10
        }
        guard !bytes.isEmpty, bytes.count <= 64, bytes.allSatisfy(isNumeric) else { return nil }
        guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else { return nil }
        return number
    }

    /// A 64-bit whole number, also written as a decimal number without a fraction that counts (`881250949.0`).
    static func integer(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        if let value = canonicalInteger(bytes) { return Int64(value) }
        guard let number = number(bytes) else { return nil }
        return Int64(exactly: number.rounded(.towardZero))
    }

    /// A whole number from 0 of at most 18 digits without leading zeros: one that its digits can be made of again.
    static func canonicalInteger(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 18, bytes.count == 1 || bytes[0] != UInt8(ascii: "0") else { return nil }
        var value = 0
        for byte in bytes {
            guard let digit = digit(byte) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        digit(byte) != nil || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)  // + - . E e
    }
}
