import ZooRecords

/// What a data set of images amounts to.
public struct ImagesSummary: Sendable, Equatable, Codable {
    /// How many images.
    public let images: Int
    /// How many of them are there for what.
    public let counts: ImageCounts
    /// Whether an image can have several labels, or none.
    public let isMultiLabel: Bool
    /// What can be in an image.
    public let classes: [ImageClassSummary]
    /// How large the images are.
    public let sizes: ImageSizes
    /// Pixels along the sides of the packed images; 0 where only the files hold the pixels.
    public let packedSize: Int
    /// Files that were left out because they are no images that can be opened.
    public let unreadable: Int

    init(_ set: ImageSet, unreadable: Int) {
        images = set.images.count
        counts = ImageCounts(set.images.lazy.map(\.split))
        isMultiLabel = set.isMultiLabel
        sizes = ImageSizes(set.images)
        packedSize = set.pack?.size ?? 0
        self.unreadable = unreadable
        var members = [[StoredImage]](repeating: [], count: set.classes.count)
        for image in set.images { for label in image.labels { members[label].append(image) } }
        classes = zip(set.classes, members).map { name, images in
            ImageClassSummary(
                name: name, counts: ImageCounts(images.lazy.map(\.split)), sizes: ImageSizes(images))
        }
    }
}

/// How many images are there for what.
public struct ImageCounts: Sendable, Equatable, Codable {
    /// To learn from.
    public private(set) var train = 0
    /// To choose by.
    public private(set) var valid = 0
    /// Held out to the end.
    public private(set) var test = 0

    init(_ splits: some Sequence<DataPart>) {
        for split in splits {
            switch split {
            case .train: train += 1
            case .valid: valid += 1
            case .test: test += 1
            }
        }
    }
}

/// The images of a class.
public struct ImageClassSummary: Sendable, Equatable, Codable {
    /// What the class is called.
    public let name: String
    /// How many images are there for what.
    public let counts: ImageCounts
    /// How large they are.
    public let sizes: ImageSizes
}

/// How large images are; all 0 where there are none.
public struct ImageSizes: Sendable, Equatable, Codable {
    /// The least height in pixels.
    public let minimumHeight: Int
    /// The greatest height.
    public let maximumHeight: Int
    /// The least width in pixels.
    public let minimumWidth: Int
    /// The greatest width.
    public let maximumWidth: Int
    /// Size of all files together.
    public let bytes: Int

    init(_ images: [StoredImage]) {
        minimumHeight = images.lazy.map(\.height).min() ?? 0
        maximumHeight = images.lazy.map(\.height).max() ?? 0
        minimumWidth = images.lazy.map(\.width).min() ?? 0
        maximumWidth = images.lazy.map(\.width).max() ?? 0
        bytes = images.reduce(0) { $0 + $1.bytes }
    }
}
