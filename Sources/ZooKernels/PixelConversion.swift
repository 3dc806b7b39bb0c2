import CZooSIMD

/// How bytes become numbers: clamp(gain * byte + offset, 0, 255) * scale + shift, the last two by channel.
package struct PixelLevels: Sendable {
    private var kernel: zoo_levels

    /// Puts the numbers together; scale and shift for red, green and blue.
    ///
    /// - Precondition: three of each.
    package init(gain: Float = 1, offset: Float = 0, scale: [Float], shift: [Float]) {
        precondition(
            scale.count == 3 && shift.count == 3, "PixelLevels: \(scale) and \(shift) are not for three channels")
        kernel = zoo_levels(
            gain: gain, offset: offset, scale: (scale[0], scale[1], scale[2]), shift: (shift[0], shift[1], shift[2]))
    }

    fileprivate func withKernel(_ body: (UnsafePointer<zoo_levels>) -> Void) {
        withUnsafePointer(to: kernel, body)
    }
}

/// Where the pixels of an image lie: that of row y and column x at `rows[y] + columns[x]` bytes from the first.
///
/// Crops, mirror images, turns by right angles and reflecting borders are all of this form.
package struct PixelPlaces: Sendable, Hashable {
    /// Offsets of rows, in bytes.
    package var rows: [Int32]
    /// Offsets of columns, in bytes.
    package var columns: [Int32]

    /// Puts offsets together.
    package init(rows: [Int32], columns: [Int32]) { (self.rows, self.columns) = (rows, columns) }
}

/// Makes numbers of RGB bytes.
///
/// - Shapes: result [rows, columns, 3]
package func floatsOfRGB(
    _ source: UnsafePointer<UInt8>, _ places: PixelPlaces, levels: PixelLevels, into result: UnsafeMutablePointer<Float>
) {
    let (height, width) = (places.rows.count, places.columns.count)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * width) { bytes in
        levels.withKernel { levels in
            zoo_rgb_to_floats(source, places.rows, places.columns, height, width, levels, bytes.baseAddress, result)
        }
    }
}

/// Copies RGB pixels.
///
/// - Shapes: result [rows, columns, 3]
package func gatherRGB(
    _ source: UnsafePointer<UInt8>, _ places: PixelPlaces, into result: UnsafeMutablePointer<UInt8>
) {
    zoo_gather_rgb(source, places.rows, places.columns, places.rows.count, places.columns.count, result)
}

/// The sum of bytes.
package func byteSum(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 { zoo_byte_sum(bytes, count) }

/// Lays pixels with an alpha channel over white, in the bytes as they are (as browsers do).
///
/// - Shapes: source [count, 4] -> result [count, 3]
package func layOverWhite(_ source: UnsafePointer<UInt8>, count: Int, into result: UnsafeMutablePointer<UInt8>) {
    zoo_rgba_over_white(source, count, result)
}

/// Turns CMYK pixels, in which 255 stands for no ink, into RGB without colour management: red = cyan * black / 255 and so on.
///
/// - Shapes: source [count, 4] -> result [count, 3]
package func rgbOfCMYK(_ source: UnsafePointer<UInt8>, count: Int, into result: UnsafeMutablePointer<UInt8>) {
    zoo_cmyk_to_rgb(source, count, result)
}
