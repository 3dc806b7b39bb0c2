import Foundation
import Testing
import ZooCollab
import ZooData
import ZooKernels
import ZooRecords
import ZooWorkflows

/// Searches of settings.
@Suite struct TuneTests {
    /// A measure that falls with the distance from 5, with noise by fold.
    private func measure(_ trial: Int, _ fold: Int) -> Double {
        Double(abs(trial - 5)) + 0.3 * Double((trial * 7 + fold * 3) % 5)
    }

    @Test func theBetterHalfGoesOnAndTheDefaultsAlways() {
        let halving = SuccessiveHalving(isLowerBetter: true)
        let trials = halving.run(trials: 8) { measure($0, $1) }
        #expect(trials.map(\.number) == Array(0..<8))
        let counts = trials.map(\.measures.count)
        // Eight on the first fold, four on the second, two on all; and the defaults.
        #expect(counts[0] == 4 && counts.count { $0 >= 2 } <= 5 && counts.count { $0 == 4 } <= 3)
        #expect(halving.best(of: trials)?.number == 5)
        let higher = SuccessiveHalving(isLowerBetter: false)
        #expect(higher.best(of: higher.run(trials: 8) { -measure($0, $1) })?.number == 5)
    }

    @Test func whatDivergedIsTheWorst() {
        let halving = SuccessiveHalving(isLowerBetter: true)
        let trials = halving.run(trials: 4) { trial, _ in trial == 2 ? 1 : .nan }
        #expect(halving.best(of: trials)?.number == 2)
    }

    /// Sixty people of three groups, who mostly choose items of their own group.
    private func importRatings(_ zoo: Workspace) throws {
        var generator = RandomGenerator(seed: 5)
        var (users, items, stars): ([Int32], [Int32], [Float]) = ([], [], [])
        for user in 0..<60 {
            for item in 0..<36 where generator.next() % 10 < (item % 3 == user % 3 ? 7 : 2) {
                users.append(Int32(user))
                items.append(Int32(item))
                stars.append(Float(1 + (user + item) % 5))
            }
        }
        let names = (0..<36).map { "i\($0)" }
        let ratings = NewRatings(
            userKeys: (0..<60).map { "u\($0)" }, itemKeys: names, itemTitles: names, users: users, items: items,
            ratings: stars, scale: 1...5)
        try zoo.data.importRatings(ratings, name: "groups", source: "test")
    }

    @Test func aSearchThatWasStoppedComesToTheSameBest() throws {
        func request() -> TuneCollabRequest {
            var request = TuneCollabRequest(
                dataset: "groups", algorithm: .itemKNN, limits: TuneLimits(seconds: 1e6, command: "zoo tune collab"))
            (request.limits.trials, request.split) = (4, .random(0.5))
            return request
        }
        let whole = try withWorkspace { zoo in
            try importRatings(zoo)
            return try zoo.tuneCollab(request())
        }
        try withWorkspace { zoo in
            try importRatings(zoo)
            var measured = 0
            #expect(throws: TrainingStopped.self) {
                try zoo.tuneCollab(request()) { _, _, _ in
                    measured += 1
                } shouldStop: {
                    measured >= 3
                }
            }
            #expect(measured == 3)
            #expect(try zoo.data.runs().count { $0.kind == "tune collab" } == 3)
            let rest = try zoo.tuneCollab(request())
            #expect(rest.resumed == 3)
            #expect(rest.best.number == whole.best.number && rest.best.measures == whole.best.measures)
            #expect(rest.trials.map(\.measures) == whole.trials.map(\.measures))
            // No time is left beyond that of what is known already.
            var spent = request()
            spent.limits.seconds = 1e-9
            #expect(try zoo.tuneCollab(spent).trials.map(\.measures) == whole.trials.map(\.measures))
            // Another seed is another search.
            spent.limits.seed = 1
            #expect(try zoo.tuneCollab(spent).trials.count == 1)
        }
        #expect(whole.metric == "ndcg" && whole.usual.number == 0 && whole.usual.measures.count == 4)
        #expect(whole.best.mean >= whole.usual.mean)
    }

    @Test func everyAlgorithmHasTrialsThatItTakes() {
        for algorithm in CollabAlgorithm.all {
            let space = CollabSearchSpace(algorithm, by: .ndcg, seed: 3)
            #expect(space.options(trial: 0).given.isEmpty)
            for trial in 1..<20 {
                let options = space.options(trial: trial)
                #expect(options.given.allSatisfy { algorithm.defaults[$0] != nil })
                #expect(space.options(trial: trial) == options)
                #expect(options.dropout.map { (0..<1).contains($0) } ?? true)
            }
        }
    }
}
