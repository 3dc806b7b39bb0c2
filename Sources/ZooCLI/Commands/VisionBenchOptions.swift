import ArgumentParser
import ZooWorkflows

/// What `zoo bench vision` measures.
struct VisionBenchOptions: ParsableArguments {
    @Option(help: "Part of vision to measure alone. (default: all parts)") var part: VisionTiming.Part?

    var parts: Set<VisionTiming.Part> { part.map { [$0] } ?? Set(VisionTiming.Part.allCases) }
}

extension VisionTiming.Part: ExpressibleByArgument {}
