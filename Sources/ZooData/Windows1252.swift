/// Windows-1252, which agrees with ISO 8859-1 but for 0x80 to 0x9F, where it has punctuation in place of controls.
///
/// - Source: WHATWG, Encoding Standard, index-windows-1252; the five bytes that it leaves open stay controls
enum Windows1252 {
    private static let upper: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D,
        0x17E, 0x178,
    ]

    /// The code point of a byte.
    @inline(__always)
    static func code(_ byte: UInt8) -> UInt16 { byte &- 0x80 < 0x20 ? upper[Int(byte &- 0x80)] : UInt16(byte) }

    /// The character of a byte.
    static func scalar(_ byte: UInt8) -> Unicode.Scalar { Unicode.Scalar(code(byte)) ?? Unicode.Scalar(byte) }
}
