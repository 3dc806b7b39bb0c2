/// Whose arithmetic an image is resized and cut out by.
public enum PreprocessingRules: String, Sendable, Codable, CaseIterable {
    /// Zoo's own: one resampling of the middle with sums in Float32, the longer side rounded to the nearest pixel. JPEG
    /// files are decoded at a fraction of their size where that is enough.
    case zoo
    /// torchvision's transforms of Pillow's pictures: two passes, each rounded to 8 bits, the longer side rounded down, half
    /// pixels of the crop to even. What torchvision and timm measure their networks with.
    case torchvision
    /// As `torchvision`, with half pixels of the crop rounded down: what the image processors of transformers do.
    case transformers

    /// Where the middle of `length` pixels begins that has `size` of them.
    func cropStart(_ length: Int, _ size: Int) -> Int {
        let room = length - size
        guard self == .torchvision, room % 2 != 0 else { return room / 2 }
        return Int((Double(room) / 2).rounded(.toNearestOrEven))
    }

    /// The longer side of an image whose shorter one is made `shortSide`.
    func longSide(of image: Image, shortSide: Int) -> Int {
        let (short, long) = (image.shortSide, max(image.height, image.width))
        switch self {
        case .zoo: return Int((Double(long) * (Double(shortSide) / Double(short))).rounded())
        case .torchvision, .transformers: return shortSide * long / short
        }
    }
}
