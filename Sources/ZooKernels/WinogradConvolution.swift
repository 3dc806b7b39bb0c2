import CZooSIMD

// Rates of one core for the cost model: products as measured with AVX-512 (100 GFLOP/s); floats moved by the transforms, and
// of weights that come from memory, as estimates.
private let multiplicationsPerNanosecond = 50.0
private let floatsPerNanosecond = 4.0
private let weightFloatsPerNanosecond = 2.5

private let products = Int(ZOO_WINOGRAD_PRODUCTS)
private let tileSide = Int(ZOO_WINOGRAD_TILE)
// Tiles of one block: enough to use each weight often, few enough that the block stays in the second-level cache.
private let blockTiles = 56
// Floats of a block's patches and gradients when weights are learned: they are read from the cache that cores share.
private let gradientBlockFloats = 1 << 21

/// A 3x3 convolution with stride 1 by Winograd's F(4x4, 3x3): a quarter of the multiplications.
///
/// - Source: Lavin & Gray 2015, "Fast algorithms for convolutional neural networks"
struct WinogradShape: Sendable {
    let images, height, width, inputs, outputs: Int
    let outputHeight, outputWidth: Int
    let padding: PixelPair

    /// The forward pass of a shape, or nil where the method does not apply.
    init?(forward shape: ConvolutionShape) {
        self.init(
            shape, height: shape.height, width: shape.width, inputs: shape.channels, outputs: shape.outputs,
            outputHeight: shape.outputHeight, outputWidth: shape.outputWidth, padding: shape.geometry.padding)
    }

    /// The input gradient of a shape: the convolution of the result's gradient with the turned weights.
    init?(inputGradient shape: ConvolutionShape) {
        let padding = PixelPair(y: 2 - shape.geometry.padding.y, x: 2 - shape.geometry.padding.x)
        self.init(
            shape, height: shape.outputHeight, width: shape.outputWidth, inputs: shape.outputs,
            outputs: shape.channels, outputHeight: shape.height, outputWidth: shape.width, padding: padding)
    }

    private init?(
        _ shape: ConvolutionShape, height: Int, width: Int, inputs: Int, outputs: Int, outputHeight: Int,
        outputWidth: Int, padding: PixelPair
    ) {
        let geometry = shape.geometry
        guard shape.kernel == 3, geometry.stride == 1, geometry.dilation == 1, shape.groups == 1,
            padding.y == padding.x, padding.y >= 0, inputs % 16 == 0, outputs % 16 == 0
        else { return nil }
        (images, self.height, self.width) = (shape.images, height, width)
        (self.inputs, self.outputs, self.padding) = (inputs, outputs, padding)
        (self.outputHeight, self.outputWidth) = (outputHeight, outputWidth)
    }

    var tileRows: Int { (outputHeight + tileSide - 1) / tileSide }
    var tileColumns: Int { (outputWidth + tileSide - 1) / tileSide }
    var tiles: Int { images * tileRows * tileColumns }

    /// Whether this is expected to beat the direct way: it saves multiplications and moves more memory.
    ///
    /// - Parameter packsWeights: whether the weights must be transformed first, as they are in training
    func pays(packsWeights: Bool) -> Bool {
        let depths = Double(inputs * outputs)
        let direct = Double(images * outputHeight * outputWidth) * depths * 9 / multiplicationsPerNanosecond
        let multiplied = Double(tiles * products) * depths / multiplicationsPerNanosecond
        let moved = Double(tiles * products * 2 * (inputs + outputs)) / floatsPerNanosecond
        let weights = depths * Double(products - 9) / weightFloatsPerNanosecond * (packsWeights ? 3 : 1)
        return multiplied + moved + weights < direct
    }

    /// The input as the transforms see it, with the tiles that their buffers hold; ``result(_:)`` likewise.
    func source(_ tiles: Range<Int>) -> zoo_winograd_image { image(height, width, inputs, tiles) }
    func result(_ tiles: Range<Int>) -> zoo_winograd_image { image(outputHeight, outputWidth, outputs, tiles) }

    private func image(_ height: Int, _ width: Int, _ channels: Int, _ tiles: Range<Int>) -> zoo_winograd_image {
        zoo_winograd_image(
            height: height, width: width, channels: channels, columns: tileColumns, padding: padding.y,
            image_stride: height * width * channels, tiles_an_image: tileRows * tileColumns, begin: tiles.lowerBound,
            tiles: tiles.count, pitch: winogradPitch(channels))
    }
}

/// Floats from tile to tile: a power of two would let the rows of a product share cache sets.
private func winogradPitch(_ channels: Int) -> Int { channels % 128 == 0 ? channels + 16 : channels }

/// Transformed weights [36][panel][depth][panel width].
final class WinogradWeights: Sendable {
    private let buffer: PooledBuffer
    let panels: Int

    init(_ packed: PackedWeights, threads: ThreadCount) {
        let panelSize = packed.depth * zoo_panel_width()
        let panels = packed.panels
        let stride = panels * panelSize
        self.panels = panels
        buffer = PooledBuffer(byteCount: products * stride * 4)
        let to = buffer.address.assumingMemoryBound(to: Float.self)
        let from = packed.address(group: 0)
        parallel(panels, threads: threads) { panel in
            zoo_winograd_weights(from + panel * 9 * panelSize, packed.depth, to + panel * panelSize, stride)
        }
    }

