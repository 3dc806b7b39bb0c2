import Foundation
import Testing
import Zoo

/// The Swift of docs/swift.md and the lessons, as it stands there, and the numbers that they give as results.
@Suite struct SnippetsTests {
    @Test func oneRatingForwardAndBackward() {
        let person = Tensor([0.5, -0.2]).trackingGradients()
        let film = Tensor([1.0, 0.4]).trackingGradients()
        let biases = Tensor([0.1, -0.3]).trackingGradients()  // the person's and the film's

        let z = (person * film).sum() + biases.sum()  // 0.22
        let stars = z.sigmoid() * 5.5  // 3.0513
        let loss = (stars - 4).pow(2)  // 0.9001

        let found = gradients(of: loss, withRespectTo: [person, film, biases])
        // person [-2.5776, -1.0311], film [-1.2888, 0.5155], biases [-2.5776, -2.5776]

        expect([z.item, stars.item, loss.item], [0.22, 3.0513, 0.9001])
        expect(found[0]?.dense.doubles, [-2.5776, -1.0311])
        expect(found[1]?.dense.doubles, [-1.2888, 0.5155])
        expect(found[2]?.dense.doubles, [-2.5776, -2.5776])
        let moved = zip([person, film, biases], found).map { $0.detached() - ($1?.dense ?? $0) * 0.1 }
        expect(moved[0].doubles, [0.7578, -0.0969])
        expect(moved[1].doubles, [1.1289, 0.3484])
        expect(moved[2].doubles, [0.3578, -0.0422])
        expect([(((moved[0] * moved[1]).sum() + moved[2].sum()).sigmoid() * 5.5).item], [4.1644])
    }

    @Test func jacobianOfThreeFilms() {
        let films = Tensor([1.0, 0.4, 0.2, -0.9, -0.5, 0.5], shape: [3, 2])
        let stars: (Tensor) -> Tensor = { person in
            films.matmul(person.reshaped([2, 1])).reshaped([3]).sigmoid() * 5.5
        }
        let person = Tensor([0.5, -0.2])
        let slopes = jacobian(stars, at: person)  // [3 films, 2 tastes]
        // 3.3192 stars: [ 1.3161,  0.5264]
        // 3.1325 stars: [ 0.2697, -1.2136]
        // 2.2736 stars: [-0.6669,  0.6669]

        let errors = stars(person) - Tensor([4.0, 3.0, 1.0])
        let gradient = vjp(stars, at: person, cotangent: errors * 2).gradient  // [-3.4193, 0.6602]
        let push = jvp(stars, at: person, tangent: Tensor([0.1, 0.0])).tangent  // [0.1316, 0.0270, -0.0667]

        expect(stars(person).doubles, [3.3192, 3.1325, 2.2736])
        expect(slopes.doubles, [1.3161, 0.5264, 0.2697, -1.2136, -0.6669, 0.6669])
        expect(gradient.doubles, [-3.4193, 0.6602])
        expect(push.doubles, [0.1316, 0.0270, -0.0667])
        expect((stars(person + Tensor([0.1, 0.0])) - stars(person)).doubles, [0.1302, 0.0269, -0.0664])
    }

    @Test func hessianOfAProduct() {
        let loss: (Tensor) -> Tensor = { w in
            (w.sliced(axis: 0, 0..<1) * w.sliced(axis: 0, 1..<2) - 1).pow(2)
        }
        let atZero = hessian(loss, at: Tensor([0.0, 0.0]))  // [[0, -2], [-2, 0]]
        let atTheGoal = hessian(loss, at: Tensor([1.0, 1.0]))  // [[2, 2], [2, 2]]

        expect(atZero.doubles, [0, -2, -2, 0])
        expect(atTheGoal.doubles, [2, 2, 2, 2])
    }

    @Test func optimizersInAValley() {
        let valley: (Tensor) -> Tensor = { w in (w * w * Tensor([10.0, 1.0])).sum() * 0.5 }
        let curvature = hessian(valley, at: Tensor([1.0, 1.0]))  // [[10, 0], [0, 1]]

        func loss(after steps: Int, _ rule: any UpdateRule, rate: Double) -> Double {
            let w = Parameter(Tensor([1.0, 1.0]))
            let optimizer = Optimizer([w], rule: rule)
            for _ in 0..<steps {
                optimizer.step(gradients(of: valley(w.value), withRespectTo: [w.value]), rate: rate)
            }
            return valley(w.value).item
        }

        expect(curvature.doubles, [10, 0, 0, 1])
        let plain = [0.01, 0.10, 0.18, 0.20, 0.21].map { loss(after: 20, SGD(), rate: $0) }
        expect(plain, [0.4084, 0.0074, 0.0008, 5.0001, 226.2963])
        expect([loss(after: 20, SGD(momentum: 0.5), rate: 0.05)], [0.0055])
        expect([loss(after: 20, SGD(), rate: 0.05)], [0.0643])
        expect([loss(after: 20, SGD(momentum: 0.9), rate: 0.05)], [0.4697])
        expect([loss(after: 20, SGD(momentum: 0.9, isNesterov: true), rate: 0.05)], [0.0024])
        expect([loss(after: 20, Adam(), rate: 0.05)], [0.0680])
    }

