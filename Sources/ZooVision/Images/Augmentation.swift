import ZooLearn

/// How an image is changed at random in training, so that a network sees it differently every epoch.
///
/// What is drawn for an image depends on the seed, the epoch and the image's index alone.
package struct Augmentation: Sendable, Hashable, Codable {
    /// A part of the image of random size, place and proportions, stretched to a square.
    ///
    /// - Source: Szegedy et al. 2015, section 6
    package struct Crop: Sendable, Hashable, Codable {
        /// The least share of the image's area.
        package var minimumArea: Double
        /// The largest share of the image's area.
        package var maximumArea: Double
        /// Width over height is between this and its reciprocal, drawn on a logarithmic scale.
        package var proportions: Double

        /// Puts the limits together: areas of 0 < minimum <= maximum <= 1, proportions of at least 1.
        package init(minimumArea: Double = 0.35, maximumArea: Double = 1, proportions: Double = 4 / 3) {
            self.minimumArea = minimumArea
            self.maximumArea = maximumArea
            self.proportions = proportions
        }
    }

    /// The probability that left and right are exchanged.
    package var flip = 0.0
    /// Whether the image is turned by a multiple of 90 degrees and mirrored, each of the eight ways as likely.
    package var dihedral = false
    /// The largest angle that the image is turned by either way, in degrees.
    package var rotation = 0.0
    /// The largest factor that the image is made larger by, at least 1.
    package var zoom = 1.0
    /// How far the view may be from the middle: 0 not at all, 1 up to the borders of the image.
    package var shift = 0.0
    /// In place of zoom and shift, a crop of random size.
    package var crop: Crop?
    /// Pixels, of the size that the network sees, by which the view is shifted at most in any direction; beyond the border
    /// lies the image's mirror image.
    package var padding = 0
    /// The largest change of the brightness either way, as a share of white.
    package var brightness = 0.0
    /// The largest change of the contrast either way, as a share of it; distances from the image's mean are changed.
    package var contrast = 0.0
    /// The side of a square of the mean colour that covers a random place, as a share of the view's side.
    ///
    /// - Source: DeVries & Taylor 2017
    package var cutout = 0.0

    /// Changes nothing.
    package init() {}

    /// Changes nothing.
    package static let none = Augmentation()

    /// For photographs, in which up is up: mirrored half of the time, turned a little, zoomed, off the middle, lit differently.
    package static let sideOn: Augmentation = {
        var augmentation = Augmentation()
        augmentation.flip = 0.5
        augmentation.rotation = 10
        augmentation.zoom = 1.2
        augmentation.shift = 1
        augmentation.brightness = 0.1
        augmentation.contrast = 0.2
        return augmentation
    }()

    /// For what is seen from above, such as satellites' images: like ``sideOn``, and any side may be up.
    package static let topDown: Augmentation = {
        var augmentation = sideOn
        augmentation.flip = 0
        augmentation.dihedral = true
        return augmentation
    }()

    /// For images of 32 pixels: mirrored half of the time, shifted by up to 4 pixels.
    package static let cifar: Augmentation = {
        var augmentation = Augmentation()
        augmentation.flip = 0.5
        augmentation.padding = 4
        return augmentation
    }()

    /// Pixels that the shorter side of a decoded image should have, so that the smallest view is not blurred.
    func shortSide(_ preprocessing: Preprocessing) -> Int {
        let share = crop.map { max(1e-3, $0.minimumArea).squareRoot() }
        let closeness = share.map { Double(preprocessing.size) / $0 } ?? Double(preprocessing.shortSide) * max(1, zoom)
        return max(preprocessing.shortSide, Int(closeness.rounded(.up)))
    }
}

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
