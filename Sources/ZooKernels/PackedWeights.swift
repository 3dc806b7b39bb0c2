import CZooSIMD

/// Weights of one sweep in the order in which its products read them: [group][panel][tap][depth][panel width].
final class PackedWeights: Sendable {
    let buffer: PooledBuffer
    let panels: Int
    let depth: Int
    let columns: Int
    private let taps: Int

    enum Order {
        case forward, inputGradient

        fileprivate var code: Int32 {
            self == .forward ? Int32(ZOO_PACK_FORWARD) : Int32(ZOO_PACK_INPUT_GRADIENT)
        }
    }

    /// Packs `weights` [outputs, channels / groups, taps].
    init(
        _ weights: UnsafePointer<Float>, _ shape: ConvolutionShape, taps used: [Int], order: Order, threads: ThreadCount
    ) {
        let (outputs, inputs) = (shape.groupOutputs, shape.groupChannels)
        depth = order == .forward ? inputs : outputs
        columns = order == .forward ? outputs : inputs
        taps = used.count
        let width = zoo_panel_width()
        let panels = (columns + width - 1) / width
        self.panels = panels
        let size = taps * depth * width
        buffer = PooledBuffer(byteCount: shape.groups * panels * size * 4)
        let to = buffer.address.assumingMemoryBound(to: Float.self)
        parallel(shape.groups * panels, threads: threads) { part in
            let group = part / panels
            zoo_pack_convolution(
                order.code, weights + group * outputs * inputs * shape.taps, outputs, inputs, shape.taps, used,
                used.count, part % panels, to + part * size)
        }
    }

    /// The panels of a group.
    func address(group: Int) -> UnsafePointer<Float> {
        UnsafePointer(
            buffer.address.assumingMemoryBound(to: Float.self) + group * panels * taps * depth * zoo_panel_width())
    }
}
