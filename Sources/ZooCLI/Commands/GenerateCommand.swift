import ArgumentParser
import Foundation
import ZooText
import ZooWorkflows

/// `zoo generate`
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write text with a language model.",
        discussion: """
            The prompt is printed as the model reads it, then the text of the model, token by token. The same seed gives \
            the same text. With --beam, the most probable text is searched for and nothing is drawn at random.
            """)
    @Argument(help: "Name of the model.") var model: String
    @Option(help: "Text to continue; empty for a new text. (default: empty)") var prompt = ""
    @Option(help: "Maximum number of tokens to write, 0 to 10000000.") var length = 400
    @Option(parsing: .unconditional, help: "Sampling temperature, 0 or more; 0 always takes the most probable token.")
    var temperature = 0.8
    @Option(help: "Draw only from this number of most probable tokens, 1 or more. (default: all)") var topK: Int?
    @Option(
        help: "Draw only from the most probable tokens with this total probability, above 0 to 1. (default: all tokens)"
    )
    var topP: Double?
    @Option(help: "Penalty of recent tokens, 0.01 to 1e6; above 1 they become less probable.") var repetitionPenalty =
        1.0
    @Option(help: "Beam width of a beam search in place of drawing, 1 to 1024; 1 draws.") var beam = 1
    @Option(help: "Text at which writing ends; may be repeated. (default: none)") var stop: [String] = []
    @Option(
        help: """
            Precision of the weights in memory; float16 writes up to twice as fast and moves log-probabilities by less than \
            0.01. (default: float32 of imported models that were not trained here, else float16)
            """)
    var precision: WeightPrecision?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkRange(length, "--length", 0...10_000_000)
        try checkRange(temperature, "--temperature", 0...)
        try checkAbove0(topK, "--top-k")
        if let topP, !(topP > 0 && topP <= 1) {
            throw ValidationError("--top-p must be above 0 and at most 1, not \(topP)")
        }
        try checkRange(repetitionPenalty, "--repetition-penalty", 0.01...1e6)
        try checkRange(beam, "--beam", 1...1024)
    }

    func run() throws {
        var request = GenerateRequest(model: model)
        (request.prompt, request.length, request.stops) = (prompt, length, stop)
        request.precision = precision.map { $0 == .float16 ? .float16 : .float32 }
        request.sampling.temperature = temperature
        request.sampling.topK = topK
        request.sampling.topP = topP
        request.sampling.repetitionPenalty = repetitionPenalty
        request.sampling.beamWidth = beam
        request.sampling.seed = options.seed
        let progress = options.progress
        let report = try options.workspace().generate(request) { event in
            switch event {
            case .note(let note): progress.say("note: \(note)")
            case .prompt(let text), .text(let text): if !options.json { outputPiece(text) }
            }
        }
        if options.json { try outputJSON(report) } else { outputText("") }
    }
}
