import Testing
import ZooKernels
import ZooNN
import ZooTensor
import ZooVision

/// The layers of networks, as `zoo inspect` lists and draws them.
@Suite struct NetworkLayersTests {
    private func layers(_ architecture: ImageArchitecture, side: Int) throws -> (NetworkLayers, any ImageNetwork) {
        var generator = RandomGenerator(seed: 3)
        let network = architecture.network(classes: 5, using: &generator)
        let image = Tensor.normal([1, side, side, 3], using: &generator)
        return (NetworkLayers(of: try #require(network as? any DescribesLayers), image: image), network)
    }

    @Test func layersHaveTheNamesAndSizesOfTorchvision() throws {
        let (found, _) = try layers(.resnet18, side: 64)
        let first = try #require(found.layers.first)
        #expect(first.name == "conv1" && first.kernelHeight == 7 && first.stride == 2 && first.inputs == 3)
        #expect((first.height, first.width, first.channels, first.parameters) == (32, 32, 64, 9408))
        // 1 + 8 * 2 convolutions, and 3 on the paths around.
        #expect(found.layers.count == 20 && found.layers.map(\.number) == Array(1...20))
        let last = try #require(found.layers.last { !$0.name.contains("downsample") })
        #expect(last.name == "layer4.1.conv2" && (last.height, last.width, last.channels) == (2, 2, 512))
    }

    /// ResNet-18's last convolution sees 435 pixels: 7x7 and pooling 11, then 4 convolutions of 3x3 with each of the steps 4, 8,
    /// 16 and 32, the first of a stage still with the step before.
    @Test func receptiveFieldsAddUp() throws {
        let (found, _) = try layers(.resnet18, side: 64)
        let sum = 1 + 6 + 2 * 2 + 4 * 2 * 4 + 2 * (4 + 3 * 8) + 2 * (8 + 3 * 16) + 2 * (16 + 3 * 32)
        #expect(sum == 435)
        #expect(found.layers.last { !$0.name.contains("downsample") }?.receptiveField == sum)
        #expect(found.layers[0].receptiveField == 7)
        let (squeezed, _) = try layers(.mobilenetV3Small, side: 64)
        #expect(squeezed.layers.first?.receptiveField == 3 && squeezed.layers.last?.receptiveField == nil)
    }

    @Test func filtersAreDrawnByTheirWeights() throws {
        let (found, network) = try layers(.resnet20Cifar, side: 32)
        let weight = try #require(network.namedParameters().first { $0.path == "conv1.weight" }).parameter.value
        let (values, filters) = (weight.floats, try #require(found.filters(ofLayer: 0)))
        let most = values.map { abs($0) }.max() ?? 0
        #expect(filters.count == 16 && filters.allSatisfy { $0.height == 3 && $0.width == 3 })
        for (filter, place, channel) in [(0, 0, 0), (3, 4, 1), (15, 8, 2)] {
            let value = values[(filter * 3 + channel) * 9 + place] / most
            #expect(filters[filter].pixels[place * 3 + channel] == UInt8((127.5 + 127.5 * value).rounded()))
        }
        #expect(found.filters(ofLayer: 1) == nil)
    }

    @Test func activationsAreWhatTheLayerMakes() throws {
        var generator = RandomGenerator(seed: 5)
        let network = ImageArchitecture.resnet20Cifar.network(classes: 5, using: &generator)
        let image = Tensor.normal([1, 32, 32, 3], using: &generator)
        let found = NetworkLayers(of: try #require(network as? any DescribesLayers), image: image)
        let weight = try #require(network.namedParameters().first { $0.path == "conv1.weight" }).parameter.value
        // A new network's normalisation changes nothing but for its epsilon.
        let map = image.convolved(with: weight, bias: nil, ConvolutionGeometry(padding: 1), groups: 1).floats
            .map { max(0, $0) }
        let activations = found.activations(ofLayer: 0)
        let most = try #require(map.indices.max { map[$0] < map[$1] })
        #expect(activations.count == 16)
        let lightest = activations[most % 16].pixels[(most / 16) * 3..<(most / 16) * 3 + 3]
        #expect(Array(lightest) == ColourMap.colour(1).map { UInt8($0.rounded()) })
        let dark = try #require(map.firstIndex(of: 0))
        #expect(Array(activations[dark % 16].pixels[(dark / 16) * 3..<(dark / 16) * 3 + 3]) == [0, 0, 4])
    }

    @Test func aSheetLaysImagesInRows() {
        func plain(_ level: UInt8) -> Image { Image(height: 1, width: 2, pixels: Array(repeating: level, count: 6)) }
        let sheet = Image.sheet([plain(1), plain(2), plain(3)], columns: 2, scale: 2, gap: 1)
        #expect(sheet.height == 7 && sheet.width == 11)
        func level(_ y: Int, _ x: Int) -> UInt8 { sheet.pixels[(y * 11 + x) * 3] }
        #expect(level(0, 0) == 255 && level(1, 1) == 1 && level(2, 4) == 1 && level(1, 5) == 255)
        #expect(level(1, 6) == 2 && level(4, 1) == 3 && level(4, 6) == 255)
    }
}
