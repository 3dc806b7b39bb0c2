import ZooKernels

/// Makes what a network sees of the images of a source.
struct ImageMaker: Sendable {
    let source: any ImageSource
    let preprocessing: Preprocessing
    let augmentation: Augmentation?
    let seed: UInt64
    let epoch: Int

    /// Numbers of an image in a batch.
    var valuesPerImage: Int { preprocessing.size * preprocessing.size * 3 }

    /// Writes [size, size, 3] numbers.
    ///
    /// - Parameter occurrence: how often the image has come before in the order
    /// - Throws: what the source throws
    func make(_ index: Int, occurrence: Int, into result: UnsafeMutablePointer<Float>) throws {
        let shortSide = augmentation.map { $0.shortSide(preprocessing) } ?? preprocessing.decodedShortSide
        let image = try source.image(index, shortSide: shortSide)
        guard let augmentation else {
            return ImageView(middleOf: image, preprocessing).render(image, preprocessing, into: result)
        }
        // Draws of one image do not depend on which others there are, nor on who makes it.
        let seeds = [UInt64(bitPattern: Int64(epoch)), UInt64(index), UInt64(occurrence)]
        var generator = RandomGenerator(seed: seeds.reduce(seed) { mixed($0 ^ mixed($1)) })
        ImageView(of: image, preprocessing, augmentation, using: &generator)
            .render(image, preprocessing, into: result)
    }
}

/// A number that looks unrelated to the given one, and is another for each.
///
/// - Source: Steele, Lea & Flood 2014, SplitMix's finalizer
private func mixed(_ number: UInt64) -> UInt64 {
    var z = number &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

/// How often each element has come before in its list.
func occurrences(_ order: [Int]) -> [Int] {
    var seen = Array(repeating: 0, count: (order.max() ?? -1) + 1)
    return order.map { index in
        defer { seen[index] += 1 }
        return seen[index]
    }
}
