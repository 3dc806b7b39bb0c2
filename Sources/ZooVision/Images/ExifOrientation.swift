/// The orientation that EXIF gives, or nil where it gives none that can be read.
///
/// - Parameter tiff: EXIF's contents, which have the form of a TIFF file: a byte order, and where the first directory is
/// - Source: TIFF 6.0, section 2; EXIF 2.32, tag 274
func exifOrientation(_ tiff: ArraySlice<UInt8>) -> Int? {
    let bytes = Array(tiff)
    let isLittleEndian: Bool
    switch bytes.prefix(4) {
    case [0x49, 0x49, 0x2A, 0]: isLittleEndian = true
    case [0x4D, 0x4D, 0, 0x2A]: isLittleEndian = false
    default: return nil
    }
    func number(at place: Int, bytes count: Int) -> Int? {
        guard place >= 0, place + count <= bytes.count else { return nil }
        let digits = bytes[place..<(place + count)]
        return (isLittleEndian ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(at: 4, bytes: 4), let entries = number(at: directory, bytes: 2) else { return nil }
    for entry in 0..<entries {
        let place = directory + 2 + 12 * entry
        guard let tag = number(at: place, bytes: 2), let type = number(at: place + 2, bytes: 2) else { return nil }
        guard tag == 274 else { continue }
        // A short as the standard has it; some writers use a byte or a long.
        guard let size = [1: 1, 3: 2, 4: 4][type], let value = number(at: place + 8, bytes: size) else { return nil }
        return (1...8).contains(value) ? value : nil
    }
    return nil
}
