import Foundation
import ZooData
import ZooKernels
import ZooWeights

/// Images that are to be imported.
public struct ImportImagesRequest: Sendable {
    /// The folder of the images.
    public var folder: String
    /// What the data set is to be called.
    public var name: String
    /// A file that says what is in the images; nil where the names of their folders do.
    public var labels: ImageLabels?
    /// The share of the images to learn from that is cut off for validation; nil takes a fifth where nothing is said to
    /// be for validation, and else nothing.
    public var validFraction: Double?
    /// Pixels along the sides to which the images are packed into one file; nil leaves them where they are.
    public var packedSize: Int?
    /// Whether a data set of that name is replaced.
    public var isReplacing = false
    /// Seed of the cut.
    public var seed: UInt64 = 0
    /// The threads that open the files.
    public var threads = ThreadCount.all

    /// Names a folder and a data set.
    public init(folder: String, name: String) { (self.folder, self.name) = (folder, name) }
}

/// What an import of images did.
public struct ImagesImportReport: Sendable, Encodable {
    /// The data set as it is stored now.
    public let dataset: Dataset
    /// Every file that was left out, and why.
    public let leftOut: [ImageProblem]
    /// What is odd about the images and classes.
    public let notes: [String]
    /// How long it took.
    public let seconds: Double
}

extension Workspace {
    /// Opens every file of a folder and stores which images there are, and what is in them, in one transaction.
    ///
    /// The files stay where they are, or their pixels are packed beside that. Files that are no images are left out.
    /// - Parameter progress: called with the number of files that were opened, and of all
    /// - Throws: as `ImageListing`; `DataError.unreadable` where no file is an image; `.invalid`, `.exists`, `.database`;
    ///   `WeightError.notSaved`; `WorkflowError.invalid` for a share or a size out of range. Nothing was changed then
    public func importImages(_ request: ImportImagesRequest, progress: (Int, Int) -> Void = { _, _ in }) throws
        -> ImagesImportReport
    {
        let began = Date()
        try check(request)
        try data.checkImages(name: request.name, isReplacing: request.isReplacing)
        let listing =
            try request.labels.map {
                try ImageListing(folder: request.folder, labels: $0, takesValidation: request.validFraction == nil)
            }
            ?? ImageListing(folder: request.folder)
        if request.validFraction != nil, listing.saysWhatIsForValidation {
            throw DataError.invalid("\(request.folder) says itself what is for validation: leave out --valid")
        }
        var gathering = ImageGathering(listing)
        let check = ImageCheck(packedSize: request.packedSize, threads: request.threads)
        let source = URL(fileURLWithPath: request.folder).standardizedFileURL.path
        func store(_ pack: ImagePack?) throws -> Dataset {
            let set = gathering.finish(request, pack: pack)
            return try data.importImages(
                set, name: request.name, source: source, unreadable: gathering.unreadable,
                isReplacing: request.isReplacing)
        }
        // A pack that was written and could not be listed goes as well.
        defer { _ = try? packs.sweep(keeping: packsInUse()) }
        let dataset: Dataset
        if let size = request.packedSize {
            var stored: Dataset?
            try listCatalogue()
            try packs.savePixels(most: listing.images.count, size: size) { sink in
                try check.forEach(listing.images, progress: { progress($0, listing.images.count) }) {
                    gathering.add($0, $1)
                    if case .success(let found) = $1 { try sink.add(found.pixels) }
                }
                try gathering.checkIsSomething(request.folder)
            } commit: { file, layout in
                stored = try store(
                    ImagePack(sha256: file.sha256, bytes: file.bytes, size: layout.size, offset: layout.offset))
            }
            dataset = try stored ?? data.dataset(named: request.name)
        } else {
            check.forEach(listing.images, progress: { progress($0, listing.images.count) }) { gathering.add($0, $1) }
            try gathering.checkIsSomething(request.folder)
            dataset = try store(nil)
        }
        return ImagesImportReport(
            dataset: dataset, leftOut: gathering.problems, notes: gathering.notes,
            seconds: Date().timeIntervalSince(began))
    }

    /// Removes a data set, and the file of its packed images. The images themselves and the models stay.
    ///
    /// - Throws: `DataError.unknown`
    public func removeDataset(named name: String) throws {
        try data.removeDataset(named: name)
        _ = try? packs.sweep(keeping: packsInUse())
    }

    private func check(_ request: ImportImagesRequest) throws {
        if let fraction = request.validFraction, !(fraction >= 0 && fraction < 1) {
            throw WorkflowError.invalid(what: "a share of \(fraction) for validation", reason: "give 0 to below 1")
        }
        if let size = request.packedSize, !(1...2048).contains(size) {
            throw WorkflowError.invalid(what: "packing at \(size) pixels", reason: "give 1 to 2048")
        }
    }
}
