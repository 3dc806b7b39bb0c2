import Foundation
import Testing

@Suite struct HintTests {
    @Test func hintsRepeatTheHomeAndTheDatabaseAsGiven() throws {
        try withSandbox { box in
            try box.write("small.csv", SmallRatings.csv)
            let place = ["--home", "my home", "--db", "own.sqlite"]
            let imports = ["data", "import", "csv", "small.csv", "--name", "small", "--title-column", "title"]
            #expect(try box.start(imports + place).wait().code == 0)
            let training = ["train", "collab", "--data", "small", "--factors", "4", "--epochs", "1", "--save", "films"]
            let run = try box.start(training + place).wait()
            let hint = "'zoo recommend films --user … --home \"my home\" --db own.sqlite'"
            #expect(run.stdout.contains(hint), "\(run.stdout)")
            // In errors, too, and of options with an equals sign.
            let predict = try box.start(["predict", "films", "--home=my home", "--db=own.sqlite"]).wait()
            #expect(predict.stderr.contains(hint), "\(predict.stderr)")
            let empty = try box.zoo("data", "list", "--home", "other")
            #expect(empty.stdout.contains("'zoo data import demo --home other'"))
        }
    }

    @Test func theEnvironmentNamesTheDatabaseUnlessAnOptionDoes() throws {
        try withSandbox { box in
            try box.write("small.csv", SmallRatings.csv)
            let imports = "data import csv small.csv --title-column title --name"
            #expect(try box.shell("ZOO_DB=one.sqlite \"$zoo\" \(imports) first").code == 0)
            #expect(try box.shell("ZOO_DB=one.sqlite \"$zoo\" \(imports) second --db two.sqlite").code == 0)
            let one = try box.shell("ZOO_DB=one.sqlite \"$zoo\" data list").stdout
            #expect(one.contains("first") && !one.contains("second"))
            #expect(try box.succeed("data", "list", "--db", "two.sqlite").contains("second"))
            #expect(try box.succeed("data", "list").contains("No data sets"))
            let none = try box.shell("ZOO_DB=none.sqlite \"$zoo\" data list")
            #expect(none.isOneLineFailure && none.stderr.contains("$ZOO_DB"), "\(none.stderr)")
        }
    }

    @Test func whatADatabaseOfOnesOwnHidesIsTold() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.write("own.csv", SmallRatings.csv)
            try box.succeed("data", "import", "csv", "own.csv", "--name", "own", "--db", "own.sqlite")
            for words in [["recommend", "films", "--user", "u1"], ["data", "show", "small"]] {
                let hidden = try box.start(words + ["--db", "own.sqlite"]).wait()
                #expect(
                    hidden.isOneLineFailure && hidden.stderr.contains("has one of that name: leave out --db"),
                    "\(hidden)")
            }
            #expect(try !box.fail("models", "show", "none", "--db", "own.sqlite").contains("leave out"))
        }
    }

    @Test func dataOfTheSameContentServeUnderAnyName() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.succeed("data", "remove", "small")
            let missing = try box.fail("evaluate", "films")
            #expect(
                missing.contains("'films' was trained on it") && missing.contains("csv FILE --name small"), "\(missing)"
            )
            try box.write("again.csv", SmallRatings.csv)
            try box.succeed("data", "import", "csv", "again.csv", "--name", "again", "--title-column", "title")
            #expect(try box.start(["evaluate", "films"]).wait().code == 0)
        }
    }

    @Test func modelsThatShipAreNamedWhereAModelIsUnknown() throws {
        try withSandbox { box in
            for command in [["recommend", "m", "--user", "u"], ["models", "show", "m"], ["models", "remove", "m"]] {
                let run = try box.start(command).wait()
                #expect(run.isOneLineFailure && run.stderr.contains("'movielens-100k'"), "\(run.stderr)")
            }
            #expect(try box.fail("data", "show", "d").contains("'zoo data import demo'"))
            for (model, words) in [
                ("movielens-100k", "movielens FOLDER --name ml-100k"), ("bike-sharing", "csv hour.csv --name bike"),
                ("cifar10-resnet", "images FOLDER --name cifar10"),
                ("nietzsche-lstm", "text nietzsche.txt --name nietzsche"),
            ] {
                #expect(try box.fail("evaluate", model).contains("'zoo data import \(words)"), "\(model)")
            }
            #expect(try box.fail("importance", "bike-sharing").contains("'zoo data import csv hour.csv --name bike'"))
        }
    }
}
