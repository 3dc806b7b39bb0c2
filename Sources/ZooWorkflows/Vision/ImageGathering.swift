import ZooData
import ZooRecords

/// What an import has found so far, file by file.
struct ImageGathering {
    private let listing: ImageListing
    private var found: [(image: FoundImage, file: ImageCheck.Found)] = []
    /// Files that were left out.
    private(set) var problems: [ImageProblem]
    /// How many of them are no images.
    private(set) var unreadable = 0
    /// What is odd.
    private(set) var notes: [String]

    init(_ listing: ImageListing) {
        self.listing = listing
        (problems, notes) = (listing.problems, listing.notes)
    }

    /// Takes what was found in a file. The pixels are not kept.
    mutating func add(_ image: FoundImage, _ result: Result<ImageCheck.Found, ImageProblem>) {
        switch result {
        case .success(let file):
            let known = ImageCheck.Found(
                sha256: file.sha256, bytes: file.bytes, height: file.height, width: file.width, pixels: [])
            found.append((image, known))
        case .failure(let problem):
            problems.append(problem)
            unreadable += 1
        }
    }

    /// - Throws: `DataError.unreadable` where no file is an image, with the reason for the first
    func checkIsSomething(_ folder: String) throws {
        guard found.isEmpty else { return }
        let first = problems.first.map { "; \($0.name): \($0.reason)" } ?? ""
        throw DataError.unreadable(path: folder, reason: "of \(unreadable.counting("file")) none is an image\(first)")
    }

    /// The data set: images cut for validation, classes without any image left out.
    mutating func finish(_ request: ImportImagesRequest, pack: ImagePack?) -> ImageSet {
        let isSettled = listing.saysWhatIsForValidation
        let split = DataSplit.random(share: isSettled ? 0 : request.validFraction ?? 0.2)
        let parts = split.parts(
            of: found.map { image, _ in (image.labels, image.split == .train && !isSettled ? nil : image.split) },
            isMultiLabel: listing.isMultiLabel, seed: request.seed)
        let used = Set(found.flatMap(\.image.labels))
        let kept = listing.classes.indices.filter { used.contains($0) }
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        let images = zip(found, parts).map { item, part in
            StoredImage(
                path: item.image.path, name: item.image.name, labels: item.image.labels.compactMap { places[$0] },
                split: part, sha256: item.file.sha256, bytes: item.file.bytes, height: item.file.height,
                width: item.file.width)
        }
        let set = ImageSet(
            classes: kept.map { listing.classes[$0] }, isMultiLabel: listing.isMultiLabel, images: images, pack: pack)
        noteEmpty(listing.classes.indices.filter { !used.contains($0) }.map { listing.classes[$0] })
        note(set)
        return set
    }

    private mutating func noteEmpty(_ classes: [String]) {
        guard !classes.isEmpty else { return }
        let names = classes.prefix(5).map { "'\($0)'" }.joined(separator: ", ") + (classes.count > 5 ? ", …" : "")
        notes.append("left out without a single image: \(names)")
    }

    private mutating func note(_ set: ImageSet) {
        if set.classes.count == 1, !set.isMultiLabel {
            notes.append("'\(set.classes[0])' is the only class: a model needs two")
        }
        var learned = [Bool](repeating: false, count: set.classes.count)
        for image in set.images where image.split == .train { for label in image.labels { learned[label] = true } }
        for (name, isLearned) in zip(set.classes, learned) where !isLearned {
            notes.append("class '\(name)' has no image to learn from: no model can know it")
        }
        let training = Set(set.images.lazy.filter { $0.split == .train }.map(\.sha256))
        let leaked = set.images.count { $0.split != .train && training.contains($0.sha256) }
        if leaked > 0 {
            notes.append(
                "\(leaked.counting("image")) to measure with \(leaked == 1 ? "is" : "are") also among those to learn from, byte by byte"
            )
        }
        if !set.images.contains(where: { $0.split == .train }) { notes.append("there is nothing to learn from") }
    }
}

extension ImageListing {
    /// Whether there is anything that is for validation by its place or its line.
    var saysWhatIsForValidation: Bool { images.contains { $0.split == .valid } }
}
