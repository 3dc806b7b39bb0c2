import Foundation
import Testing
import ZooCollab
import ZooData
import ZooLearn
import ZooWorkflows

/// What a training was started with and is not said again where it is resumed.
@Suite struct ResumedOptionsTests {
    private func train(
        _ zoo: Workspace, as name: String, steps: Int? = nil, resumes: Bool = false,
        change: (inout TrainCollabRequest) -> Void = { _ in }
    ) throws {
        var options = CollabTrainingOptions()
        (options.epochs, options.factors) = (3, 8)
        var request = TrainCollabRequest(
            dataset: "demo", recipe: CollabAlgorithm.blend.recipe(options), command: "test")
        (request.options, request.saveAs, request.resumes) = (options, name, resumes)
        change(&request)
        var calls = 0
        _ = try zoo.trainCollab(
            request,
            shouldStop: {
                calls += 1
                return calls > steps ?? .max
            })
    }

    private func paths(_ zoo: Workspace, _ name: String) throws -> [String] {
        let file = try zoo.modelFile(named: name).file
        return (file.weights + file.optimizer).map(\.path)
    }

    @Test func aResumedTrainingLeavesOutTheHistoriesThatItsStartLeftOut() throws {
        try withWorkspace { zoo in
            try zoo.importDemo()
            try train(zoo, as: "whole")
            func isPrivate(_ path: String) -> Bool { path.contains("history") || path.contains("user_attribute") }
            #expect(try paths(zoo, "whole").contains(where: isPrivate))
            #expect(throws: TrainingStopped.self) {
                try train(zoo, as: "m", steps: 3) { $0.omitsHistories = true }
            }
            #expect(try zoo.settingsOfStoppedCollab(named: "m").omitsHistories == true)
            #expect(try !paths(zoo, "m").contains(where: isPrivate))
            // Stopped twice: the second checkpoint knows it, too.
            #expect(throws: TrainingStopped.self) { try train(zoo, as: "m", steps: 1, resumes: true) }
            try train(zoo, as: "m", resumes: true)
            #expect(try zoo.showModel(named: "m").status == "finished")
            #expect(try !paths(zoo, "m").contains(where: isPrivate))
        }
    }

    @Test func theRowsOfASELECTAreReadAsAtTheStart() throws {
        try withWorkspace { zoo in
            try zoo.importDemo()
            var query = RatingsQuery(
                sql: """
                    SELECT user, item, rating FROM zoo_ratings WHERE dataset = 1 AND user % 4 = 0
                    UNION ALL SELECT user, item, 1 FROM zoo_ratings WHERE dataset = 1 AND user % 8 = 0
                    """)
            (query.options.rules.feedback, query.options.rules.repeats) = (.counts, .mean)
            query.options.takesUnmatched = true
            func change(_ request: inout TrainCollabRequest) {
                (request.dataset, request.query) = (query.sql, query)
                request.recipe = CollabAlgorithm.ials.recipe(request.options)
            }
            #expect(throws: TrainingStopped.self) { try train(zoo, as: "m", steps: 2, change: change) }
            let stored = try #require(try zoo.settingsOfStoppedCollab(named: "m").query)
            #expect(stored == RatingsQuerySettings(query))
            #expect(throws: WorkflowError.self) {
                try train(zoo, as: "m", resumes: true) {
                    change(&$0)
                    $0.query = RatingsQuery(sql: query.sql)
                }
            }
            try train(zoo, as: "m", resumes: true) {
                change(&$0)
                $0.query = stored.query(query.sql)
            }
            #expect(try zoo.commandOfStopped(named: "m") == nil && zoo.showModel(named: "m").status == "finished")
        }
    }

    @Test func theTextModelThatWasToBeHalvedIs() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            func train(steps: Int?, resumes: Bool, _ half: Bool?) throws {
                var request = TrainTextRequest(dataset: "t", recipe: SmallText.recipe(), command: "test")
                (request.saveAs, request.resumes, request.storesFloat16) = ("m", resumes, half)
                var taken = 0
                _ = try zoo.trainText(request, onProgress: { if case .step = $0 { taken += 1 } }) { taken == steps }
            }
            #expect(throws: TrainingStopped.self) { try train(steps: 3, resumes: false, true) }
            #expect(try zoo.commandOfStopped(named: "m") == "test")
            try train(steps: nil, resumes: true, nil)
            #expect(try Set(zoo.modelFile(named: "m").file.weights.map(\.type.stride)) == [2])
        }
    }
}
