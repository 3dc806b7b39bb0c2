import Testing
import ZooCollab
import ZooWorkflows

/// Without a test part the ratings that validate are what a mean is compared on.
@Test func validationRatingsHaveABaselineAndAWarning() throws {
    try withWorkspace { workspace in
        try workspace.importDemo()
        let recipe = quickNetwork
        var request = TrainCollabRequest(dataset: "demo", recipe: .neural(recipe), command: "test")
        request.valid = 0.2
        let report = try workspace.trainCollab(request)
        #expect(report.baseline?.name == "mean of the training ratings" && report.test == nil)
        #expect(try #require(report.baseline).metrics.rmse > 0)
        let valid = try #require(report.epochs.last?.report.metric("rmse"))
        #expect(report.warnings.isEmpty == (valid < (report.baseline?.metrics.rmse ?? 0)), "\(report.warnings)")
    }
}
