import ArgumentParser
import ZooKernels
import ZooWorkflows

/// `zoo bench`
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the speed of the engine.",
        discussion:
            "Each benchmark does the same work as the scripts in Benchmarks/peers, which run other programs. Times are medians."
    )

    /// What to measure.
    enum Work: String, CaseIterable, ExpressibleByArgument {
        case gemm, collab, tabular, charlm, vision, pca, neighbours, elementwise
    }

    @Argument(help: "Benchmark to run.") var work: Work
    @Option(help: "Number of threads, 1 to 256. (default: one for each processor)") var threads: Int?
    @Option(
        help: """
            Batch size, 2 to 32561: rows of tabular, rows of charlm, or images of vision that are inferred together, for \
            which 1 is allowed. (default: 64 and 1024 for tabular, 64 for charlm, 16 for vision)
            """)
    var batchSize: Int?
    @OptionGroup var languageModel: LanguageModelBenchOptions
    @OptionGroup var vision: VisionBenchOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if let batchSize, !((work == .vision ? 1 : 2)...32_561).contains(batchSize) {
            throw ValidationError("--batch-size must be from 2 to 32561, for vision from 1")
        }
        try checkRange(threads, "--threads", 1...256)
    }

    func run() throws {
        let count = threads.map { ThreadCount($0) } ?? .all
        switch work {
        case .gemm:
            let timings = GEMMBenchmark.shapes.map { GEMMBenchmark.time(m: $0.0, n: $0.1, k: $0.2, threads: count) }
            try print(timings, ["m", "n", "k", "GFLOP/s", "us"]) { timing -> [String] in
                let shape = [timing.m, timing.n, timing.k].map(String.init)
                return shape + [timing.gflops.fixed(1), timing.microseconds.fixed(1)]
            }
        case .collab:
            let header = ["factors", "ratings", "epochs", "seconds", "M ratings/s"]
            try print([CollabTiming.demo(threads: count)], header) { timing -> [String] in
                let sizes = [timing.factors, timing.ratings, timing.epochs].map(String.init)
                return sizes + [timing.seconds.fixed(4), (timing.ratingsPerSecond / 1e6).fixed(1)]
            }
        case .tabular:
            let timings = try (batchSize.map { [$0] } ?? [64, 1024]).map {
                try TabularTiming.censusLike(batchSize: $0, threads: count)
            }
            try print(timings, ["batch", "rows", "seconds", "rows/s"]) { timing -> [String] in
                [
                    String(timing.batchSize), String(timing.rows), timing.seconds.fixed(4),
                    String(Int(timing.rowsPerSecond)),
                ]
            }
        case .charlm:
            let timing = try languageModel.measure(batchSize: batchSize ?? 64, threads: count)
            if options.json { return try outputJSON(timing) }
            var table = TextTable(["work", "chars/s"], rightAligned: [1])
            table.add(["train", timing.trainCharsPerSecond.fixed(0)])
            table.add(["generate", timing.generateCharsPerSecond.fixed(0)])
            table.add(["generate, float16", timing.generateFloat16CharsPerSecond.fixed(0)])
            outputText(table.text + "\npeak memory \(timing.peakMegabytes.fixed(0)) MB")
        case .vision: try print(VisionTiming.measure(vision.parts, batch: batchSize ?? 16))
        case .pca: try printEmbeddings(try EmbeddingTiming.principalComponents(threads: count))
        case .neighbours: try printEmbeddings(EmbeddingTiming.neighbours(threads: count))
        case .elementwise:
            try print(ElementwiseTiming.all(), ["loop", "size", "ns/element"]) { timing -> [String] in
                [timing.name, String(timing.size), timing.nanosecondsPerElement.fixed(3)]
            }
        }
    }

    private func print(_ timing: VisionTiming) throws {
        if options.json { return try outputJSON(timing) }
        var table = TextTable(["work", "batch", "images/s"], rightAligned: [1, 2])
        if let rate = timing.trainImagesPerSecond { table.add(["train resnet18-cifar", "64", rate.fixed(1)]) }
        for inference in timing.inference {
            table.add([
                "infer \(inference.network.rawValue)", String(timing.batch), inference.imagesPerSecond.fixed(1),
            ])
        }
        if let rate = timing.decodeImagesPerSecond { table.add(["decode JPEG to 224", "1", rate.fixed(0)]) }
        let peak = timing.trainPeakMegabytes.map { "\npeak memory of the training \($0.fixed(0)) MB" }
        outputText(table.text + (peak ?? ""))
    }

    private func printEmbeddings(_ timings: [EmbeddingTiming]) throws {
        try print(timings, ["work", "rows", "width", "count", "ms"]) { timing -> [String] in
            let sizes = [timing.rows, timing.width, timing.count].map(String.init)
            return [timing.work] + sizes + [(timing.seconds * 1000).fixed(3)]
        }
    }

    private func print<Timing: Encodable>(
        _ timings: [Timing], _ header: [String], _ row: (Timing) -> [String]
    ) throws {
        if options.json { return try outputJSON(timings) }
        var table = TextTable(header, rightAligned: Set(header.indices))
        for timing in timings { table.add(row(timing)) }
        outputText(table.text)
    }
}
