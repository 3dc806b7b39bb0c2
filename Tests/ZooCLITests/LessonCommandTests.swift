import Foundation
import Testing
import ZooQueries

/// `zoo lesson`
@Suite struct LessonCommandTests {
    @Test func lessonsAreListedAndShown() throws {
        try withSandbox { box in
            let list: JSONObject = try box.json("lesson")
            let lessons = try #require(list["lessons"] as? [JSONObject])
            #expect(lessons.compactMap { $0["number"] as? String } == Lesson.all.map(\.number))
            #expect(try box.succeed("lesson", "06b", "--show") == Lesson.parts(of: "6b")[0].text)
        }
    }

    @Test func aLessonRunsInAFolderOfItsOwn() throws {
        try withSandbox { box in
            let reports: [JSONObject] = try box.json("lesson", "3", "--folder", "three")
            for report in reports {
                let steps = try #require(report["steps"] as? [JSONObject])
                #expect(report["as_shown"] as? Int == steps.count && report["failed"] as? Int == 0)
            }
            #expect(!reports.isEmpty)
            #expect(try box.start(["lesson", "3", "--folder", "three"]).wait().stderr.contains("it is there already"))
        }
    }

    @Test(arguments: [["lesson", "8"], ["lesson", "--show"], ["lesson", "1", "--show", "--folder", "x"]])
    func aLessonThatIsNotThereIsAUsageError(_ words: [String]) throws {
        try withSandbox { box in
            let run = try box.start(words).wait()
            #expect(run.code == 64)
        }
    }
}
