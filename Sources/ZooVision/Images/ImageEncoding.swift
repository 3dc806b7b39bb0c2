import CJPEG
import CPNG

extension Image {
    /// The image as a PNG file: RGB, 8 bits.
    ///
    /// - Throws: `ImageError.notEncoded` for a side of more than a million pixels, or if there is no memory left
    public func pngData() throws(ImageError) -> [UInt8] {
        var image = png_image()
        image.version = zoo_png_version()
        (image.height, image.width) = (UInt32(height), UInt32(width))
        image.format = zoo_png_rgb()
        defer { png_image_free(&image) }
        var size = zoo_png_largest_size(&image)
        var isWritten = false
        let file = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, initialized in
            isWritten =
                png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, pixels, Int32(3 * width), nil) != 0
            initialized = isWritten ? Int(size) : 0
        }
        guard isWritten else { throw .notEncoded(format: .png, reason: complaint(of: &image)) }
        return file
    }

    /// The image as a JPEG file: baseline, colour at half the resolution (4:2:0).
    ///
    /// - Parameter quality: 1 to 100, as libjpeg counts it; others are brought into that range
    /// - Throws: `ImageError.notEncoded` for a side of more than 65,500 pixels, or if there is no memory left
    package func jpegData(quality: Int = 90) throws(ImageError) -> [UInt8] {
        guard max(height, width) <= 65_500 else {
            throw .notEncoded(format: .jpeg, reason: "a side has more than 65500 pixels")
        }
        guard let encoder = tjInitCompress() else {
            throw .notEncoded(format: .jpeg, reason: "there is no memory left")
        }
        defer { tjDestroy(encoder) }
        let subsampling = Int32(TJSAMP_420.rawValue)
        var size = tjBufSize(Int32(width), Int32(height), subsampling)
        var isWritten = false
        let file = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, initialized in
            var address = buffer.baseAddress
            let status = tjCompress2(
                encoder, pixels, Int32(width), Int32(3 * width), Int32(height), Int32(TJPF_RGB.rawValue),
                &address, &size, subsampling, Int32(min(100, max(1, quality))), TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT)
            isWritten = status == 0
            initialized = isWritten ? Int(size) : 0
        }
        guard isWritten else { throw .notEncoded(format: .jpeg, reason: complaint(of: encoder)) }
        return file
    }
}
