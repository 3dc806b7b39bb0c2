import ZooKernels

/// One of the eight ways to lay a rectangle on itself or its transpose: what EXIF's orientations and the dihedral
/// augmentation are made of.
///
/// Row y, column x of the result is row y, column x of the image, these swapped if `isTransposed`, and then counted
/// from the other end if `flipsRows` or `flipsColumns`.
package struct ImageSymmetry: Sendable, Hashable, CaseIterable {
    /// Whether rows become columns.
    package let isTransposed: Bool
    /// Whether the image's rows are taken from below.
    package let flipsRows: Bool
    /// Whether the image's columns are taken from the right.
    package let flipsColumns: Bool

    /// Puts a symmetry together.
    package init(isTransposed: Bool = false, flipsRows: Bool = false, flipsColumns: Bool = false) {
        (self.isTransposed, self.flipsRows, self.flipsColumns) = (isTransposed, flipsRows, flipsColumns)
    }

    /// The image as it is.
    package static let identity = ImageSymmetry()
    /// Left and right exchanged.
    package static let mirrored = ImageSymmetry(flipsColumns: true)

    /// The eight, each once.
    package static let allCases: [ImageSymmetry] = (0..<8).map {
        ImageSymmetry(isTransposed: $0 & 4 != 0, flipsRows: $0 & 2 != 0, flipsColumns: $0 & 1 != 0)
    }

    /// What makes an image upright that has EXIF's orientation `value`; the identity if that is not 1 to 8.
    ///
    /// - Source: EXIF 2.32, tag 274
    init(exif value: Int) {
        self =
            switch value {
            case 2: .mirrored
            case 3: ImageSymmetry(flipsRows: true, flipsColumns: true)
            case 4: ImageSymmetry(flipsRows: true)
            case 5: ImageSymmetry(isTransposed: true)
            case 6: ImageSymmetry(isTransposed: true, flipsRows: true)
            case 7: ImageSymmetry(isTransposed: true, flipsRows: true, flipsColumns: true)
            case 8: ImageSymmetry(isTransposed: true, flipsColumns: true)
            default: .identity
            }
    }

    /// Where the pixels of the result lie in an image of so many rows and columns.
    func places(height: Int, width: Int) -> PixelPlaces {
        let rows = (0..<height).map { Int32((flipsRows ? height - 1 - $0 : $0) * 3 * width) }
        let columns = (0..<width).map { Int32((flipsColumns ? width - 1 - $0 : $0) * 3) }
        return isTransposed ? PixelPlaces(rows: columns, columns: rows) : PixelPlaces(rows: rows, columns: columns)
    }
}

extension Image {
    /// The image turned or mirrored.
    package func applying(_ symmetry: ImageSymmetry) -> Image {
        guard symmetry != .identity else { return self }
        let places = symmetry.places(height: height, width: width)
        let count = pixels.count
        let turned = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let to = buffer.baseAddress else { return }
            pixels.withUnsafeBufferPointer { from in
                if let from = from.baseAddress { gatherRGB(from, places, into: to) }
            }
            initialized = count
        }
        return Image(height: places.rows.count, width: places.columns.count, pixels: turned)
    }
}
