import CZooAssets

/// A lesson of the course that is built into the program: a file of `notebooks-md/`.
package struct Lesson: Sendable {
    /// The file's name, such as `06b-rnn-from-scratch.md`.
    package let file: String
    /// The whole file.
    package let text: String

    /// The lessons in their order.
    package static let all: [Lesson] = assets(zoo_lesson_assets)
        .map { Lesson(file: $0, text: String(decoding: $1, as: UTF8.self)) }.sorted { $0.file < $1.file }

    /// What the lesson is called by: its file's first word without zeros in front, such as `6b`.
    package var number: String { String(file.prefix { $0 != "-" }.drop { $0 == "0" }) }

    /// Its heading, without the number.
    package var title: String {
        let heading = text.prefix { $0 != "\n" }.drop { $0 == "#" || $0 == " " }
        return heading.drop { $0 != " " }.drop { $0 == " " }.description
    }

    /// The parts of a lesson, in order: `6` is 6 and 6b, `6b` that alone; empty where there is none.
    package static func parts(of number: String) -> [Lesson] {
        let number = number.lowercased().drop { $0 == "0" }
        return all.filter { $0.number == number || $0.number.prefix(while: \.isNumber) == number }
    }
}
