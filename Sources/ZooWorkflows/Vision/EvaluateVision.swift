import ZooData
import ZooRecords
import ZooTensor
import ZooVision

/// How well a vision model answers to the images of a data set.
package struct EvaluateVisionReport: Evaluation {
    /// Name of the model.
    package let model: String
    /// Name of the data set.
    package let data: String
    /// Which images: `train`, `valid`, `test` or `all`.
    package let split: String
    /// The same in words: `the 40 validation images of this training ('pets')`.
    package let on: String
    /// Whether each image was seen in several views.
    package let tta: Bool
    /// How well, as training and fine-tuning report it.
    package let valid: VisionScore
    /// What the frequencies of the classes measure on the same images.
    package let baseline: Baseline<VisionScore>
    /// What to know before the result is believed.
    package let warnings: [String]
    /// The part of images whose right class is among the five likeliest; nil with several labels, and with five classes or
    /// fewer, of which every one is among them.
    @StableKey package var top5: Double?
    /// By class, in the order of the data set.
    package let classes: [ClassScore]
    /// Images with labels that the model does not know; they are not counted above.
    package let unknownLabels: Int

    /// One class.
    package struct ClassScore: Sendable, Encodable {
        /// Its name.
        package let `class`: String
        /// Images of it.
        package let pictures: Int
        /// Of the images of it, the part that was found; nil where there are none.
        @StableKey package var recall: Double?
        /// Of the images that were taken for it, the part that is of it; nil where there are none.
        @StableKey package var precision: Double?

        init(_ figures: ClassFigures) {
            (self.class, pictures) = (figures.name, figures.pictures)
            _recall = StableKey(wrappedValue: figures.recall)
            _precision = StableKey(wrappedValue: figures.precision)
        }
    }
}

