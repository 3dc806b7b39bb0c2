import CPNG
import Foundation

/// The libraries that images are read with.
package enum ImageLibraries {
    /// The version of the libpng in use, such as `1.6.39`.
    package static var png: String { String(cString: png_get_libpng_ver(nil)) }

    /// The version of the libjpeg-turbo in use, such as `2.1.5`; `unknown` where it does not tell.
    ///
    /// TurboJPEG has no function for it, but the library carries it as text.
    package static var jpeg: String {
        // The system gives this file in parts, and those who read all of a file at once take the first for the whole.
        let maps = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()
        let lines = String(decoding: maps ?? Data(), as: UTF8.self).split(separator: "\n")
        let mark = Data("libjpeg-turbo version ".utf8)
        // Where it is a part of the program, the text is there, behind the one that this function looks for.
        let line = lines.first { $0.contains("/libturbojpeg") }.map { $0.drop { $0 != "/" } } ?? "/proc/self/exe"
        guard let library = try? Data(contentsOf: URL(fileURLWithPath: String(line)), options: .alwaysMapped) else {
            return "unknown"
        }
        var rest = library[...]
        while let place = rest.range(of: mark) {
            rest = rest[place.upperBound...]
            let version = rest.prefix(16).prefix { $0 > 32 && $0 < 127 }
            if !version.isEmpty { return String(decoding: version, as: UTF8.self) }
        }
        return "unknown"
    }
}
