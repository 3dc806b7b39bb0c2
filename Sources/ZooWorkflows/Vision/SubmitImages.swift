import Foundation
import ZooData
import ZooKernels
import ZooVision

/// What identifies an image in a file of answers.
package enum ImageIdentifier: String, Sendable, CaseIterable {
    /// The file's name without its ending, as `17` of `17.jpg`; with a sample, whatever is in that.
    case automatic = "auto"
    /// The file's name without its ending.
    case stem
    /// The file's name.
    case name
    /// The path from the folder.
    case path

    /// What identifies the image of that path.
    func identifier(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        switch self {
        case .path: return path
        case .name: return last
        case .stem, .automatic:
            guard let dot = last.lastIndex(of: "."), dot > last.startIndex else { return last }
            return String(last[..<dot])
        }
    }
}

/// A file of answers to images that is to be made.
package struct SubmitImagesRequest: Sendable {
    /// Name of the model.
    package var model: String
    /// The folder of the images.
    package var folder: String
    /// The file to write.
    package var output: TableOutput
    /// What is written as identifier.
    package var identifier = ImageIdentifier.automatic
    /// What the column of identifiers is to be called; else as in the sample, or `id`.
    package var id: String?
    /// What the column of answers is to be called; else as in the sample, or `label`.
    package var target: String?
    /// The class whose probability is the answer; else the likeliest class.
    package var label: String?
    /// Whether the probabilities of all classes are the answer, a column each.
    package var givesProbabilities = false
    /// A sample submission to check columns, rows and identifiers against.
    package var sample: String?
    /// The threads that open images.
    package var threads = ThreadCount.all

    /// Asks for a file.
    package init(model: String, folder: String, output: TableOutput) {
        (self.model, self.folder, self.output) = (model, folder, output)
    }
}

/// Files that are opened when they are asked for, whatever is in them.
struct FolderImages: ImageSource {
    let images: [FoundImage]

    var count: Int { images.count }

    func image(_ index: Int, shortSide: Int?) throws -> Image {
        let path = images[index].path
        do { return try Image(decoding: try ImageFile.bytes(path), shortSide: shortSide) } catch let problem
            as ImageProblem
        {
            throw DataError.unreadable(path: path, reason: problem.reason)
        } catch let error as ImageError {
            throw DataError.unreadable(path: path, reason: error.description)
        }
    }
}

extension Workspace {
    /// Answers to the images of a folder and writes that as a competition wants it: an identifier, the answer, no more.
    ///
    /// A sample decides what the columns are called, whether there is one for each class, and what identifies an image,
    /// as far as nobody else does.
    /// - Parameter progress: called with the number of images that were processed, and of all
    /// - Throws: as `model(named:as:)`; `DataError.unreadable` for a file that is no image, since its answer would be missing;
    ///   `.submission` for identifiers that are there twice, and for what differs from the sample; nothing is written then
    package func submitImages(
        _ request: SubmitImagesRequest, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> SubmitReport {
        let stored = try classifier(named: request.model)
        let listing = try ImageListing(unlabelled: request.folder)
        if let problem = listing.problems.first {
            throw DataError.unreadable(path: request.folder + "/" + problem.name, reason: problem.reason)
        }
        let form = try SubmissionForm(request, classes: stored.classes, names: listing.images.map(\.name))
        try request.output.check([form.idColumn] + form.answerColumns, inputs: [request.sample])
        if stored.configuration.isMultiLabel, form.answer == .likeliest {
            throw WorkflowError.unsuitable(
                model: request.model, reason: "gives images any number of labels: ask for their probabilities")
        }
        let probabilities = try stored.network.probabilities(
            of: FolderImages(images: listing.images), preprocessing: stored.configuration.preprocessing,
            isMultiLabel: stored.configuration.isMultiLabel, threads: request.threads.count, onProgress: progress
        ).floats
        let width = stored.classes.count
        let answers = listing.images.indices.map { row in
            form.answers(probabilities[row * width..<(row + 1) * width], classes: stored.classes)
        }
        var file = try SubmissionFile(
            idColumn: form.idColumn, answerColumns: form.answerColumns,
            ids: listing.images.map { form.identifier.identifier(of: $0.name) }, answers: answers)
        if let sample = request.sample { try file.match(sample: sample) }
        try file.write(to: request.output)
        return SubmitReport(
            model: request.model, file: request.output.path, columns: file.columns, rows: file.ids.count,
            sample: request.sample)
    }
}

/// The format of a file of predictions for images.
struct SubmissionForm {
    /// What is answered.
    enum Answer: Equatable {
        case likeliest
        /// The probabilities of these classes.
        case probabilities([Int])
    }

    let idColumn: String
    let answerColumns: [String]
    let identifier: ImageIdentifier
    let answer: Answer

    init(_ request: SubmitImagesRequest, classes: [String], names: [String]) throws {
        let sample = try request.sample.map { try SubmissionFile.sample($0) }
        idColumn = request.id ?? sample?.columns.first ?? "id"
        func place(_ label: String) throws -> Int {
            guard let place = classes.firstIndex(of: label) else {
                let known = classes.prefix(10).joined(separator: ", ") + (classes.count > 10 ? ", …" : "")
                throw WorkflowError.unknown(kind: "class", name: label, advice: "there are \(known)")
            }
            return place
        }
        let sampled = sample.map { Array($0.columns.dropFirst()) } ?? []
        if let label = request.label {
            answer = .probabilities([try place(label)])
            answerColumns = [request.target ?? (sampled.count == 1 ? sampled[0] : "label")]
        } else if request.givesProbabilities || sampled.count > 1 {
            answerColumns = sampled.count > 1 ? sampled : classes
            answer = .probabilities(try answerColumns.map(place))
        } else {
            answer = .likeliest
            answerColumns = [request.target ?? sampled.first ?? "label"]
        }
        if request.identifier == .automatic, let ids = sample.map({ Set($0.ids) }) {
            let forms: [ImageIdentifier] = [.stem, .name, .path]
            identifier = forms.first { form in names.allSatisfy { ids.contains(form.identifier(of: $0)) } } ?? .stem
        } else {
            identifier = request.identifier
        }
    }

    /// The answers to one image.
    func answers(_ probabilities: ArraySlice<Float>, classes: [String]) -> [QueryValue] {
        switch answer {
        case .likeliest:
            let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? probabilities.startIndex
            return [.text(classes[best - probabilities.startIndex])]
        case .probabilities(let places):
            return places.map { .real(Double(probabilities[probabilities.startIndex + $0])) }
        }
    }
}
