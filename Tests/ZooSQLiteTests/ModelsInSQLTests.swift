import Foundation
import Testing
import ZooData
import ZooTabular
import ZooWorkflows

/// A home with `dogs`, which tells a class from a category, a number, a date and a truth value, and `price`, a number from the same.
private func withTables(_ body: (URL, Workspace) throws -> Void) throws {
    try withVectors { (home, workspace) throws in
        var rows = "kind,weight,born,tame,size,price\n"
        for row in 0..<400 {
            let kind = ["collie", "dachs", "Münsterländer", ""][row % 4]
            rows +=
                "\(kind),\(Double(row % 37) / 2 + Double(row % 5)),2020-\(row % 12 + 1 < 10 ? "0" : "")\(row % 12 + 1)-\(row % 19 + 10),"
            rows += "\(row % 3 == 0),\(["small", "large", "huge"][row % 37 / 13]),\(10 + row % 37)\n"
        }
        let file = home.appendingPathComponent("dogs.csv")
        try Data(rows.utf8).write(to: file)
        try workspace.data.importTable(file: file, name: "dogs")
        for (target, other) in [("size", "price"), ("price", "size")] {
            var features = FeatureSettings(target: target)
            features.ignore = [other]
            var request = TrainTabularRequest(data: .dataset("dogs"), features: features, command: "test")
            (request.configuration.epochs, request.split, request.saveAs) = (2, .random(0.2), target)
            (request.configuration.hidden, request.threads) = ([20, 10], .one)
            _ = try workspace.trainTabular(request)
        }
        try body(home, workspace)
    }
}

private let arguments = "'kind', kind, 'weight', weight, 'born', born, 'tame', tame"

@Test func predictionsInSQLAreThoseOfTheProgram() throws {
    try withTables { (home, workspace) throws in
        let database = home.appendingPathComponent("zoo.sqlite").path
        for model in ["size", "price"] {
            let report = try workspace.predictTabular(model: model, input: .stored(.dataset("dogs")))
            let printed = try StockSQLite.run(
                """
                SELECT zoo_predict('\(model)', \(arguments)) FROM zoo_data_dogs ORDER BY rowid;
                """, home: home, database: database
            ).split(separator: "\n")
            #expect(printed.count == report.rows)
            for (line, row) in zip(printed, report.predictions) {
                switch row[0] {
                case .number(let number): #expect(try abs(#require(Double(line)) - number) < 1e-4)
                case .text(let text): #expect(line == text)
                case .missing: Issue.record("no prediction")
                }
            }
        }
        let sums = try StockSQLite.run(
            """
            SELECT round(min(p), 4), round(max(p), 4) FROM (
                SELECT zoo_probability('size', 'small', \(arguments)) + zoo_probability('size', 'large', \(arguments))
                    + zoo_probability('size', 'huge', \(arguments)) AS p FROM zoo_data_dogs)
            """, home: home, database: database)
        #expect(sums == "1.0|1.0\n")
        // Values as texts, as `.import` leaves them, are those that they write; columns may come in any order.
        let same = try StockSQLite.run(
            """
            SELECT zoo_predict('price', 'weight', '3.5', 'tame', 'true', 'born', '2020-03-11', 'kind', 'collie')
                = zoo_predict('price', 'kind', 'collie', 'weight', 3.5, 'born', '2020-03-11', 'tame', 1);
            SELECT zoo_predict('price', 'kind', 'Mu\u{308}nsterla\u{308}nder', 'weight', 3.5, 'born', '2020-03-11', 'tame', 1)
                = zoo_predict('price', 'kind', 'Münsterländer', 'weight', 3.5, 'born', '2020-03-11', 'tame', 1);
            SELECT zoo_predict('price', 'kind', 'NA', 'weight', '?', 'born', NULL, 'tame', 1)
                = zoo_predict('price', 'kind', NULL, 'weight', NULL, 'born', NULL, 'tame', 1);
            SELECT zoo_predict('price', 'kind', NULL, 'weight', 1e308, 'born', NULL, 'tame', '') IS NOT NULL;
            """, home: home)
        #expect(same == "1\n1\n1\n1\n")
        for truth in ["7", "-1", "0.5"] {
            let rows = "SELECT 'collie' AS kind, 3.5 AS weight, '2020-03-11' AS born, \(truth) AS tame"
            #expect { try workspace.predictTabular(model: "price", input: .stored(.sql(rows))) } throws: {
                "\($0)".contains("row 1 of the SELECT, column 'tame': '\(truth)' among")
            }
        }
        for (call, reason) in [
            ("zoo_predict()", "model is missing"), ("zoo_predict(NULL)", "model must be a text"),
            ("zoo_predict('v')", "model 'v' is not a model of a table: it is of kind 'embeddings'"),
            ("zoo_predict('w')", "there is no model 'w'"),
            ("zoo_predict('price')", "'kind', 'weight', 'born', 'tame' missing"),
            ("zoo_predict('price', 'kind')", "a name and a value"),
            ("zoo_predict('price', 'kid', 1)", "the model has no column 'kid'; it has 'kind'"),
            ("zoo_predict('price', NULL, 1)", "argument 2 must be the name"),
            ("zoo_predict('price', 'kind', 1, 'kind', 1)", "'kind' is there twice"),
            ("zoo_predict('price', 'kind', X'00', 'weight', 1, 'born', NULL, 'tame', 1)", "a BLOB in column 'kind'"),
            ("zoo_predict('price', 'kind', 1, 'weight', 'x', 'born', NULL, 'tame', 1)", "'x' in column 'weight'"),
            ("zoo_predict('price', 'kind', 1, 'weight', 1, 'born', 5, 'tame', 1)", "dates and times as text"),
            ("zoo_predict('price', 'kind', 1, 'weight', 1, 'born', NULL, 'tame', 7)", "7.0 in column 'tame'"),
            ("zoo_predict('price', 'kind', 1, 'weight', 1, 'born', NULL, 'tame', '0.5')", "0.5 in column 'tame'"),
            ("zoo_predict('price', 'kind', 1, 'weight', 9e999, 'born', NULL, 'tame', 1)", "inf in column 'weight'"),
            ("zoo_probability('size')", "missing"),
            ("zoo_probability('price', 'x', 'kind', 1, 'weight', 1, 'born', NULL, 'tame', 1)", "predicts a number"),
            ("zoo_probability('size', 'tiny', 'kind', 1, 'weight', 1, 'born', NULL, 'tame', 1)", "no class 'tiny'"),
        ] {
            let printed = try StockSQLite.run("SELECT \(call)", home: home)
            #expect(printed.contains(reason), "\(call): \(printed)")
        }
    }
}

