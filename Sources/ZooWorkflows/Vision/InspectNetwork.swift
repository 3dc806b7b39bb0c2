import Foundation
import ZooData
import ZooTensor
import ZooVision

/// The layers of a network, and the picture of one of them that was written.
package struct InspectReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The network.
    package let architecture: String
    /// The image whose maps these are; nil for a black one of the network's size.
    package let image: String?
    /// The convolutions in order.
    package let layers: [NetworkLayers.Layer]
    /// The picture; nil where none was asked for.
    package let picture: Picture?

    /// A sheet of filters, or of what they find.
    package struct Picture: Sendable, Encodable {
        /// The file.
        package let output: String
        /// The layer's number.
        package let layer: Int
        /// `filters` or `activations`.
        package let shows: String
        /// Channels on it.
        package let count: Int
        /// Channels that the layer has.
        package let channels: Int
        /// Pixels.
        package let width: Int
        /// Pixels.
        package let height: Int
    }
}

extension Workspace {
    /// The layers of a network for images, and a picture of a layer's filters or, with an image, of what they find in it.
    ///
    /// - Parameters:
    ///   - layer: a number from 1, or a name
    ///   - output: the PNG file to write; nil for none
    ///   - count: channels on the picture at most
    ///   - isReplacing: whether a file of that name may be replaced
    /// - Throws: as `model(named:as:)` and `FileContent.checkOutput`; `UnreadableImage`; `WorkflowError.unknown` for a layer,
    ///   `.unsuitable` for filters that cannot be drawn, `.notWritten`
    package func inspect(
        model name: String, image path: String?, layer wanted: String, output: String?, count: Int = 64,
        isReplacing: Bool = false
    ) throws -> InspectReport {
        if let output {
            try FileContent.png.checkOutput(output, inputs: [path].compactMap { $0 }, isReplacing: isReplacing)
        }
        let stored = try model(named: name, as: StoredVision.self).model
        guard let network = stored.network as? any DescribesLayers else {
            throw WorkflowError.unsuitable(model: name, reason: "does not say what its layers are")
        }
        let preprocessing = stored.configuration.preprocessing
        let image = try path.map { try ImageReading.image($0, shortSide: nil) }
        let input =
            image.map { preprocessing.tensor(of: [$0]) } ?? .zeros([1, preprocessing.size, preprocessing.size, 3])
        let found = NetworkLayers(of: network, image: input)
        let layers = found.layers
        guard let index = layers.firstIndex(where: { String($0.number) == wanted || $0.name == wanted }) else {
            throw WorkflowError.unknown(
                kind: "layer", name: wanted,
                advice: "model '\(name)' has layers 1 to \(layers.count); 'zoo inspect \(name)' lists them")
        }
        var picture: InspectReport.Picture?
        if let output {
            let tiles = image == nil ? found.filters(ofLayer: index) : found.activations(ofLayer: index)
            guard let tiles, let first = tiles.first else {
                throw WorkflowError.unsuitable(
                    model: name,
                    reason: """
                        has filters of \(layers[index].inputs) channels in layer \(layers[index].number), which no picture can \
                        show: name an image to see what they find in it
                        """)
            }
            let shown = Array(tiles.prefix(count))
            let sheet = Image.sheet(
                shown, columns: Int(Double(shown.count).squareRoot().rounded(.up)), scale: first.scale(toSide: 48))
            try Data(sheet.pngData()).writeOutput(to: output)
            picture = InspectReport.Picture(
                output: output, layer: layers[index].number, shows: image == nil ? "filters" : "activations",
                count: shown.count, channels: layers[index].channels, width: sheet.width, height: sheet.height)
        }
        return InspectReport(
            model: name, architecture: stored.configuration.architecture.rawValue, image: path, layers: layers,
            picture: picture)
    }

    /// Writes a PNG of images of a data set as training sees them: a row each, the middle first, then views that the
    /// augmentation draws.
    ///
    /// - Returns: the names of the images
    /// - Throws: as `images(dataset:)` and `FileContent.checkOutput`; what reading an image throws; `WorkflowError.notWritten`
    package func drawAugmentation(
        dataset: String, augmentation: Augmentation, rows: Int, views: Int, size: Int, seed: UInt64, output: String,
        isReplacing: Bool = false
    ) throws -> [String] {
        try FileContent.png.checkOutput(output, isReplacing: isReplacing)
        let set = try images(dataset: dataset)
        // As far apart in the set as can be, so that they are of several classes.
        let count = min(rows, set.images.count)
        let indices = (0..<count).map { $0 * set.images.count / count }
        let tiles = try set.source.augmentedViews(
            of: indices, size: size, augmentation, views: views + 1, seed: seed)
        try Data(Image.sheet(tiles, columns: views + 1).pngData()).writeOutput(to: output)
        return indices.map { set.images[$0].name }
    }
}
