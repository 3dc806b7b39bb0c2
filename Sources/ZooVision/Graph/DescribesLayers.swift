import ZooTensor

/// A network that says layer by layer what it calculates.
package protocol DescribesLayers: ImageNetwork {
    /// The layers.
    var graph: ImageGraph { get }
}

extension ResNet: DescribesLayers {
    package var graph: ImageGraph {
        var graph = ImageGraph()
        var x = ImageGraph.Value.images
        for layer in early { x = graph.add(x, layer.convolution, layer.norm, .relu) }
        x = graph.add(x, conv1, bn1, .relu)
        if !configuration.hasSmallStem {
            x = graph.add(.maximum(kernel: 3, ConvolutionGeometry(stride: 2, padding: 1)), x)
        }
        for block in stages.joined() {
            switch block {
            case let block as BasicBlock: x = graph.add(x, block)
            case let block as Bottleneck: x = graph.add(x, block)
            default: preconditionFailure("ResNet: a block of another kind")
            }
        }
        guard let neck else {
            graph.addHead(x, fc)
            return graph
        }
        let pooled = graph.add(.joined, graph.add(.greatest, x), graph.add(.mean, x))
        _ = graph.add(.linear(fc), graph.add(.activation(.relu), graph.add(.linear(neck), pooled)))
        return graph
    }
}

extension MobileNetV2: DescribesLayers {
    package var graph: ImageGraph {
        var graph = ImageGraph()
        var x = graph.add(.images, stem, .relu6)
        for block in blocks { x = graph.add(x, block) }
        graph.addHead(graph.add(x, last, .relu6), classifier)
        return graph
    }
}

extension EfficientNet: DescribesLayers {
    package var graph: ImageGraph {
        var graph = ImageGraph()
        var x = graph.add(.images, stem, activation)
        for block in stages.joined() { x = graph.add(x, block) }
        graph.addHead(graph.add(x, last, activation), classifier)
        return graph
    }
}

extension MobileNetV3: DescribesLayers {
    package var graph: ImageGraph {
        var graph = ImageGraph()
        var x = graph.add(.images, stem, .hardSwish)
        for block in blocks { x = graph.add(x, block) }
        x = graph.add(.mean, graph.add(x, last, .hardSwish))
        _ = graph.add(.linear(classifier), graph.add(.activation(.hardSwish), graph.add(.linear(hidden), x)))
        return graph
    }
}

extension ConvNeXt: DescribesLayers {
    package var graph: ImageGraph {
        var graph = ImageGraph()
        var x = graph.add(.channelNorm(stem.norm, isMap: true), graph.add(.convolution(stem.convolution), .images))
        for stage in stages { x = graph.add(x, stage) }
        _ = graph.add(.linear(classifier), graph.add(.channelNorm(norm, isMap: false), graph.add(.mean, x)))
        return graph
    }
}
