import Foundation
import ZooData
import ZooVision

/// Where in an image a model sees a class.
package struct ActivationMapReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The image.
    package let file: String
    /// The class that is shown.
    package let `class`: String
    /// What the model thinks of it.
    package let probability: Double
    /// The image that was written.
    package let output: String
    /// Its size.
    package let width: Int
    /// See `width`.
    package let height: Int
    /// Where most speaks for the class, in pixels of what was written.
    package let peak: Place

    /// A pixel.
    package struct Place: Sendable, Encodable {
        /// From the left.
        package let x: Int
        /// From the top.
        package let y: Int
    }
}

extension Workspace {
    /// Writes a PNG of the part of an image that a model reads, with what speaks for a class laid over it.
    ///
    /// - Parameters:
    ///   - className: nil for the likeliest
    ///   - scale: how many times as wide and high as the model's part of the image, at most 4,096 pixels, the PNG is
    ///   - isReplacing: whether a file of that name may be replaced
    /// - Throws: as `model(named:as:)` and `FileContent.checkOutput`; `UnreadableImage`; `WorkflowError.unknown` for a class, `.notWritten`
    package func activationMap(
        model name: String, image path: String, className: String?, output: String, scale: Int = 1,
        isReplacing: Bool = false
    ) throws -> ActivationMapReport {
        try FileContent.png.checkOutput(output, inputs: [path], isReplacing: isReplacing)
        let stored = try classifier(named: name)
        let named = try className.map { try stored.number(ofClass: $0, model: name) }
        let image = try ImageReading.image(path, shortSide: nil)
        let preprocessing = stored.configuration.preprocessing
        let input = preprocessing.tensor(of: [image])
        let probabilities = stored.probabilities(stored.network.logits(input, plan: InferencePlan()))[0]
        let likeliest = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
        let number = named ?? likeliest
        let map = ActivationMap(of: stored.network, image: input, classNumber: number)
        // What the network saw: the middle of the image; at most so large that it is decoded quickly.
        let side = max(1, Int((Double(image.shortSide) / preprocessing.resize).rounded()))
        let middle = image.centerCropped(height: side, width: side)
        let size = min(4096, scale * min(side, 1024))
        let shown = size == side ? middle : middle.resized(height: size, width: size)
        let overlaid = map.overlaid(on: shown)
        try Data(overlaid.pngData()).writeOutput(to: output)
        let best = map.values.indices.max { map.values[$0] < map.values[$1] } ?? 0
        return ActivationMapReport(
            model: name, file: path, class: stored.classes[number], probability: Double(probabilities[number]),
            output: output, width: overlaid.width, height: overlaid.height,
            peak: ActivationMapReport.Place(
                x: (2 * (best % map.width) + 1) * overlaid.width / (2 * map.width),
                y: (2 * (best / map.width) + 1) * overlaid.height / (2 * map.height)))
    }
}

extension StoredVision {
    /// The place of a class among the logits.
    ///
    /// - Throws: `WorkflowError.unknown`, naming those that sound alike
    fileprivate func number(ofClass name: String, model: String) throws -> Int {
        if let number = classes.firstIndex(of: name) { return number }
        let folded = name.lowercased()
        let alike = classes.indices.filter { classes[$0].lowercased() == folded }
        if alike.count == 1 { return alike[0] }
        let near = classes.filter { $0.lowercased().contains(folded) }
        let list = (near.isEmpty ? classes : near).prefix(10).map { "'\($0)'" }.joined(separator: ", ")
        throw WorkflowError.unknown(
            kind: "class", name: name, advice: "model '\(model)' has \(list)\(classes.count > 10 ? ", …" : "")")
    }
}
