import ArgumentParser
import ZooRecords
import ZooWorkflows

/// `zoo finetune MODEL …`, the spelling of 0.1, which left it to the model to say what is fine-tuned.
///
/// It works in this version, with a note on stderr, and goes with the next one.
enum OldSpelling {
    /// The arguments in the spelling of today: `finetune MODEL …` gets the kind of the model in front of its name.
    static func current(_ arguments: [String]) -> [String] {
        guard arguments.first == "finetune", let model = arguments.dropFirst().first, !model.hasPrefix("-"),
            !FinetuneCommand.configuration.subcommands.contains(where: { $0.configuration.commandName == model }),
            let kind = kind(of: model, arguments)
        else { return arguments }
        // A model of another kind is refused, with the command for it.
        guard FinetuneCommand.configuration.subcommands.contains(where: { $0.configuration.commandName == kind.name })
        else { return ["finetune", "text"] + arguments.dropFirst() }
        let spelling = "zoo finetune \(kind.name) \(model.shellQuoted) …"
        let isQuiet = arguments.prefix { $0 != "--" }.contains("--quiet")
        Progress(isQuiet: isQuiet).say(
            "note: the kind of the model will be required in the next version: '\(spelling)'")
        return ["finetune", kind.name] + arguments.dropFirst()
    }

    /// The kind of a model in the home that the arguments name; nil where there is no such model.
    private static func kind(of model: String, _ arguments: [String]) -> ModelKind? {
        let location = Hints.locationOptions(of: arguments).flatMap { [$0.name, $0.value] }
        return try? GlobalOptions.parse(location).workspace().kind(of: model)
    }
}
