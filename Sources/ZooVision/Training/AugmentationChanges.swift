import ZooLearn

/// What is done to images otherwise than a preset does it; nil leaves it as it is there.
public struct AugmentationChanges: Sendable, Hashable, Codable {
    /// The probability that left and right are exchanged.
    public var flip: Double?
    /// The largest angle that an image is turned by either way, in degrees.
    public var rotation: Double?
    /// The largest factor that an image is made larger by, at least 1.
    public var zoom: Double?
    /// The least share of an image's area that a crop of random size and place has, in place of zoom and shift.
    public var crop: Double?
    /// The largest change of brightness, as a share of white, and half of the largest change of contrast.
    public var lighting: Double?
    /// The side of a square that covers a random place, as a share of the image's side.
    public var cutout: Double?

    /// Changes nothing.
    public init() {}

    /// The augmentation with these changes; nil where nothing is done.
    func applied(to base: Augmentation?) -> Augmentation? {
        guard self != AugmentationChanges() else { return base }
        var augmentation = base ?? .none
        if let flip { augmentation.flip = flip }
        if let rotation { augmentation.rotation = rotation }
        if let zoom { augmentation.zoom = zoom }
        if let crop { augmentation.crop = Augmentation.Crop(minimumArea: crop) }
        if let lighting { (augmentation.brightness, augmentation.contrast) = (lighting, 2 * lighting) }
        if let cutout { augmentation.cutout = cutout }
        return augmentation
    }

    /// The first value that cannot be, with what is expected.
    var problem: (name: String, value: Double, expected: String)? {
        let ranges: [(String, Double?, ClosedRange<Double>)] = [
            ("flip", flip, 0...1), ("rotation", rotation, 0...180), ("zoom", zoom, 1...10), ("crop", crop, 0.01...1),
            ("lighting", lighting, 0...0.5), ("cutout", cutout, 0...1),
        ]
        for (name, value, range) in ranges {
            if let value, !range.contains(value) {
                return (name, value, "from \(range.lowerBound) to \(range.upperBound)")
            }
        }
        return nil
    }
}

extension VisionTrainingOptions {
    /// What is done to images in training; nil for nothing.
    package var imageChanges: Augmentation? {
        let preset = augmentation.augmentation
        return augmentationChanges?.applied(to: preset) ?? preset
    }
}
