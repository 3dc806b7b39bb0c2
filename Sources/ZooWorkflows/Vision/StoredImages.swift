import Foundation
import ZooData
import ZooRecords
import ZooVision
import ZooWeights

/// The images of a data set.
package struct StoredImages: Sendable {
    /// The data set.
    package let dataset: Dataset
    /// What can be in an image.
    package let classes: [String]
    /// Whether an image can have several labels, or none.
    package let isMultiLabel: Bool
    /// All images, in the order of their names.
    package let images: [StoredImage]
    private let pack: PixelFile?

    /// SHA-256 of classes, labels, splits and images.
    package var fingerprint: String { dataset.fingerprint }

    init(_ dataset: Dataset, _ set: ImageSet, pack: PixelFile?) {
        self.dataset = dataset
        (classes, isMultiLabel, images, self.pack) = (set.classes, set.isMultiLabel, set.images, pack)
    }

    /// The images that are there for that.
    package func images(_ split: DataPart) -> [StoredImage] { images.filter { $0.split == split } }

    /// The labels of the images that are there for that, as places in `classes`.
    package func labels(_ split: DataPart) -> [[Int]] { images(split).map(\.labels) }

    /// The pixels of the images that are there for that, in the same order.
    package func source(_ split: DataPart) -> any ImageSource {
        source(images.indices.filter { images[$0].split == split })
    }

    /// The pixels of all images, in their order.
    package var source: any ImageSource { source(Array(images.indices)) }

    private func source(_ rows: [Int]) -> any ImageSource {
        if let pack { return PackedImages(file: pack, rows: rows) }
        return FileImages(images: rows.map { images[$0] }, dataset: dataset.name)
    }
}

/// Images whose files are where they were at the import. Each is opened when it is asked for.
struct FileImages: ImageSource {
    let images: [StoredImage]
    let dataset: String

    var count: Int { images.count }

    func image(_ index: Int, shortSide: Int?) throws -> Image {
        let image = images[index]
        do {
            let bytes = try ImageFile.bytes(image.path)
            guard WeightStore.sha256(bytes) == image.sha256 else {
                throw ImageProblem(name: image.name, reason: "the file has changed")
            }
            return try Image(decoding: bytes, shortSide: shortSide)
        } catch let problem as ImageProblem {
            throw StoredImages.lost(image, dataset, problem.reason)
        } catch let error as ImageError {
            throw StoredImages.lost(image, dataset, "\(error)")
        }
    }
}

/// Images that were packed at one size.
struct PackedImages: ImageSource {
    let file: PixelFile
    let rows: [Int]

    var count: Int { rows.count }

    func image(_ index: Int, shortSide: Int?) throws -> Image {
        let size = file.layout.size
        return Image(height: size, width: size, pixels: try file.pixels(row: rows[index]))
    }
}

extension StoredImages {
    /// The error of an image that is not what it was at the import.
    static func lost(_ image: StoredImage, _ dataset: String, _ reason: String) -> WorkflowError {
        .invalid(
            what: "image \(image.path) of data set '\(dataset)'",
            reason: "\(reason) since the import: put it back, or import the data set again")
    }
}

extension Workspace {
    /// The images of a data set. That every file is still there and has its size is checked now; that its bytes are
    /// the same, whenever it is opened.
    ///
    /// - Throws: `DataError.unknown`, `.otherKind`; `WorkflowError.invalid` for an image that vanished or changed;
    ///   `WeightError` for a pack that did
    package func images(dataset name: String) throws -> StoredImages {
        let (dataset, set) = try data.images(dataset: name)
        guard let pack = set.pack else {
            for image in set.images {
                var status = stat()
                guard stat(image.path, &status) == 0 else { throw StoredImages.lost(image, name, "it has vanished") }
                guard Int(status.st_size) == image.bytes else {
                    throw StoredImages.lost(image, name, "it has changed")
                }
            }
            return StoredImages(dataset, set, pack: nil)
        }
        guard (1...4096).contains(pack.size), pack.offset >= 0 else {
            throw DataError.invalid("the pack of data set '\(name)' is damaged: import it again")
        }
        let layout = PixelLayout(rows: set.images.count, size: pack.size, offset: pack.offset)
        do {
            let file = try PixelFile(packs.url(sha256: pack.sha256), sha256: pack.sha256, layout: layout)
            return StoredImages(dataset, set, pack: file)
        } catch WeightError.missing(let path) {
            throw WorkflowError.invalid(
                what: "\(path) with the images of data set '\(name)'",
                reason: "it has vanished: import the data set again")
        } catch WeightError.damaged(let path, _, _) {
            throw WorkflowError.invalid(
                what: "\(path) with the images of data set '\(name)'",
                reason: "it has changed: import the data set again")
        }
    }
}
