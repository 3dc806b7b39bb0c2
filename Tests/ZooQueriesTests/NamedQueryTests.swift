import Foundation
import Testing
import ZooQueries

private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../queries").standardized

@Test func everyFileOfQueriesIsEmbedded() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }
    #expect(NamedQuery.all.map { $0.name + ".sql" } == files.sorted())
    for query in NamedQuery.all {
        let file = try String(contentsOf: folder.appendingPathComponent(query.name + ".sql"), encoding: .utf8)
        #expect(query.sql == file)
    }
}

@Test func everyQuerySaysWhatItIsFor() {
    #expect(!NamedQuery.all.isEmpty)
    for query in NamedQuery.all {
        #expect(!query.purpose.isEmpty && !query.columns.isEmpty, "\(query.name)")
        #expect(query.columns.allSatisfy { !$0.meaning.isEmpty } && query.parameters.allSatisfy { !$0.meaning.isEmpty })
    }
}

@Test func aHeaderGivesPurposeParametersAndColumns() {
    let query = NamedQuery(
        name: "q",
        sql: """
            -- What it answers,
            -- on two lines.
            -- Parameters:
            --   model: a model
            --   count: how many: at most (default 10)
            -- Columns:
            --   title: the title
            SELECT 1 AS title -- Columns: none
            """)
    #expect(query.purpose == "What it answers, on two lines.")
    #expect(query.parameters.map(\.name) == ["model", "count"])
    #expect(query.parameters.map(\.isRequired) == [true, false])
    #expect(query.parameters[1].meaning == "how many: at most (default 10)")
    #expect(query.columns == [QueryColumn(name: "title", meaning: "the title")])
}

@Test func queriesAreFoundByName() {
    #expect(NamedQuery.named("worst-movies")?.parameters.map(\.name) == ["model", "count", "minimum_count"])
    #expect(NamedQuery.named("no-such-query") == nil)
}

@Test func aShippedModelHasAllItsFiles() throws {
    #expect(!ShippedModel.names.isEmpty)
    for name in ShippedModel.names {
        let model = try #require(ShippedModel.named(name))
        #expect(!model.model.isEmpty && !model.card.isEmpty && !model.recipe.isEmpty && !model.metrics.isEmpty)
    }
}

@Test func everyLessonIsEmbedded() throws {
    let folder = folder.appendingPathComponent("../notebooks-md").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Lesson.all.map(\.file) == files.filter { $0.hasSuffix(".md") && $0.first!.isNumber }.sorted())
    for lesson in Lesson.all {
        let file = try String(contentsOf: folder.appendingPathComponent(lesson.file), encoding: .utf8)
        #expect(lesson.text == file && !lesson.title.isEmpty && !lesson.number.isEmpty)
    }
    #expect(Lesson.parts(of: "6").map(\.number) == ["6", "6b"] && Lesson.parts(of: "6b").map(\.number) == ["6b"])
    #expect(Lesson.parts(of: "07A").map(\.number) == ["7a"])
    #expect(Lesson.parts(of: "8").isEmpty && Lesson.parts(of: "").isEmpty && Lesson.parts(of: "b").isEmpty)
}
