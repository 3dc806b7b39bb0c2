import Foundation
import Testing
import ZooTabular
import ZooWorkflows

/// Trainings on tables that are stopped and resumed.
@Suite struct ResumeTabularTests {
    private func train(
        _ zoo: Workspace, as name: String, steps: Int? = nil, resumes: Bool = false, isReplacing: Bool = false,
        change: (inout TrainTabularRequest) -> Void = { _ in }
    ) throws -> TrainTabularReport {
        var features = FeatureSettings(target: "sales")
        features.logTarget = true
        var request = TrainTabularRequest(data: .dataset("shops"), features: features, command: "test")
        (request.configuration.hidden, request.configuration.epochs) = ([16], 3)
        (request.configuration.members, request.configuration.seed) = (2, .max)
        (request.saveAs, request.resumes, request.isReplacing) = (name, resumes, isReplacing)
        change(&request)
        var calls = 0
        return try zoo.trainTabular(
            request,
            shouldStop: {
                calls += 1
                return calls > steps ?? .max
            })
    }

    @Test func stoppedTrainingsResumeToTheSameBits() throws {
        try withWorkspace { zoo in
            _ = try zoo.importDemoTable(name: "shops", seed: 0, isReplacing: false)
            let straight = try train(zoo, as: "straight")
            let weights = try zoo.modelFile(named: "straight").file.weights
            // At the begin, around the end of an epoch, and in the last one.
            for (number, steps) in [1, 109, 110, 325].enumerated() {
                let name = "m\(number)"
                let stopped = #expect(throws: TrainingStopped.self) { try train(zoo, as: name, steps: steps) }
                #expect(
                    stopped?.description.contains("saved as '\(name)' after step \(steps)") == true,
                    "\(stopped as Any)")
                #expect(try zoo.showModel(named: name).status == "stopped")
                let resumed = try train(zoo, as: name, resumes: true)
                #expect(try zoo.modelFile(named: name).file.weights == weights, "\(steps) steps")
                #expect(resumed.valid == straight.valid && resumed.keptEpoch == straight.keptEpoch)
                #expect(throws: WorkflowError.self) { try train(zoo, as: name, resumes: true) }
            }
            // Beside a finished model, which stays as it is.
            let before = try zoo.showModel(named: "m0").sha256
            _ = #expect(throws: TrainingStopped.self) { try train(zoo, as: "m0", steps: 5, isReplacing: true) }
            #expect(try zoo.showModel(named: "m0").sha256 == before)
            _ = try train(zoo, as: "m0", resumes: true)
        }
    }

    @Test func otherSettingsAreRefusedByName() throws {
        try withWorkspace { zoo in
            _ = try zoo.importDemoTable(name: "shops", seed: 0, isReplacing: false)
            _ = #expect(throws: TrainingStopped.self) { try train(zoo, as: "m", steps: 3) }
            func refused(_ reason: String, change: @escaping (inout TrainTabularRequest) -> Void) {
                let error = #expect(throws: WorkflowError.self) {
                    try train(zoo, as: "m", resumes: true, change: change)
                }
                #expect(error?.description.contains(reason) == true, "\(error as Any)")
            }
            refused("was started with --layers 16, not 8") { $0.configuration.hidden = [8] }
            refused("--ignore none, not promo") { $0.features.ignore = ["promo"] }
            // What is the default may be given, and what only decides the steps to come may change.
            let report = try train(zoo, as: "m", resumes: true) {
                ($0.configuration.batchSize, $0.configuration.learningRate, $0.keeping) = (64, 1e-3, .last)
            }
            #expect(report.epochs.count == 3)
        }
    }
}
