import ZooVision

/// What the layers in front of a network make of an image: every channel is one colour, scaled and shifted.
struct KerasPixels: Equatable {
    /// scale * colour + offset; the colours are 0 (red) to 2 (blue), of 0...255.
    struct Channel: Equatable {
        var colour: Int
        var scale = 1.0
        var offset = 0.0
    }

    /// Three channels.
    private(set) var channels = (0..<3).map { Channel(colour: $0) }

    /// The image as it is.
    init() {}

    /// What a network reads when pixels are prepared so before they come to it.
    init(_ pixels: ForeignPixels) {
        for colour in 0..<3 {
            let deviation = Double(pixels.normalization.deviation[colour])
            let channel = Channel(
                colour: colour, scale: 1 / deviation,
                offset: -Double(pixels.normalization.mean[colour]) / deviation)
            channels[pixels.isBlueFirst ? 2 - colour : colour] = channel
        }
    }

    /// Puts three channels together.
    init?(_ channels: [Channel]) {
        guard channels.count == 3 else { return nil }
        self.channels = channels
    }

    /// Every channel times a number, plus a number.
    func scaled(_ scales: [Double], plus offsets: [Double]) -> KerasPixels {
        var result = self
        for i in 0..<3 {
            result.channels[i].scale *= scales[i]
            result.channels[i].offset = channels[i].offset * scales[i] + offsets[i]
        }
        return result
    }

    /// The channels from the last to the first.
    var reversed: KerasPixels {
        var result = self
        result.channels.reverse()
        return result
    }

    /// The same as means and deviations; nil where a colour is missing, or its scale is not above 0.
    var foreign: ForeignPixels? {
        let colours = channels.map(\.colour)
        guard colours == [0, 1, 2] || colours == [2, 1, 0] else { return nil }
        let inOrder = channels.sorted { $0.colour < $1.colour }
        let (means, deviations) = (
            inOrder.map { Float(-$0.offset / $0.scale) }, inOrder.map { Float(1 / $0.scale) }
        )
        guard means.allSatisfy(\.isFinite), deviations.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        return ForeignPixels(
            PixelNormalization(mean: means, deviation: deviations), isBlueFirst: colours == [2, 1, 0])
    }
}