    func address(product: Int, depth: Int) -> UnsafePointer<Float> {
        UnsafePointer(
            buffer.address.assumingMemoryBound(to: Float.self) + product * panels * depth * zoo_panel_width())
    }
}

/// Convolves [images, height, width, inputs] into [images, outputHeight, outputWidth, outputs].
func winogradConvolution(
    _ shape: WinogradShape, _ x: UnsafePointer<Float>, weights: WinogradWeights, to target: ConvolutionTarget,
    threads: ThreadCount
) {
    let tiles = shape.tiles
    // Blocks in equal shares, a multiple of the thread count of them.
    let rounds = max(1, (tiles + blockTiles * threads.count - 1) / (blockTiles * threads.count))
    let blocks = min(tiles, rounds * threads.count)
    parallel(blocks, threads: threads) { block in
        let (first, last) = (block * tiles / blocks, (block + 1) * tiles / blocks)
        let (inputPitch, outputPitch) = (winogradPitch(shape.inputs), winogradPitch(shape.outputs))
        let count = last - first
        let patchFloats = products * count * inputPitch
        withPooledFloats(patchFloats + products * count * outputPitch + products * shape.inputs) { patches in
            let sums = patches + patchFloats
            var source = shape.source(first..<last)
            zoo_winograd_patches(&source, x, first, last, patches, sums + products * count * outputPitch)
            multiply(shape, weights, patches, sums, tiles: count)
            var result = shape.result(first..<last)
            zoo_winograd_outputs(
                &result, sums, first, last, target.bias, target.residual, target.activation.code, target.base)
        }
    }
}

/// The 36 products of one block of tiles.
private func multiply(
    _ shape: WinogradShape, _ weights: WinogradWeights, _ patches: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>, tiles: Int
) {
    let (inputPitch, outputPitch) = (winogradPitch(shape.inputs), winogradPitch(shape.outputs))
    withUnsafePointer(to: 0) { offset in
        for product in 0..<products {
            var block = zoo_convolution_block(
                x: patches + product * tiles * inputPitch, x_row: 0, x_step: inputPitch, offsets: offset, taps: 1,
                depth: shape.inputs, panels: weights.address(product: product, depth: shape.inputs), bias: nil,
                residual: nil, out: sums + product * tiles * outputPitch, out_row: 0, out_step: outputPitch, rows: 1,
                pixels: tiles, columns: shape.outputs, activation: FusedActivation.none.code)
            zoo_convolve(&block, 0, weights.panels)
        }
    }
}

/// The gradient of the weights as [9][inputs][outputs], from the input and the gradient of the result.
func winogradWeightGradient(
    _ shape: WinogradShape, _ x: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>, threads: ThreadCount
) {
    let (inputPitch, outputPitch) = (winogradPitch(shape.inputs), winogradPitch(shape.outputs))
    let size = shape.inputs * shape.outputs
    let block = max(min(shape.tiles, 64), gradientBlockFloats / (products * (shape.inputs + shape.outputs)))
    let patches = PooledBuffer(byteCount: products * block * inputPitch * 4)
    let gradients = PooledBuffer(byteCount: products * block * outputPitch * 4)
    let totals = PooledBuffer(byteCount: products * size * 4)
    let patchBase = patches.address.assumingMemoryBound(to: Float.self)
    let gradientBase = gradients.address.assumingMemoryBound(to: Float.self)
    let totalBase = totals.address.assumingMemoryBound(to: Float.self)
    totalBase.update(repeating: 0, count: products * size)
    for first in stride(from: 0, to: shape.tiles, by: block) {
        let count = min(block, shape.tiles - first)
        transform(shape, x, gradient, first..<first + count, patchBase, gradientBase, threads)
        parallel(products, threads: threads) { product in
            var outer = zoo_outer_products(
                x: patchBase + product * count * inputPitch, x_image: 0, x_row: 0, x_step: inputPitch,
                y: gradientBase + product * count * outputPitch, y_image: 0, y_row: 0, y_step: outputPitch, images: 1,
                rows: 1, pixels: count, depth: shape.inputs, sums: totalBase + product * size, sums_row: shape.outputs)
            zoo_add_outer_products(&outer, 0, shape.outputs)
        }
    }
    zoo_winograd_weight_gradient(totalBase, size, sums)
    withExtendedLifetime((patches, gradients, totals)) {}
}

/// Patches and gradients of some tiles, each thread writing whole tiles of its own.
private func transform(
    _ shape: WinogradShape, _ x: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ tiles: Range<Int>,
    _ patches: UnsafeMutablePointer<Float>, _ gradients: UnsafeMutablePointer<Float>, _ threads: ThreadCount
) {
    let parts = min(tiles.count, 4 * threads.count)
    parallel(parts, threads: threads) { part in
        let first = tiles.lowerBound + part * tiles.count / parts
        let last = tiles.lowerBound + (part + 1) * tiles.count / parts
        withPooledFloats(products * max(shape.inputs, shape.outputs)) { scratch in
            var (source, result) = (shape.source(tiles), shape.result(tiles))
            zoo_winograd_patches(&source, x, first, last, patches, scratch)
            zoo_winograd_gradients(&result, gradient, first, last, gradients, scratch)
        }
    }
}
