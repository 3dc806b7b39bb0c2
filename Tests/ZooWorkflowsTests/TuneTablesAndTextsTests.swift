import Foundation
import Testing
import ZooTabular
import ZooText
import ZooWorkflows

/// Searches of the settings of tables and texts.
@Suite struct TuneTablesAndTextsTests {
    /// Sales of some days, the rows that validate with a target of their own.
    private func table(_ zoo: Workspace, heldOut: String, isByTime: Bool = false) throws -> TuneTabularRequest {
        let test =
            isByTime
            ? "day > (SELECT date(max(day), '-30 days') FROM zoo_data_shops)"
            : "CAST(strftime('%d', day) AS INTEGER) % 3 = 0"
        let sql =
            "SELECT day, shop, promo, \(test) AS held, CASE WHEN \(test) THEN \(heldOut) ELSE sales END AS sales "
            + "FROM zoo_data_shops WHERE shop < 'C'"
        var training = TrainTabularRequest(data: .sql(sql), features: FeatureSettings(target: "sales"), command: "test")
        (training.configuration.hidden, training.configuration.epochs) = ([8], 1)
        training.configuration.members = 1
        training.split = isByTime ? .last(seconds: 30 * 86_400, column: "day") : .column("held")
        if isByTime { training.features.ignore = ["held"] }
        var request = TuneTabularRequest(training, limits: TuneLimits(seconds: 1e6, command: "zoo tune tabular"))
        request.fixed = ["layers", "epochs", "batch_size"]
        request.limits.trials = 3
        return request
    }

    @Test(arguments: [false, true]) func rowsThatAreHeldOutAreNeverLookedAt(_ isByTime: Bool) throws {
        try withWorkspace { zoo in
            _ = try zoo.importDemoTable(name: "shops", seed: 0, isReplacing: false)
            let found = try zoo.tuneTabular(table(zoo, heldOut: "sales", isByTime: isByTime))
            let other = try zoo.tuneTabular(table(zoo, heldOut: "1e6 + length(shop)", isByTime: isByTime))
            #expect(found.resumed == 0 && other.resumed == 0)
            #expect(found.trials.map(\.measures) == other.trials.map(\.measures))
            #expect(found.usual.options.values.isEmpty && found.usual.measures.count == 4)
            #expect(found.trials.allSatisfy { $0.measures.allSatisfy(\.isFinite) })
            let tried = try #require(found.trials.last?.options.values.keys.sorted())
            #expect(tried == ["dropout", "embedding_dropout", "lr", "weight_decay"])
            #expect(found.metric == "rmse" && found.best.mean <= found.usual.mean)
        }
    }

    @Test func aSearchOfWhichNothingIsLeftSaysSo() throws {
        try withWorkspace { zoo in
            _ = try zoo.importDemoTable(name: "shops", seed: 0, isReplacing: false)
            var request = try table(zoo, heldOut: "sales", isByTime: true)
            request.training.split = .last(seconds: 9_999 * 86_400, column: "day")
            let error = #expect(throws: WorkflowError.self) { try zoo.tuneTabular(request) }
            #expect(error?.description.contains("too few rows to train and validate on") == true, "\(error as Any)")
        }
    }

    @Test func aSearchOfTextsThatWasStoppedComesToTheSameBest() throws {
        var recipe = SmallText.recipe()
        recipe.training.epochs = 1
        func request() -> TuneTextRequest {
            var request = TuneTextRequest(
                dataset: "t", recipe: recipe, limits: TuneLimits(seconds: 1e6, command: "zoo tune text"))
            (request.fixed, request.limits.trials) = (["hidden", "layers", "embedding", "epochs", "bptt"], 4)
            return request
        }
        let whole = try withWorkspace { zoo in
            try zoo.importSmallText()
            return try zoo.tuneText(request())
        }
        try withWorkspace { zoo in
            try zoo.importSmallText()
            var measured = 0
            #expect(throws: TrainingStopped.self) {
                try zoo.tuneText(request()) { _, _, _ in
                    measured += 1
                } shouldStop: {
                    measured >= 3
                }
            }
            let rest = try zoo.tuneText(request())
            #expect(rest.resumed == 3 && rest.best.number == whole.best.number)
            #expect(rest.trials.map(\.measures) == whole.trials.map(\.measures))
            #expect(rest.trials.map(\.options) == whole.trials.map(\.options))
        }
        #expect(whole.metric == "valid_nats" && whole.best.mean <= whole.usual.mean)
        #expect(whole.usual.mean > 1 && whole.usual.mean < 5, "\(whole.usual.mean) nats a character")
    }

    @Test func theSettingsOfATrialAreTheOptionsThatTrainThem() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            var recipe = SmallText.recipe()
            recipe.training.epochs = 1
            var request = TuneTextRequest(
                dataset: "t", recipe: recipe, limits: TuneLimits(seconds: 1e6, command: "zoo tune text"))
            request.fixed = [
                "lr", "weight_decay", "dropout", "hidden", "layers", "embedding", "epochs", "batch_size", "bptt",
            ]
            let error = #expect(throws: WorkflowError.self) { try zoo.tuneText(request) }
            #expect(error?.description.contains("leave out one of --lr, --weight-decay") == true)
        }
    }
}
