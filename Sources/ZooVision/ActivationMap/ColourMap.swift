/// Colours for numbers of 0...1, equally far apart to the eye and ever lighter, so that they also tell in grey.
package enum ColourMap {
    /// Red, green and blue of 0...255.
    ///
    /// - Source: matplotlib's `inferno` by Smith & van der Walt (CC0), every sixteenth part of it
    private static let anchors: [[Float]] = [
        [0, 0, 4], [11, 7, 36], [32, 12, 74], [60, 9, 101], [87, 16, 110], [114, 25, 110], [140, 41, 99],
        [165, 44, 96], [188, 55, 84], [209, 70, 68], [227, 89, 51], [241, 113, 31], [249, 140, 10], [251, 170, 15],
        [249, 201, 50], [241, 233, 104], [252, 255, 164],
    ]

    /// The colour of a number; what is outside of 0...1 has the colour of the nearer end.
    package static func colour(_ value: Float) -> [Float] {
        let position = min(max(value, 0), 1) * Float(anchors.count - 1)
        let low = min(Int(position), anchors.count - 2)
        let share = position - Float(low)
        return zip(anchors[low], anchors[low + 1]).map { $0 + ($1 - $0) * share }
    }
}

extension ActivationMap {
    /// The image with the map over it: the more a place speaks for the class, the more and the lighter its colour.
    package func overlaid(on image: Image) -> Image {
        var pixels = image.pixels
        for row in 0..<image.height {
            for column in 0..<image.width {
                let heat = value(
                    y: (Float(row) + 0.5) / Float(image.height), x: (Float(column) + 0.5) / Float(image.width))
                let share = 0.3 + 0.4 * heat
                let start = (row * image.width + column) * 3
                for (channel, colour) in ColourMap.colour(heat).enumerated() {
                    let pixel = Float(pixels[start + channel])
                    pixels[start + channel] = UInt8((pixel + (colour - pixel) * share).rounded())
                }
            }
        }
        return Image(height: image.height, width: image.width, pixels: pixels)
    }
}
