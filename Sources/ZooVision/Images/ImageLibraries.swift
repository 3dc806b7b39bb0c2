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
        let line = lines.first { $0.contains("/libturbojpeg") }
        let mark = Data("libjpeg-turbo version ".utf8)
        guard let path = line?.drop(while: { $0 != "/" }),
            let library = try? Data(contentsOf: URL(fileURLWithPath: String(path)), options: .alwaysMapped),
            let place = library.range(of: mark)
        else { return "unknown" }
        let version = library[place.upperBound...].prefix(16).prefix { $0 > 32 && $0 < 127 }
        return version.isEmpty ? "unknown" : String(decoding: version, as: UTF8.self)
    }
}
