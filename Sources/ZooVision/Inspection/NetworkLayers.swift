import ZooNN
import ZooTensor

/// The convolutions of a network in the order in which they are calculated, and what they make of an image.
package struct NetworkLayers {
    /// One convolution, with the normalisation, addition and activation behind it.
    package struct Layer: Sendable, Encodable {
        /// Its place, from 1.
        package let number: Int
        /// The path of its weights, such as `layer1.0.conv1`.
        package let name: String
        /// Rows of a filter.
        package let kernelHeight: Int
        /// Columns of a filter.
        package let kernelWidth: Int
        /// Pixels that the window moves by.
        package let stride: Int
        /// Channels that a filter reads.
        package let inputs: Int
        /// Channels that it makes, one a filter.
        package let channels: Int
        /// Rows that come out.
        package let height: Int
        /// Columns that come out.
        package let width: Int
        /// Weights and biases.
        package let parameters: Int
        /// Rows and columns of the image that one number of the output can depend on, at the most and before the image ends;
        /// nil behind layers that weigh channels by the whole image.
        package let receptiveField: Int?
    }

    /// The layers.
    package let layers: [Layer]
    private let weights: [Tensor]
    private let maps: [Tensor]

    /// The layers of a network, with what they make of one image.
    ///
    /// - Shapes: image [1, height, width, 3], normalised as the network wants
    package init(of network: any DescribesLayers, image: Tensor) {
        precondition(image.rank == 4 && image.shape[0] == 1, "NetworkLayers: \(image.shape) is not one image")
        let graph = network.graph
        let values = network.withoutGradients { graph.values(image).map { $0.detached() } }
        let fields = Self.receptiveFields(graph)
        var paths: [ObjectIdentifier: String] = [:]
        for (path, parameter) in network.namedParameters() { paths[ObjectIdentifier(parameter)] = path }
        var (layers, weights, maps): ([Layer], [Tensor], [Tensor]) = ([], [], [])
        for (step, (layer, _)) in graph.steps.enumerated() {
            guard case .convolution(let convolution) = layer else { continue }
            let end = Self.end(of: step, in: graph)
            let (weight, map) = (convolution.weight.value, values[end])
            // A convolution over the mean of the image weighs channels: it makes no map.
            guard map.shape[1] > 1 || map.shape[2] > 1 else { continue }
            let path = paths[ObjectIdentifier(convolution.weight)] ?? "weight"
            layers.append(
                Layer(
                    number: layers.count + 1, name: String(path.dropLast(path.hasSuffix(".weight") ? 7 : 0)),
                    kernelHeight: weight.shape[2], kernelWidth: weight.shape[3],
                    stride: convolution.geometry.stride.y, inputs: weight.shape[1], channels: weight.shape[0],
                    height: map.shape[1], width: map.shape[2],
                    parameters: weight.count + (convolution.bias?.shape[0] ?? 0), receptiveField: fields[step]?.size))
            weights.append(weight)
            maps.append(map)
        }
        (self.layers, self.weights, self.maps) = (layers, weights, maps)
    }

    /// The last step of those behind a convolution that only normalise, add to or bend what it makes.
    private static func end(of step: Int, in graph: ImageGraph) -> Int {
        var end = step
        while end + 1 < graph.steps.count, graph.steps[end + 1].inputs.first?.step == end {
            switch graph.steps[end + 1].layer {
            case .normalization, .channelNorm, .globalNorm, .activation, .sum, .scaled: end += 1
            default: return end
            }
        }
        return end
    }

    /// How many pixels of the image each step reads along a side, and how far apart neighbours of its output are there; nil where
    /// that is all of the image.
    ///
    /// - Source: Araujo, Norris & Sim 2019, equation 2
    private static func receptiveFields(_ graph: ImageGraph) -> [(size: Int, step: Int)?] {
        var fields: [(size: Int, step: Int)?] = []
        for (layer, inputs) in graph.steps {
            let read = inputs.map { $0 == .images ? (size: 1, step: 1) : fields[$0.step] }
            let known = read.compactMap { $0 }
            guard known.count == read.count, let widest = known.max(by: { $0.size < $1.size }) else {
                fields.append(nil)
                continue
            }
            func moved(_ kernel: Int, _ stride: Int) -> (Int, Int) {
                (widest.size + (kernel - 1) * widest.step, widest.step * stride)
            }
            switch layer {
            case .convolution(let layer): fields.append(moved(layer.weight.shape[2], layer.geometry.stride.y))
            case .maximum(let kernel, let geometry): fields.append(moved(kernel, geometry.stride.y))
            case .halved: fields.append(moved(2, 2))
            case .mean, .meanPixel, .greatest, .globalNorm: fields.append(nil)
            default: fields.append(widest)
            }
        }
        return fields
    }

    /// The filters of a layer that reads the image's three colours, or one channel each, as pictures: grey is 0, the other colours
    /// are scaled by the layer's greatest weight.
    ///
    /// - Returns: nil for a layer whose filters read another number of channels
    package func filters(ofLayer index: Int) -> [Image]? {
        let weight = weights[index]
        let (inputs, height, width) = (weight.shape[1], weight.shape[2], weight.shape[3])
        guard inputs == 3 || inputs == 1 else { return nil }
        let values = weight.floats
        let most = values.reduce(0) { max($0, abs($1)) }
        return (0..<weight.shape[0]).map { filter in
            var pixels: [UInt8] = []
            for place in 0..<height * width {
                for channel in 0..<3 {
                    let plane = filter * inputs + min(channel, inputs - 1)
                    let value = most > 0 ? values[plane * height * width + place] / most : 0
                    pixels.append(UInt8((127.5 + 127.5 * value).rounded()))
                }
            }
            return Image(height: height, width: width, pixels: pixels)
        }
    }

    /// What each filter of a layer finds in the image, from black for the layer's least value, 0 where none is below, to the lightest
    /// for its greatest.
    package func activations(ofLayer index: Int) -> [Image] {
        let map = maps[index]
        let (height, width, channels) = (map.shape[1], map.shape[2], map.shape[3])
        let values = map.floats
        let (least, most) = (min(0, values.min() ?? 0), values.max() ?? 0)
        return (0..<channels).map { channel in
            var pixels: [UInt8] = []
            for place in 0..<height * width {
                let share = most > least ? (values[place * channels + channel] - least) / (most - least) : 0
                pixels += ColourMap.colour(share).map { UInt8($0.rounded()) }
            }
            return Image(height: height, width: width, pixels: pixels)
        }
    }
}