@Test func recommendationsInSQLAreThoseOfTheProgram() throws {
    try withVectors { (home, workspace) throws in
        let user = "42"
        let report = try workspace.recommend(RecommendRequest(model: "movielens-100k", person: .user(user)))
        let printed = try StockSQLite.run(
            "SELECT item FROM zoo_recommend('movielens-100k', '\(user)', 10)", home: home)
        #expect(printed.split(separator: "\n").map(String.init) == report.items.map(\.item))
        for (arguments, reason) in [
            ("'v', '1', 3", "'v' is not a recommender"), ("'movielens-100k', 'nobody', 3", "a user 'nobody'"),
            ("'movielens-100k', '1', 0", "k must be a whole number"), ("'movielens-100k', '1'", "k is missing"),
        ] {
            let answer = try StockSQLite.run("SELECT * FROM zoo_recommend(\(arguments))", home: home)
            #expect(answer.contains(reason), "\(answer)")
        }
    }
}

@Test func vectorsOfTextsInSQLAreThoseOfTheProgram() throws {
    try withVectors { (home, workspace) throws in
        let folder = home.appendingPathComponent("static")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Three tokens of two numbers: [UNK], zoo, ##s.
        let header = #"{"embeddings":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]}}"#
        let numbers: [Float] = [9, 9, 1, 0.5, 0.25, -3]
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        try (length + Data(header.utf8) + numbers.withUnsafeBytes { Data($0) }).write(
            to: folder.appendingPathComponent("model.safetensors"))
        try Data(
            ###"{"version":"1.0","added_tokens":[],"normalizer":{"type":"BertNormalizer"},"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"zoo":1,"##s":2}}}"###
                .utf8
        ).write(to: folder.appendingPathComponent("tokenizer.json"))
        try Data("{}".utf8).write(to: folder.appendingPathComponent("config.json"))
        _ = try workspace.importEmbeddings(
            ImportEmbeddingsRequest(file: folder.path, name: "texts", command: "test"))
        let embedder = try workspace.textEmbedder(named: "texts").embedder
        for text in ["Zoos", "the ZOO's zoo", "", "\u{301}zo\u{f6}"] {
            let bytes = embedder.vector(of: text).withUnsafeBytes { Array($0) }
            let hexadecimal = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
            let printed = try StockSQLite.run(
                "SELECT hex(zoo_embed('texts', '\(text.replacing("'", with: "''"))'));", home: home)
            #expect(printed == hexadecimal + "\n")
        }
        #expect(embedder.vector(of: "Zoos") == [0.625, -1.25])
        let answers = try StockSQLite.run(
            """
            SELECT zoo_embed('texts', NULL) IS NULL, zoo_embed(NULL, 'x') IS NULL, cosine(zoo_embed('texts', 'zoo'), zoo_embed('texts', 'ZOO!'));
            """, home: home)
        #expect(answers == "1|1|1.0\n")
        for (call, reason) in [
            ("zoo_embed('v', 'a')", "model 'v' is no static text model, language model or text classifier"),
            ("zoo_embed('w', 'a')", "there is no model 'w'"), ("zoo_embed('', 'a')", "model must be a text"),
            ("zoo_embed('texts', X'7A6F6F')", "text must be a text"),
            ("zoo_embed('texts')", "wrong number of arguments"),
        ] {
            #expect(try StockSQLite.run("SELECT \(call);", home: home).contains(reason), "\(call)")
        }
    }
}
