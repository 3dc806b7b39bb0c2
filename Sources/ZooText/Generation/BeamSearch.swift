/// One of the texts that a search follows.
struct Beam {
    var tokens: [GeneratedToken] = []
    var state: GenerationState
    var recent: [Int32]
    var score: Float = 0
    var isFinished = false
}

/// The text of highest probability that is found by following only the `beamWidth` best ones at each length.
///
/// Of equally likely texts the one from the better beam, then of the lower token, goes first.
func beamSearch(
    _ network: GenerationNetwork, from state: GenerationState, recent: [Int32], length: Int, sampling: SamplingOptions
) -> Beam {
    var beams = [Beam(state: state, recent: recent)]
    for _ in 0..<max(length, 0) {
        if beams.allSatisfy(\.isFinished) { break }
        var candidates: [(beam: Int, token: Int32?, score: Float)] = []
        // The sort is stable, so that ties fall as documented.
        func keepBest() { candidates = Array(candidates.sorted { $0.score > $1.score }.prefix(sampling.beamWidth)) }
        for (index, beam) in beams.enumerated() {
            if beam.isFinished {
                candidates.append((index, nil, beam.score))
                continue
            }
            let scores = Sampler.adjusted(
                beam.state.logits, recent: beam.recent.suffix(sampling.repetitionWindow), sampling)
            let logProbabilities = TextGenerator.logSoftmax(scores)
            if candidates.count > 1 << 18 { keepBest() }
            for (token, value) in logProbabilities.enumerated() where value > -.infinity {
                candidates.append((index, Int32(token), beam.score + value))
            }
        }
        keepBest()
        beams = candidates.map { extended(beams[$0.beam], by: $0.token, score: $0.score, network, sampling) }
    }
    return beams.max { $0.score < $1.score } ?? Beam(state: state, recent: recent)
}

private func extended(
    _ beam: Beam, by token: Int32?, score: Float, _ network: GenerationNetwork, _ sampling: SamplingOptions
) -> Beam {
    guard let token else { return beam }
    var beam = beam
    let logProbability = beam.state.logits[Int(token)] - TextGenerator.logSumExp(beam.state.logits)
    beam.tokens.append(GeneratedToken(token: token, logProbability: logProbability))
    network.read(token, &beam.state)
    beam.recent.append(token)
    beam.score = score
    beam.isFinished = sampling.endsText(beam.tokens)
    return beam
}