    @Test func stepsOfMomentum() {
        func steps(_ gradients: [Double]) -> [Double] {
            let w = Parameter(Tensor([0.0]))
            let optimizer = Optimizer([w], rule: SGD(momentum: 0.9))
            return gradients.map { gradient in
                let before = w.value.item
                optimizer.step([.dense(Tensor([gradient]))], rate: 1)
                return w.value.item - before
            }
        }
        let steady = steps([1, 1, 1, 1, 1])  // -1, -1.9, -2.71, -3.439, -4.0951
        let wavering = steps([1, -1, 1, -1, 1])  // -1, 0.1, -0.91, 0.181, -0.8371

        expect(steady, [-1, -1.9, -2.71, -3.439, -4.0951])
        expect(wavering, [-1, 0.1, -0.91, 0.181, -0.8371])
        let long = steps((0..<200).map { $0 % 2 == 0 ? 1 : -1 })
        expect([long[198], long[199]], [-0.5263, 0.5263])
        expect([steps([Double](repeating: 1, count: 200))[199]], [-10])
    }

    @Test func weightDecayInAdam() {
        func weight(after steps: Int, _ rule: any UpdateRule, noise: Double) -> Double {
            let w = Parameter(Tensor([1.0]))
            let optimizer = Optimizer([w], rule: rule, weightDecay: 0.1)
            for step in 0..<steps {
                let gradient = step % 2 == 0 ? noise : -noise  // no signal: it cancels out
                optimizer.step([.dense(Tensor([gradient]))], rate: 0.01)
            }
            return w.value.item
        }

        expect([0.1, 1, 10].map { weight(after: 1000, Adam(), noise: $0) }, [0.0003, 0.3598, 0.8890])
        expect([0.1, 1, 10].map { weight(after: 1000, AdamW(), noise: $0) }, [0.3614, 0.3614, 0.3614])
        for size in [0.01, 1, 100] {
            let w = Parameter(Tensor([1.0]))
            Optimizer([w], rule: Adam()).step([.dense(Tensor([size]))], rate: 0.1)
            expect([w.value.item], [0.9])
        }
    }

    @Test func wholeLoop() {
        let ratings = DemoRatings(seed: 0).interactions
        var generator = RandomGenerator(seed: 1)
        let people = Parameter(.normal([2000, 8], standardDeviation: 0.1, using: &generator))
        let films = Parameter(.normal([800, 8], standardDeviation: 0.1, using: &generator))
        let generosity = Parameter(.zeros([2000, 1]))
        let quality = Parameter(.zeros([800, 1]))
        let parameters = [people, films, generosity, quality]
        let optimizer = Optimizer(parameters, rule: AdamW(), weightDecay: 0.1)

        let order = Array(0..<ratings.count).shuffled(using: &generator)
        for start in stride(from: 0, to: order.count, by: 200) {
            let batch = order[start..<start + 200]
            let users = Tensor(batch.map { ratings.users[$0] })
            let items = Tensor(batch.map { ratings.items[$0] })
            let given = Tensor(batch.map { ratings.ratings[$0] })

            let match = (people.gathered(rows: users) * films.gathered(rows: items)).sum(axes: [1])
            let biases = generosity.gathered(rows: users) + quality.gathered(rows: items)
            let stars = (match + biases.reshaped([200])).sigmoid() * 5.5
            let loss = meanSquaredError(stars, given)

            optimizer.step(gradients(of: loss, withRespectTo: parameters.map(\.value)), rate: 0.02)
        }

        let biases = quality.value.floats
        let worst = biases.indices.min { biases[$0] < biases[$1] } ?? 0
        print(ratings.itemTitles[worst])  // Once Upon a Crossfire (1970)

        #expect(ratings.itemTitles[worst] == "Once Upon a Crossfire (1970)")
    }

