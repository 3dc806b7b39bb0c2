import Testing
import ZooKernels
import ZooTensor
import ZooTesting
import ZooVision

@Suite struct ActivationMapTests {
    /// In a network whose head is linear on the mean, the weight of a channel is the head's, divided by the places.
    @Test(arguments: [ImageArchitecture.resnet20Cifar, .efficientnetLite0])
    func theGradientGivesTheClosedForm(_ architecture: ImageArchitecture) throws {
        var generator = RandomGenerator(seed: 5)
        let network = architecture.network(classes: 4, using: &generator)
        let image = Tensor.normal([1, 64, 64, 3], using: &generator)
        let map = network.featureMap(image, .inference)
        let places = map.shape[1] * map.shape[2]
        for number in 0..<4 {
            let column = network.head.weight.value.transposed([1, 0]).sliced(axis: 0, number..<number + 1)
            let closed = (map * column.reshaped([1, 1, 1, network.featureCount])).sum(axes: [3]) / Double(places)
            let weighted = ActivationMap.weighted(network, image, number)
            try assertClose(weighted, closed, relative: 1e-4, absolute: 1e-6)
            // The map's sum and the bias are the logit.
            let logit = network.logits(image, .inference, using: &generator).floats[number]
            let bias = network.head.bias?.value.floats[number] ?? 0
            try assertClose(weighted.sum() + Double(bias), .scalar(Double(logit)), relative: 1e-3, absolute: 1e-4)
            let normal = ActivationMap(of: network, image: image, classNumber: number)
            #expect(normal.values.allSatisfy { (0...1).contains($0) } && normal.height == map.shape[1])
            #expect(normal.values.max() == 1 || closed.floats.allSatisfy { $0 <= 1e-6 })
        }
    }

    @Test func theOverlayIsLightWhereTheMapIs() {
        let map = ActivationMap(height: 2, width: 2, values: [0, 0, 0, 1])
        let grey = Image(height: 40, width: 60, pixels: [UInt8](repeating: 100, count: 40 * 60 * 3))
        let overlaid = map.overlaid(on: grey)
        func brightness(_ row: Int, _ column: Int) -> Int {
            (0..<3).reduce(0) { $0 + Int(overlaid.pixels[(row * 60 + column) * 3 + $1]) }
        }
        #expect(overlaid.height == 40 && overlaid.width == 60)
        #expect(brightness(39, 59) > brightness(20, 30) && brightness(20, 30) > brightness(0, 0))
        #expect(map.value(y: 0.5, x: 0.5) == 0.25 && map.value(y: 2, x: 2) == 1)
    }

    @Test func colourMapGrowsLighter() {
        let light = (0...100).map { value -> Float in
            let colour = ColourMap.colour(Float(value) / 100)
            return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
        }
        #expect(zip(light, light.dropFirst()).allSatisfy { $0 < $1 } && light[0] < 1 && light[100] > 240)
        #expect(ColourMap.colour(-.infinity) == ColourMap.colour(0) && ColourMap.colour(9) == ColourMap.colour(1))
    }
}