extension Workspace {
    /// Measures a stored vision model on a data set of images.
    ///
    /// - Parameters:
    ///   - dataset: nil for the one that it was trained on
    ///   - split: a part, or all; nil for the validation images, or for all where there are none
    ///   - usesTestTimeAugmentation: whether the probabilities are the mean over several views of each image
    ///   - progress: called with the number of images that were measured, and of how many that will be
    /// - Throws: as `model(named:as:)` and `images`; `WorkflowError.invalid` for a part without images, or with none whose
    ///   labels the model knows
    package func evaluateVision(
        model name: String, dataset: String?, split: DataSplit? = nil, usesTestTimeAugmentation: Bool = false,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> EvaluateVisionReport {
        let (stored, entry) = try model(named: name, as: StoredVision.self)
        try stored.checkHead(name)
        guard let dataset = try dataset ?? trainingDataset(of: entry) else {
            throw WorkflowError.invalid(what: "model '\(name)'", reason: "it names no data set: give --data")
        }
        let set = try images(dataset: dataset)
        let part = try Self.part(split, of: set)
        let numbers = Dictionary(uniqueKeysWithValues: stored.classes.enumerated().map { ($1, $0) })
        let known = set.classes.map { numbers[$0] }
        let isMultiLabel = stored.configuration.isMultiLabel
        // An image is measured where the model knows all of its labels; one without any shows none of several things.
        let kept = part.indices.filter {
            (isMultiLabel || !part[$0].labels.isEmpty) && part[$0].labels.allSatisfy { known[$0] != nil }
        }
        guard !kept.isEmpty else {
            throw WorkflowError.invalid(
                what: "data set '\(dataset)'",
                reason: part.allSatisfy(\.labels.isEmpty)
                    ? "this split has no labels: choose another --split"
                    : "none of its labels is one of the model's: \(stored.classes.prefix(10).joined(separator: ", "))"
            )
        }
        guard isMultiLabel || kept.allSatisfy({ part[$0].labels.count == 1 }) else {
            throw WorkflowError.unsuitable(
                model: name, reason: "gives each image one class, '\(dataset)' has several")
        }
        let labels = kept.map { part[$0].labels.compactMap { known[$0] } }
        let images = try LabelledImages(
            source: ChosenImages(source: set.source, rows: kept.map { part[$0].row }), labels: labels,
            classCount: stored.classes.count, isMultiLabel: isMultiLabel)
        let preprocessing = stored.configuration.preprocessing
        let recipe = stored.configuration.recipe ?? VisionTrainingOptions()
        let (score, probabilities) = try stored.measured(
            images, views: usesTestTimeAugmentation ? .suited(toSize: preprocessing.size, recipe: recipe) : nil,
            progress)
        let answers = VisionAnswers(
            probabilities.floats, classes: stored.classes, labels: labels, isMultiLabel: images.isMultiLabel)
        let trainedOn = stored.configuration.trainedOn
        let isTrainingData = (trainedOn?.fingerprint ?? entry.datasetFingerprint) == set.fingerprint
        let counted = trainedOn ?? TrainingImages(fingerprint: set.fingerprint, images)
        let baseline = Baseline.classFrequencies(of: counted, named: stored.classes, on: images)
        let partName = (split ?? (set.images(.valid).isEmpty ? .all : .part(.valid))).name
        let trained = isTrainingData ? nil : trainingImages(of: stored, entry)
        let seen = trained.map { trained in kept.count { trained.contains(set.images[part[$0].row].sha256) } }
        let warning =
            isTrainingData && partName == "all"
            ? "the model was trained on these images: expect worse results on new ones"
            : EvaluatedPart.warning("images", known: seen)
        return EvaluateVisionReport(
            model: name, data: dataset, split: partName,
            on: Self.text(partName, kept.count, of: dataset, isTrainingData: isTrainingData, seen: seen ?? 0),
            tta: usesTestTimeAugmentation, valid: score, baseline: baseline,
            warnings: [warning, baseline.warning(score)].compactMap { $0 }, top5: answers.top(5),
            classes: known.compactMap { $0 }.map { EvaluateVisionReport.ClassScore(answers.figures(of: $0)) },
            unknownLabels: part.count - kept.count)
    }

    /// The hashes of the images that a model was trained on; nil where they are not there any more or have changed.
    private func trainingImages(of stored: StoredVision, _ entry: CatalogueModel) -> Set<String>? {
        guard let name = entry.dataset, let (dataset, set) = try? data.images(dataset: name),
            dataset.fingerprint == stored.configuration.trainedOn?.fingerprint ?? entry.datasetFingerprint
        else { return nil }
        return Set(set.images.lazy.filter { $0.split == .train }.map(\.sha256))
    }

    /// Where a model was measured, in words.
    private static func text(_ part: String, _ count: Int, of data: String, isTrainingData: Bool, seen: Int) -> String {
        let names = ["train": "training ", "valid": "validation ", "test": "test "]
        let images = "\(count) \(names[part] ?? "")\(count == 1 ? "image" : "images")"
        let other = seen > 0 ? "some of which the model was trained on" : "other data than the model was trained on"
        if part == "all" {
            return "all \(images) of '\(data)', "
                + (isTrainingData ? "which the model was trained on" : other)
        }
        return "the \(images) of "
            + (isTrainingData
                ? "this training ('\(data)')"
                : "'\(data)', \(other)")
    }

    private static func part(
        _ split: DataSplit?, of images: StoredImages
    ) throws -> [(row: Int, labels: [Int])] {
        let wanted: DataPart?
        switch split {
        case nil: wanted = images.images(.valid).isEmpty ? nil : .valid
        case .all?: wanted = nil
        case .part(let part)?: wanted = part
        case let split?: throw DataSplits.measuredImages.refusal(of: split.name)
        }
        let rows = images.images.indices.filter { wanted == nil || images.images[$0].split == wanted }
        guard !rows.isEmpty else {
            throw WorkflowError.invalid(
                what: "split \((split ?? .all).name)", reason: "the data set has no such images")
        }
        return rows.map { (row: $0, labels: images.images[$0].labels) }
    }
}

/// Some of the images of a source.
private struct ChosenImages: ImageSource {
    let source: any ImageSource
    let rows: [Int]
    var count: Int { rows.count }
    func image(_ index: Int, shortSide: Int?) throws -> Image {
        try source.image(rows[index], shortSide: shortSide)
    }
}

extension StoredVision {
    /// The score on images, and the probabilities it comes from.
    fileprivate func measured(
        _ images: LabelledImages, views: TestTimeAugmentation?, _ progress: (Int, Int) -> Void
    ) throws -> (VisionScore, Tensor) {
        let isMultiLabel = images.isMultiLabel
        guard views == nil else {
            let probabilities = try network.probabilities(
                of: images.source, preprocessing: configuration.preprocessing, isMultiLabel: isMultiLabel,
                views: views, threads: 2, onProgress: progress)
            return (VisionScore(VisionMetrics(probabilities: probabilities, images)), probabilities)
        }
        let logits = try network.logits(
            of: images.source, preprocessing: configuration.preprocessing, threads: 2,
            onProgress: { progress($0, images.count) })
        return (
            VisionScore(VisionMetrics(logits: logits, images)),
            isMultiLabel ? logits.sigmoid() : logits.softmax(axis: -1)
        )
    }
}
