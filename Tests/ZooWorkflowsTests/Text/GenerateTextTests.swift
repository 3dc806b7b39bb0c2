import Foundation
import Testing
import ZooText
import ZooWorkflows

@Suite struct GenerateTextTests {
    @Test(arguments: TokenizerKind.learned) func theSameSeedWritesTheSame(_ kind: TokenizerKind) throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.trainSmallText(SmallText.recipe(kind))
            var request = GenerateRequest(model: "m")
            (request.prompt, request.length) = ("Once upon", 60)
            func write(_ seed: UInt64) throws -> GenerateReport {
                request.sampling.seed = seed
                return try zoo.generate(request)
            }
            let (one, two, other) = (try write(1), try write(1), try write(2))
            #expect(one.text == two.text && one.text != other.text)
            #expect(one.tokens.count == 60 && one.logProbabilities.count == 60 && one.finish == "length")
            #expect(one.logProbabilities.allSatisfy { $0 <= 0 && $0.isFinite } && one.prompt == "Once upon")
            if kind == .character { #expect(one.tokens.joined() == one.text) }
            if kind == .word { #expect(!one.tokens.contains("xxunk") && !one.tokens.contains("xxbos")) }
        }
    }

    @Test func piecesComeOneByOneAndMakeTheText() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.trainSmallText()
            var request = GenerateRequest(model: "m")
            (request.prompt, request.length) = ("The qu\u{E9}en \u{3A9}", 30)
            var (notes, prompt, pieces): ([String], String, [String]) = ([], "", [])
            let report = try zoo.generate(request) { event in
                switch event {
                case .note(let note): notes.append(note)
                case .prompt(let text): prompt = text
                case .text(let piece): pieces.append(piece)
                }
            }
            #expect(pieces.count == 30 && pieces.joined() == report.text && prompt == "The queen ")
            #expect(
                notes.count == 1 && notes[0].contains("'\u{E9}' read as 'e'") && notes[0].contains("'\u{3A9}' left out")
            )
        }
    }

    @Test func noPromptAndNoTemperatureAreFine() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.trainSmallText()
            var request = GenerateRequest(model: "m")
            request.length = 40
            request.sampling.temperature = 0
            let first = try zoo.generate(request)
            request.sampling.seed = 99
            let second = try zoo.generate(request)
            #expect(first.text == second.text && first.prompt.isEmpty && first.tokens.count == 40)
            request.length = 0
            #expect(try zoo.generate(request).text.isEmpty)
            request.sampling.temperature = -1
            #expect(throws: TextError.self) { try zoo.generate(request) }
            request.sampling.temperature = 1
            request.sampling.topP = 1.5
            #expect(throws: TextError.self) { try zoo.generate(request) }
        }
    }

    @Test func aStopEndsTheText() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.trainSmallText()
            var request = GenerateRequest(model: "m")
            request.length = 200
            let whole = try zoo.generate(request).text
            let stop = String(whole.dropFirst(20).prefix(3))
            request.stops = ["never there", stop]
            var pieces = ""
            let stopped = try zoo.generate(request) { if case .text(let piece) = $0 { pieces += piece } }
            let end = try #require(whole.range(of: stop)?.lowerBound)
            #expect(stopped.text == String(whole[..<end]) && stopped.finish == "stop" && pieces == stopped.text)
        }
    }

    @Test func stopsAreFoundHoweverTheTextIsCut() {
        let text = "aab aabaac end"
        for stops in [["aac"], ["ab", "b a"], ["xyz"], ["end!"], [""], ["a"]] {
            let expected = stops.filter { !$0.isEmpty }.compactMap { text.range(of: $0)?.lowerBound }.min()
            for width in 1...5 {
                var filter = StopFilter(stops)
                var written = ""
                var rest = text[...]
                while !rest.isEmpty {
                    written += filter.add(String(rest.prefix(width)))
                    rest = rest.dropFirst(width)
                }
                written += filter.finish()
                #expect(written == (expected.map { String(text[..<$0]) } ?? text), "\(stops) by \(width)")
                #expect(filter.isStopped == (expected != nil))
            }
        }
    }
}
