import CPNG
import ZooKernels

/// Decodes a PNG file as it is stored, that is before its orientation is applied.
///
/// What the file says of gamma and colours is left out, as Pillow, torchvision and OpenCV leave it out, on whose pixels networks
/// learn; libpng's simplified reader would change the samples.
func decodePNG(_ bytes: [UInt8], _ header: PNGHeader) throws(ImageError) -> Image {
    var image = png_image()
    image.version = zoo_png_version()
    defer { png_image_free(&image) }
    var plain = bytes
    for chunk in header.colourChunks.reversed() { plain.removeSubrange(chunk) }
    // libpng keeps the address until it has read the rows.
    let samples: [UInt8]? = plain.withUnsafeBytes { file in
        guard png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else { return nil }
        guard image.width == header.width, image.height == header.height else { return nil }
        if header.isDeepAndInterlaced { return deepRows(&image) }
        zoo_png_assume_srgb(&image)
        let hasAlpha = zoo_png_has_alpha(&image) != 0
        image.format = hasAlpha ? zoo_png_rgba() : zoo_png_rgb()
        return rows(&image, channels: hasAlpha ? 4 : 3)
    }
    guard let samples else { throw .damaged(format: .png, reason: complaint(of: &image)) }
    let count = header.height * header.width
    return Image(
        height: header.height, width: header.width, pixels: samples.count == 3 * count ? samples : opaque(samples))
}

/// RGBA bytes of an image of 16 bits in seven passes.
///
/// libpng 1.6 mixes up the rows of such an image when it makes 8 bits of it (its `png_image_read_direct_scaled` keeps one
/// row for all passes). So it is asked for what it reads well: 16 bits, times alpha, which is undone here.
private func deepRows(_ image: inout png_image) -> [UInt8]? {
    let count = Int(image.height) * Int(image.width)
    let rowSamples = Int32(image.width) * 4
    image.format = zoo_png_linear_rgba()
    var isRead = false
    let samples = [UInt16](unsafeUninitializedCapacity: 4 * count) { buffer, initialized in
        isRead = png_image_finish_read(&image, nil, buffer.baseAddress, rowSamples, nil) != 0
        initialized = isRead ? 4 * count : 0
    }
    guard isRead else { return nil }
    func byte(_ sample: Int) -> UInt8 { UInt8((sample + 128) / 257) }
    return samples.indices.map { index in
        let alpha = Int(samples[index | 3])
        if index & 3 == 3 { return byte(alpha) }
        return alpha == 0 ? 0 : byte(min(65_535, (Int(samples[index]) * 65_535 + alpha / 2) / alpha))
    }
}

private func rows(_ image: inout png_image, channels: Int) -> [UInt8]? {
    let (height, width) = (Int(image.height), Int(image.width))
    let size = height * width * channels
    var isRead = false
    let samples = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
        isRead = png_image_finish_read(&image, nil, buffer.baseAddress, Int32(width * channels), nil) != 0
        initialized = isRead ? size : 0
    }
    return isRead ? samples : nil
}

private func opaque(_ samples: [UInt8]) -> [UInt8] {
    let count = samples.count / 4
    return [UInt8](unsafeUninitializedCapacity: 3 * count) { buffer, initialized in
        guard let to = buffer.baseAddress else { return }
        samples.withUnsafeBufferPointer { from in
            if let from = from.baseAddress { layOverWhite(from, count: count, into: to) }
        }
        initialized = 3 * count
    }
}

/// The library's words.
func complaint(of image: inout png_image) -> String {
    let message = String(cString: zoo_png_message(&image))
    return message.isEmpty ? "its chunks contradict each other" : message
}
