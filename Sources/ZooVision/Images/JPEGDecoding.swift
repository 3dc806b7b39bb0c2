import CJPEG
import ZooKernels

/// Decodes a JPEG file as it is stored, that is before its orientation is applied.
func decodeJPEG(_ bytes: [UInt8], _ header: JPEGHeader, shortSide: Int?) throws(ImageError) -> Image {
    guard let decoder = tjInitDecompress() else {
        throw .damaged(format: .jpeg, reason: "the decoder cannot be started: there is no memory left")
    }
    defer { tjDestroy(decoder) }
    let divisor = sizeDivisor(header, shortSide: shortSide)
    let (height, width) = ((header.height + divisor - 1) / divisor, (header.width + divisor - 1) / divisor)
    let isInks = header.components == 4
    let format = isInks ? TJPF_CMYK : TJPF_RGB
    let channels = isInks ? 4 : 3
    let size = height * width * channels
    func decoded(stopsOnWarning: Bool) -> (samples: [UInt8], problem: String?) {
        var status: Int32 = 0
        let samples = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            if !stopsOnWarning { buffer.initialize(repeating: 0) }
            // With the size given, TurboJPEG never writes beyond it, whatever it finds in the file.
            status = tjDecompress2(
                decoder, bytes, UInt(bytes.count), buffer.baseAddress, Int32(width), Int32(width * channels),
                Int32(height), Int32(format.rawValue),
                (stopsOnWarning ? TJFLAG_STOPONWARNING : 0) | TJFLAG_LIMITSCANS)
            initialized = status == 0 || !stopsOnWarning ? size : 0
        }
        return (samples, status == 0 ? nil : complaint(of: decoder))
    }
    var (samples, problem) = decoded(stopsOnWarning: true)
    if let stray = problem, stray.contains(strayBytes), JPEGHeader.hasEnd(bytes) {
        // Only the first warning is kept, and an error takes its place: the same words again, and there was no error.
        let again = decoded(stopsOnWarning: false)
        if again.problem == stray { (samples, problem) = (again.samples, nil) }
    }
    if let problem { throw .damaged(format: .jpeg, reason: problem) }
    return Image(
        height: height, width: width, pixels: isInks ? rgb(samples) : samples)
}

/// The warning of a file in which something stands between the pixels and the next marker, as some cameras and programs
/// write it. Every viewer shows such an image, and the folders of photographs that people have hold some.
private let strayBytes = "extraneous bytes before marker"

/// By how much both sides may be divided in decoding. The other ratios that libjpeg-turbo knows are slower than none.
private func sizeDivisor(_ header: JPEGHeader, shortSide: Int?) -> Int {
    guard let shortSide else { return 1 }
    let stored = min(header.height, header.width)
    return [8, 4, 2].first { (stored + $0 - 1) / $0 >= max(1, shortSide) } ?? 1
}

/// The colours of inks, of which 255 stands for none: so Adobe writes them, and everybody else after it.
private func rgb(_ inks: [UInt8]) -> [UInt8] {
    let count = inks.count / 4
    return [UInt8](unsafeUninitializedCapacity: 3 * count) { buffer, initialized in
        guard let to = buffer.baseAddress else { return }
        inks.withUnsafeBufferPointer { from in
            if let from = from.baseAddress { rgbOfCMYK(from, count: count, into: to) }
        }
        initialized = 3 * count
    }
}

/// The library's words, without the name of its function.
func complaint(of handle: tjhandle) -> String {
    guard let text = tjGetErrorStr2(handle) else { return "unknown error" }
    let words = String(cString: text)
    let plain = words.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? words
    return words.hasPrefix("tj") ? plain : words
}
