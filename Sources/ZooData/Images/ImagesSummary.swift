import ZooRecords

/// What a data set of images amounts to.
package struct ImagesSummary: Sendable, Equatable, Codable {
    /// How many images.
    package let images: Int
    /// How many of them are there for what.
    package let counts: ImageCounts
    /// Whether an image can have several labels, or none.
    package let isMultiLabel: Bool
    /// What can be in an image.
    package let classes: [ImageClassSummary]
    /// How large the images are.
    package let sizes: ImageSizes
    /// Pixels along the sides of the packed images; 0 where only the files hold the pixels.
    package let packedSize: Int
    /// Files that were left out because they are no images that can be opened.
    package let unreadable: Int

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
package struct ImageCounts: Sendable, Equatable, Codable {
    /// To learn from.
    package private(set) var train = 0
    /// To choose by.
    package private(set) var valid = 0
    /// Held out to the end.
    package private(set) var test = 0

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
package struct ImageClassSummary: Sendable, Equatable, Codable {
    /// What the class is called.
    package let name: String
    /// How many images are there for what.
    package let counts: ImageCounts
    /// How large they are.
    package let sizes: ImageSizes
}

/// How large images are; all 0 where there are none.
package struct ImageSizes: Sendable, Equatable, Codable {
    /// The least height in pixels.
    package let minimumHeight: Int
    /// The greatest height.
    package let maximumHeight: Int
    /// The least width in pixels.
    package let minimumWidth: Int
    /// The greatest width.
    package let maximumWidth: Int
    /// Size of all files together.
    package let bytes: Int

    init(_ images: [StoredImage]) {
        minimumHeight = images.lazy.map(\.height).min() ?? 0
        maximumHeight = images.lazy.map(\.height).max() ?? 0
        minimumWidth = images.lazy.map(\.width).min() ?? 0
        maximumWidth = images.lazy.map(\.width).max() ?? 0
        bytes = images.reduce(0) { $0 + $1.bytes }
    }
}