    @Test func componentsAreThePlantedAxes() throws {
        let demo = DemoRatings(seed: 0)
        let model = try DotBiasTrainer(DotBiasRecipe()).fit(demo.interactions).model
        let films = model.vocabulary.itemKeys.compactMap { Int($0) }.map { $0 - 1 }  // keys are numbers from 1
        let components = try PrincipalComponents.fit(model.itemVectors, width: model.factors, count: 3)

        func correlation(_ a: [Float], _ b: [Float]) -> Float {
            let (meanA, meanB) = (a.reduce(0, +) / Float(a.count), b.reduce(0, +) / Float(b.count))
            let pairs = zip(a, b).map { ($0 - meanA, $1 - meanB) }
            let product = pairs.reduce(0) { $0 + $1.0 * $1.1 }
            let squares = pairs.reduce((0, 0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
            return product / (squares.0 * squares.1).squareRoot()
        }

        let table = (0..<3).map { component in
            (0..<3).map { axis in
                correlation(
                    films.indices.map { components.scores[$0 * 3 + component] }, films.map { demo.places[$0][axis] })
            }
        }
        let qualities = films.map { demo.qualities[$0] }
        let byBias = correlation(model.itemBiases, qualities)  // 0.94
        let byMean = correlation(model.vocabulary.itemMeans, qualities)  // 0.82

        let wanted: [[Float]] = [[-0.19, 0.47, 0.82], [0.91, 0.23, 0.11], [-0.14, 0.79, -0.45]]
        for (row, expected) in zip(table, wanted) {
            #expect(zip(row, expected).allSatisfy { abs($0 - $1) < 0.02 }, "\(row) is not \(expected)")
        }
        #expect(abs(byBias - 0.94) < 0.01 && abs(byMean - 0.82) < 0.01)
    }

    @Test func readmeTrainsAndRecommends() throws {
        let ratings = DemoRatings(seed: 0).interactions
        let (training, testing) = ratings.randomSplit(testing: 0.2, seed: 0)

        var configuration = DotBiasRecipe()
        configuration.factors = 20
        let observer = EpochObserver { print("epoch \($0.epoch): \($0.trainingLoss.squareRoot())") }
        let (model, _) = try DotBiasTrainer(configuration).fit(ratings.selecting(training), observers: [observer])
        print("test: \(model.evaluate(on: ratings.selecting(testing)).rmse)")

        let films = model.vocabulary
        let person = films.userKeys.firstIndex(of: "42")  // nil is somebody unknown, who gets the average view
        for film in model.best(3, of: model.scores(user: person)) {
            print(film.score, films.itemTitles[film.item])
        }

        #expect(abs(model.evaluate(on: ratings.selecting(testing)).rmse - 0.73) < 0.02)
        #expect(person != nil)
    }

    /// A folder of its own, which is removed afterwards.
    private func withHome(_ body: (URL) throws -> Void) throws {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-swift-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        try body(home)
    }

    @Test func tablesFromSwift() throws {
        try withHome { home in
            let zoo = try Workspace(WorkspaceLocation(home: home))
            _ = try zoo.importDemoTable(name: "shops", seed: 0, isReplacing: true)
            var features = FeatureSettings(target: "sales")
            features.logTarget = true
            var training = TrainTabularRequest(data: .dataset("shops"), features: features, command: "my program")
            training.configuration.epochs = 1
            training.saveAs = "sales"
            _ = try zoo.trainTabular(training)
            let answer = try zoo.predictTabular(
                model: "sales", input: .row([("shop", "Elm"), ("weather", "sunny"), ("day", "2025-06-07")]))
            print(answer.target, answer.predictions[0])

            #expect(answer.target == "sales" && answer.rows == 1)
        }
    }

    @Test func textsFromSwift() throws {
        try withHome { home in
            let zoo = try Workspace(WorkspaceLocation(home: home))
            _ = try zoo.importDemoText(name: "tales", seed: 0, isReplacing: true)
            var recipe = TextRecipe()
            recipe.hiddenSize = 64
            recipe.training.epochs = 1
            var reading = TrainTextRequest(dataset: "tales", recipe: recipe, command: "my program")
            reading.saveAs = "teller"
            _ = try zoo.trainText(reading)
            var question = GenerateRequest(model: "teller")
            question.prompt = "Once"
            question.length = 40
            print(try zoo.generate(question).text)

            #expect(try zoo.listModels().contains { $0.name == "teller" })
        }
    }

    @Test func ratingsFromSwift() throws {
        try withHome(worksOnTheStores)
    }

    private func worksOnTheStores(_ home: URL) throws {
        let zoo = try Workspace(WorkspaceLocation(home: home))
        _ = try zoo.importDemo(name: "demo", seed: 0, isReplacing: true)
        let recipe = CollabRecipe.dotBias(DotBiasRecipe())
        var request = TrainCollabRequest(dataset: "demo", recipe: recipe, command: "my program")
        request.saveAs = "films"
        _ = try zoo.trainCollab(request)
        let report = try zoo.recommend(RecommendRequest(model: "films", person: .user("42")))
        print(report.items.map(\.title))

        #expect(report.items.count == 10)
        let near = try zoo.neighbours(
            model: "films", field: "item", near: report.items[0].item, count: 3, metric: .cosine)
        #expect(near.entries.count == 3)
    }
}

/// Agreement to four digits after the point, as the lessons print numbers.
private func expect(_ found: [Double]?, _ wanted: [Double], _ location: SourceLocation = #_sourceLocation) {
    let isClose = found?.count == wanted.count && zip(found ?? [], wanted).allSatisfy { abs($0 - $1) < 6e-5 }
    #expect(isClose, "\(found ?? []) is not \(wanted)", sourceLocation: location)
}
