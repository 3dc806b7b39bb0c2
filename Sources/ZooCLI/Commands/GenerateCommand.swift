import ArgumentParser
import Foundation
import ZooText
import ZooWorkflows

/// `zoo generate`
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write text with a language model.",
        discussion: """
            The prompt is printed as the model reads it, then what the model makes of it, as it comes. The same seed gives the
            same text. With --beam, the likeliest text is searched for and nothing is drawn.
            """)
    @Argument(help: "The model.") var model: String
    @Option(help: "What to go on from; a new text without.") var prompt = ""
    @Option(help: "The most tokens to write.") var length = 400
    @Option(parsing: .unconditional, help: "Below 1 plays safe, above 1 dares; 0 always takes the likeliest.")
    var temperature = 0.8
    @Option(help: "Draw only from so many of the likeliest tokens.") var topK: Int?
    @Option(help: "Draw only from the likeliest tokens that together have this probability.") var topP: Double?
    @Option(help: "Above 1, tokens that came lately become less likely.") var repetitionPenalty = 1.0
    @Option(help: "Search with so many texts at a time in place of drawing.") var beam = 1
    @Option(help: "Text that ends what is written; may be repeated.") var stop: [String] = []
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard length >= 0, length <= 10_000_000 else { throw ValidationError("--length must be from 0 to 10000000") }
        guard temperature >= 0, temperature.isFinite else {
            throw ValidationError("--temperature must not be below 0, not \(temperature)")
        }
        if let topK, topK < 1 { throw ValidationError("--top-k must be above 0, not \(topK)") }
        if let topP, !(topP > 0 && topP <= 1) {
            throw ValidationError("--top-p must be above 0 and at most 1, not \(topP)")
        }
        guard (0.01...1e6).contains(repetitionPenalty) else {
            throw ValidationError("--repetition-penalty must be from 0.01 to 1e6, not \(repetitionPenalty)")
        }
        guard (1...1024).contains(beam) else { throw ValidationError("--beam must be from 1 to 1024, not \(beam)") }
    }

    func run() throws {
        var request = GenerateRequest(model: model)
        (request.prompt, request.length, request.stops) = (prompt, length, stop)
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
