import Foundation
import Testing
import ZooData
import ZooKernels
import ZooTensor
import ZooText
import ZooWorkflows

@Suite struct TextClassifierTests {
    /// A small language model of words on 200 tales, and a classifier of their endings.
    private func train(_ zoo: Workspace, _ source: TabularData = .dataset("tales")) throws
        -> TrainTextClassifierReport
    {
        try zoo.importTales(240)
        var recipe = SmallText.recipe(.word)
        (recipe.embeddingSize, recipe.hiddenSize, recipe.layerCount) = (24, 32, 1)
        (recipe.training.batchSize, recipe.training.bptt, recipe.training.epochs) = (16, 32, 3)
        recipe.regularization.multiply(by: 0)
        var language = TrainTextRequest(dataset: "tales", recipe: recipe, command: "test")
        language.saveAs = "words"
        _ = try zoo.trainText(language)
        var request = TrainTextClassifierRequest(source: source, encoder: "words", command: "test")
        request.saveAs = "endings"
        request.options.unfreezing.epochs = 6
        request.options.unfreezing.learningRate = 0.03
        return try zoo.trainTextClassifier(request)
    }

    @Test func endingsAreToldApart() throws {
        try withWorkspace { zoo in
            let report = try train(zoo)
            #expect(report.labels == ["grim", "merry"] && report.trainTexts + report.validTexts == 240)
            let accuracy = report.valid?.accuracy ?? 0
            #expect(accuracy > 0.9, "\(report.epochs)")
            #expect(report.epochs.map { $0.text("trained_layers") }.prefix(3) == ["1", "2", "3"])
            let unseen = DemoText(seed: 9).tales.prefix(30)
            let said = try zoo.predict(texts: unseen.map(\.text) + [""], with: "endings").predictions
            let right = zip(said, unseen).count { $0.label == $1.label }
            #expect(right >= 26 && said.count == 31, "\(right) of 30")
            #expect(
                said.last?.label == "(empty)" && said.last?.probability == nil
                    && said.last?.probabilities.isEmpty == true)
            for answer in said.dropLast() {
                #expect(abs(answer.probabilities.reduce(0) { $0 + $1.probability } - 1) < 1e-5)
                #expect((answer.probability ?? 0) >= 0.5 && answer.probabilities[0].label == answer.label)
            }
            let valid = try zoo.evaluateTextClassifier(model: "endings", source: nil)
            #expect(valid.test.texts == report.validTexts && valid.test.accuracy == report.valid?.accuracy)
            #expect(valid.on == "the \(report.validTexts) validation texts of this training ('tales')")
            #expect(valid.baseline.metrics.accuracy == report.baseline?.metrics.accuracy && valid.warnings.isEmpty)
            let training = try zoo.evaluateTextClassifier(model: "endings", source: nil, split: .part(.train))
            #expect(training.test.texts == report.trainTexts)
            let measured = try zoo.evaluateTextClassifier(model: "endings", source: nil, split: .all)
            #expect(measured.warnings.count == 1)
            #expect(measured.test.texts == 240 && measured.test.accuracy >= 0.9 && measured.unknownLabels == 0)
            #expect(try zoo.showModel(named: "endings").parent == "words")
            #expect(try zoo.entries(model: "endings", field: "token").entries.contains { $0.key == "king" })
        }
    }

    /// Stages of 1, 1, 1 and 2 passes of 6 steps each.
    @Test(arguments: [2, 6, 8, 15, 26]) func aClassifierThatWasStoppedGoesOnBitForBit(_ steps: Int) throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.importTales(60)
            try zoo.trainSmallText(SmallText.recipe(.word))
            func train(as name: String, stopping: Int? = nil, resumes: Bool = false, maximum: Int = 50) throws
                -> TrainTextClassifierReport
            {
                var request = TrainTextClassifierRequest(source: .dataset("tales"), encoder: "m", command: "test")
                (request.saveAs, request.resumes) = (name, resumes)
                (request.options.unfreezing.epochs, request.options.batchSize) = (2, 8)
                request.options.maximumTokens = maximum
                var asked = 0
                return try zoo.trainTextClassifier(
                    request,
                    shouldStop: {
                        asked += 1
                        return asked == stopping
                    })
            }
            let straight = try train(as: "straight")
            let stopped = #expect(throws: TrainingStopped.self) { try train(as: "c", stopping: steps) }
            #expect(stopped?.description.contains("saved as 'c'") == true, "\(stopped as Any)")
            #expect(try zoo.predict(texts: ["The king died."], with: "c").predictions.count == 1)
            #expect(throws: WorkflowError.self) { try train(as: "c", resumes: true, maximum: 51) }
            let resumed = try train(as: "c", resumes: true)
            let (one, two) = (try zoo.modelFile(named: "straight").file, try zoo.modelFile(named: "c").file)
            #expect(one.weights == two.weights && two.optimizer.isEmpty)
            #expect(straight.epochs.map(\.report.trainingLoss) == resumed.epochs.map(\.report.trainingLoss))
            #expect(
                straight.epochs.map { $0.report.metric("accuracy") }
                    == resumed.epochs.map { $0.report.metric("accuracy") })
            #expect(straight.valid?.accuracy == resumed.valid?.accuracy)
            #expect(throws: WorkflowError.self) { try train(as: "c", resumes: true) }
        }
    }

    @Test func labelledTextsComeFromAnyQuery() throws {
        try withWorkspace { zoo in
            let sql = "SELECT text, CASE label WHEN 'merry' THEN 1 ELSE 0 END AS good FROM zoo_texts"
            let report = try train(zoo, .sql(sql))
            #expect(report.labels == ["0", "1"] && report.data == sql && (report.valid?.accuracy ?? 0) > 0.9)
        }
    }

    @Test func labelsThatWillNotDoAreRefused() throws {
        try withWorkspace { (zoo) throws in
            try zoo.importTales(30)
            try zoo.importSmallText()
            try zoo.trainSmallText()
            func message(_ source: TabularData, encoder: String = "m") -> String {
                let request = TrainTextClassifierRequest(source: source, encoder: encoder, command: "test")
                do {
                    _ = try zoo.trainTextClassifier(request)
                    return "no error"
                } catch { return "\(error)" }
            }
            #expect(
                message(.sql("SELECT text, 'same' FROM zoo_texts")).contains("is 'same': a classifier needs two labels")
            )
            #expect(message(.sql("SELECT text FROM zoo_texts")).contains("two columns"))
            #expect(message(.sql("SELECT text, NULL AS l FROM zoo_texts")).contains("row 1 has no label"))
            #expect(message(.sql("SELECT 1, label FROM zoo_texts")).contains("row 1 has no text"))
            #expect(message(.sql("SELECT text, label FROM zoo_texts WHERE 0")).contains("there are none"))
            #expect(message(.sql("DELETE FROM zoo_texts")).contains("only"))
            #expect(message(.dataset("t")).contains("20 of its texts have no label"))
            #expect(message(.dataset("tales"), encoder: "none").contains("'none'"))
            #expect(throws: WorkflowError.self) { try zoo.predict(texts: ["a"], with: "m") }
            #expect(throws: WorkflowError.self) { try zoo.predict(texts: [], with: "m") }
        }
    }

    @Test func aReportIsWhatTheTextbookSays() {
        // 3 of class a (2 found), 1 of class b (found), 1 of class c (not), and one a taken for b, the c for a.
        let report = ClassReport(predicted: [0, 0, 1, 1, 0], actual: [0, 0, 0, 1, 2], labels: ["a", "b", "c"])
        #expect(report.accuracy == 0.6 && report.texts == 5)
        #expect(
            report.classes.map(\.precision) == [2.0 / 3, 0.5, 0] && report.classes.map(\.recall) == [2.0 / 3, 1, 0])
        #expect(report.classes.map(\.support) == [3, 1, 1])
        #expect(abs(report.macroF1 - (2.0 / 3 + 2.0 / 3) / 3) < 1e-12)
    }

    @Test func aBetterAccuracyWithAFarWorseLossIsWarnedOf() {
        func report(_ predicted: [Int], loss: Double) -> ClassReport {
            ClassReport(predicted: predicted, actual: [0, 0, 1, 1], labels: ["a", "b"], loss: loss)
        }
        let baseline = Baseline("most frequent label, a", ClassScore(report([0, 0, 0, 0], loss: 0.6931)))
        func warning(_ loss: Double) -> String? { baseline.warning(report([0, 0, 1, 0], loss: loss)) }
        #expect(warning(0.5) == nil && warning(1.38) == nil)
        #expect(
            warning(75.5)?.contains("(loss 75.5000) are far worse than those of the most frequent label, a") == true)
        #expect(warning(.nan)?.contains("far worse") == true)
        #expect(baseline.warning(report([0, 0, 0, 0], loss: 75.5))?.contains("is not better") == true)
    }
}
