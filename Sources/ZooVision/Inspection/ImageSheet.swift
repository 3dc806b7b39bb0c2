extension Image {
    /// Small images side by side in rows, with white lines between them; each pixel becomes a square of `scale` pixels.
    ///
    /// - Precondition: at least one image, all of one size; columns and scale of at least 1.
    package static func sheet(_ images: [Image], columns: Int, scale: Int = 1, gap: Int = 2) -> Image {
        precondition(!images.isEmpty && columns > 0 && scale > 0, "Image.sheet: nothing to lay out")
        let (height, width) = (images[0].height * scale, images[0].width * scale)
        let columns = min(columns, images.count)
        let rows = (images.count + columns - 1) / columns
        let (sheetHeight, sheetWidth) = (rows * (height + gap) + gap, columns * (width + gap) + gap)
        var pixels = [UInt8](repeating: 255, count: sheetHeight * sheetWidth * 3)
        for (index, image) in images.enumerated() {
            precondition(image.height * scale == height && image.width * scale == width, "Image.sheet: other sizes")
            let (top, left) = (gap + index / columns * (height + gap), gap + index % columns * (width + gap))
            for row in 0..<height {
                for column in 0..<width {
                    let from = (row / scale * image.width + column / scale) * 3
                    let to = ((top + row) * sheetWidth + left + column) * 3
                    for channel in 0..<3 { pixels[to + channel] = image.pixels[from + channel] }
                }
            }
        }
        return Image(height: sheetHeight, width: sheetWidth, pixels: pixels)
    }

    /// The smallest whole factor that makes a side of at least so many pixels.
    package func scale(toSide pixels: Int) -> Int {
        max(1, (pixels + max(height, width) - 1) / max(1, max(height, width)))
    }
}

extension ImageSource {
    /// What training sees of images: the middle of each, then other views of it as the augmentation draws them.
    ///
    /// - Returns: `views` images for each of `indices`, the middle first
    /// - Throws: what reading an image throws
    package func augmentedViews(
        of indices: [Int], size: Int, _ augmentation: Augmentation, views: Int, seed: UInt64
    ) throws -> [Image] {
        // Bytes stay bytes.
        let plain = PixelNormalization(mean: [0, 0, 0], deviation: [1, 1, 1])
        let preprocessing = Preprocessing(size: size, normalization: plain)
        var values = [Float](repeating: 0, count: size * size * 3)
        return try indices.flatMap { index in
            try (0..<views).map { view in
                let maker = ImageMaker(
                    source: self, preprocessing: preprocessing, augmentation: view == 0 ? nil : augmentation,
                    seed: seed,
                    epoch: view)
                try values.withUnsafeMutableBufferPointer { buffer in
                    guard let address = buffer.baseAddress else { return }
                    try maker.make(index, occurrence: 0, into: address)
                }
                return Image(
                    height: size, width: size, pixels: values.map { UInt8(min(255, max(0, $0)).rounded()) })
            }
        }
    }
}
