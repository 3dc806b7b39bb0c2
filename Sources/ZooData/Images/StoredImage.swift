import ZooRecords

/// An image of a data set, as it was when it was imported.
package struct StoredImage: Sendable, Equatable {
    /// The file, from the root of the file system; its pixels may be in a pack as well.
    package var path: String
    /// What it is called in its data set, in which no other has that name: its path from the imported folder.
    package var name: String
    /// What is in it, as places in the list of classes, rising; empty where that is not known, or is none of them.
    package var labels: [Int]
    /// What it is there for.
    package var split: DataPart
    /// Of the file's bytes, lower-case hexadecimal.
    package var sha256: String
    /// Size of the file.
    package var bytes: Int
    /// Pixels from top to bottom, as it is to be looked at.
    package var height: Int
    /// Pixels from left to right, as it is to be looked at.
    package var width: Int

    /// Puts together what is known of an image.
    package init(
        path: String, name: String, labels: [Int], split: DataPart, sha256: String, bytes: Int, height: Int,
        width: Int
    ) {
        (self.path, self.name, self.labels, self.split) = (path, name, labels, split)
        (self.sha256, self.bytes, self.height, self.width) = (sha256, bytes, height, width)
    }
}

/// The file that holds the pixels of a data set's images, all cut to one size, in the order of the images.
package struct ImagePack: Sendable, Equatable {
    /// Of the file's bytes, lower-case hexadecimal; also its name.
    package var sha256: String
    /// Size of the file.
    package var bytes: Int
    /// Pixels along an image's sides.
    package var size: Int
    /// Where in the file the first pixel is.
    package var offset: Int

    /// Names a file.
    package init(sha256: String, bytes: Int, size: Int, offset: Int) {
        (self.sha256, self.bytes, self.size, self.offset) = (sha256, bytes, size, offset)
    }
}

/// The images of a data set with their classes: to be stored, or as they are stored.
package struct ImageSet: Sendable, Equatable {
    /// What can be in an image.
    package var classes: [String]
    /// Whether an image can have several labels, or none.
    package var isMultiLabel: Bool
    /// The images in their order.
    package var images: [StoredImage]
    /// Where their pixels are beside the files, if they are.
    package var pack: ImagePack?

    /// Puts images and classes together.
    package init(classes: [String], isMultiLabel: Bool, images: [StoredImage], pack: ImagePack? = nil) {
        (self.classes, self.isMultiLabel, self.images, self.pack) = (classes, isMultiLabel, images, pack)
    }
}
