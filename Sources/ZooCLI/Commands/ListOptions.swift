import ArgumentParser
import ZooWorkflows

/// What lists of recommendations may name, and rest on.
struct ListOptions: ParsableArguments {
    @Option(
        help: """
            Which ratings a list rests on and leaves out. all: all ratings of the user in the data set. train: those that the \
            model was trained on, so that the lists can be judged by the test part of its split. none: nothing is left out. \
            (default: all)
            """)
    var seen: SeenItems?
    /// The same as `--seen none`.
    @Flag(help: .hidden) var includeSeen = false
    @Option(
        help: """
            Recommend no items but those whose keys are the first column of a SELECT, or of which a condition is true, such as \
            "year >= 1990 AND genres LIKE '%|Comedy|%'": its columns are key, title, bias, mean, count and the attributes of the \
            data set's items. (default: all items)
            """)
    var only: String?
    @Option(
        help: """
            Do not recommend the items of a file with a key or title in each line, or whose keys are the first column of a \
            SELECT. (default: none)
            """, completion: .file())
    var exclude: String?
    @Option(
        help: """
            How much an item that is like one above it in the list is held back, 0 to 1: 0 is the order of the scores, 1 takes no \
            account of them after the first item. Items are alike by the cosine of their vectors.
            """)
    var diversity = 0.0

    func validate() throws {
        guard (0...1).contains(diversity) else {
            throw ValidationError("--diversity must be from 0 to 1, not \(diversity)")
        }
        guard !includeSeen || [nil, .nothing].contains(seen) else {
            throw ValidationError("--include-seen is the same as --seen none: give one of them")
        }
    }

    var rules: ListRules {
        var rules = ListRules()
        rules.seen = includeSeen ? .nothing : seen ?? .all
        (rules.only, rules.exclude, rules.diversity) = (only, exclude, diversity)
        return rules
    }
}

extension SeenItems: ExpressibleByArgument {}
