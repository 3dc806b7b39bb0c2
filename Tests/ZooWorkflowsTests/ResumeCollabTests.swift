import Foundation
import Testing
import ZooCollab
import ZooLearn
import ZooWorkflows

/// Trainings of recommenders that are stopped and resumed.
@Suite struct ResumeCollabTests {
    private static let options: [(model: String, change: @Sendable (inout CollabTrainingOptions) -> Void)] = [
        ("dot-bias", { ($0.epochs, $0.factors) = (3, 8) }),
        ("dot-bias", { ($0.epochs, $0.factors, $0.batchSize) = (2, 8, 2048) }),
        ("neural", { ($0.epochs, $0.factors, $0.batchSize) = (2, 8, 2048) }),
        ("neural", { ($0.epochs, $0.factors, $0.batchSize, $0.seed) = (2, 8, 2048, .max) }),
        ("ials", { ($0.epochs, $0.factors) = (3, 8) }),
        ("bpr", { ($0.epochs, $0.factors) = (3, 8) }),
        ("bayesian", { ($0.epochs, $0.factors) = (4, 4) }),
        ("blend", { ($0.epochs, $0.factors) = (3, 8) }),
    ]

    /// - Parameter steps: how many steps are taken before it is stopped; nil for all
    private func train(
        _ zoo: Workspace, _ index: Int, as name: String, steps: Int? = nil, resumes: Bool = false,
        change: (inout CollabTrainingOptions) -> Void = { _ in }
    ) throws -> TrainCollabReport {
        var options = CollabTrainingOptions()
        Self.options[index].change(&options)
        change(&options)
        let algorithm = try #require(CollabAlgorithm.named(Self.options[index].model))
        var request = TrainCollabRequest(dataset: "demo", recipe: algorithm.recipe(options), command: "test")
        (request.options, request.saveAs, request.resumes) = (options, name, resumes)
        var calls = 0
        return try zoo.trainCollab(
            request,
            shouldStop: {
                calls += 1
                return calls > steps ?? .max
            })
    }

    @Test(arguments: options.indices) func stoppedTrainingsResumeToTheSameBits(index: Int) throws {
        try withWorkspace { zoo in
            try zoo.importDemo()
            let straight = try train(zoo, index, as: "straight")
            let weights = try zoo.modelFile(named: "straight").file.weights
            let total = [6, 118, 118, 118, 6, 6, 4, 6][index]
            // The generator's words are of all sizes, above the greatest Int64 as well.
            for (number, steps) in [1, total / 3, total / 2, total - 1].enumerated() {
                let name = "m\(number)"
                let stopped = #expect(throws: TrainingStopped.self) { try train(zoo, index, as: name, steps: steps) }
                #expect(stopped?.description.contains("saved as '\(name)' after step \(steps)") == true)
                #expect(try zoo.showModel(named: name).status == "stopped")
                #expect(try zoo.recommend(RecommendRequest(model: name, person: .user("42"))).items.count == 10)
                let resumed = try train(zoo, index, as: name, resumes: true)
                #expect(try zoo.modelFile(named: name).file.weights == weights, "\(steps) steps")
                #expect(resumed.epochs.map(\.report.trainingLoss) == straight.epochs.map(\.report.trainingLoss))
                #expect(try zoo.modelFile(named: name).file.optimizer.isEmpty)
                #expect(throws: WorkflowError.self) { try train(zoo, index, as: name, resumes: true) }
            }
        }
    }

    @Test func theRankersOfABlendStopAtTheEndOfWhatPredictsRatings() throws {
        try withWorkspace { zoo in
            try zoo.importDemo()
            let blend = Self.options.count - 1
            _ = try train(zoo, blend, as: "straight")
            // Six steps of dot-bias, then those of four factorisations.
            for steps in [6, 7, 40] {
                let stopped = #expect(throws: TrainingStopped.self) {
                    try train(zoo, blend, as: "m", steps: steps, resumes: steps > 6)
                }
                #expect(stopped?.description.contains("saved as 'm' after step 6") == true, "\(stopped as Any)")
            }
            let resumed = try train(zoo, blend, as: "m", resumes: true)
            #expect(resumed.epochs.count == 3)
            #expect(try zoo.modelFile(named: "m").file.weights == zoo.modelFile(named: "straight").file.weights)
        }
    }

    @Test func theBestEpochIsTheSameAfterAPause() throws {
        try withWorkspace { zoo in
            try zoo.importDemo()
            func train(_ name: String, stops: Bool = false, resumes: Bool = false) throws -> TrainCollabReport {
                var options = CollabTrainingOptions()
                (options.epochs, options.factors, options.learningRate, options.weightDecay) = (16, 6, 0.05, 0)
                var request = TrainCollabRequest(
                    dataset: "demo", recipe: CollabAlgorithm.dotBias.recipe(options), command: "test")
                (request.options, request.saveAs, request.resumes) = (options, name, resumes)
                (request.split, request.valid, request.patience) = (.random(0.2), 0.1, 0)
                var calls = 0
                return try zoo.trainCollab(
                    request,
                    shouldStop: {
                        calls += 1
                        return stops && calls > 25
                    })
            }
            let straight = try train("straight")
            _ = #expect(throws: TrainingStopped.self) { try train("m", stops: true) }
            let resumed = try train("m", resumes: true)
            #expect(resumed.bestEpoch == straight.bestEpoch && resumed.keptEpoch == straight.bestEpoch)
            #expect(straight.epochs.count == 16 && straight.bestEpoch != 16, "\(straight.bestEpoch as Any)")
            #expect(try zoo.modelFile(named: "m").file.weights == zoo.modelFile(named: "straight").file.weights)
            #expect(straight.trainRatings + straight.validRatings + straight.testRatings == 120_000)
            // The training part of the model is what it learned from.
            let own = try zoo.evaluate(model: "m", dataset: nil, split: .part(.train), seed: 0)
            #expect(own.ratings == straight.trainRatings)
            #expect(try zoo.evaluate(model: "m", dataset: nil, split: nil, seed: 0).ratings == straight.testRatings)
        }
    }

    /// Of dot-bias, and of the blend, of whose settings those are a part.
    @Test(arguments: [0, options.count - 1]) func otherSettingsAreRefusedByName(index: Int) throws {
        try withWorkspace { zoo in
            try zoo.importDemo()
            _ = #expect(throws: TrainingStopped.self) { try train(zoo, index, as: "m", steps: 3) }
            #expect(try zoo.showModel(named: "m").architecture == Self.options[index].model)
            func refused(_ reason: String, change: @escaping (inout CollabTrainingOptions) -> Void) {
                let error = #expect(throws: WorkflowError.self) {
                    try train(zoo, index, as: "m", resumes: true, change: change)
                }
                #expect(error?.description.contains("was started with \(reason): ") == true, "\(error as Any)")
            }
            refused("--factors 8, not 9") { $0.factors = 9 }
            refused("--seed 0, not 1") { $0.seed = 1 }
            refused("--weight-decay 0.26, not 0.5") { $0.weightDecay = 0.5 }
            refused("--batch-size 1, not 64") { $0.batchSize = 64 }
            // What is the default may be given, and what only decides the steps to come may change.
            let report = try train(zoo, index, as: "m", resumes: true) {
                ($0.weightDecay, $0.learningRate) = (Double(DotBiasRecipe().weightDecay), 0.01)
            }
            #expect(report.epochs.count == 3)
        }
    }

    @Test func aModelThatAnotherTrainingFinishedMeanwhileIsKept() throws {
        try withWorkspace { zoo in
            try zoo.importDemo()
            var options = CollabTrainingOptions()
            (options.epochs, options.factors) = (1, 8)
            var request = TrainCollabRequest(
                dataset: "demo", recipe: CollabAlgorithm.dotBias.recipe(options), command: "slow")
            (request.saveAs, request.checkpointInterval) = ("m", .zero)
            var first: TrainCollabReport?
            var notes: [String] = []
            let report = try zoo.trainCollab(
                request,
                onProgress: { if case .note(let note) = $0 { notes.append(note) } },
                shouldStop: {
                    if first == nil { first = try? train(zoo, 0, as: "m") }
                    return false
                })
            #expect(first?.saved == "m" && report.saved == "m-2" && report.replaced == nil)
            #expect(notes.contains { $0.contains("another training finished 'm' meanwhile") }, "\(notes)")
            #expect(try zoo.showModel(named: "m").command == "test")
            #expect(try zoo.showModel(named: "m-2").command == "slow")
            #expect(try zoo.showModel(named: "m").checkpoint == nil)
        }
    }
}
