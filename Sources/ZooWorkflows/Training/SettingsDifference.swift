import Foundation

/// The settings in which two trainings differ, by their options.
enum SettingsDifference {
    /// Names the settings that are not as they were: `--batch-size 64, not 32, and --seed 1, not 2`; nil where all are.
    ///
    /// - Parameter before: of the training that is resumed
    /// - Parameter now: of the one that is asked for
    static func text(from before: some Encodable, to now: some Encodable) -> String? {
        let (before, now) = (flat(before), flat(now))
        let paths = Set(before.keys).union(now.keys).sorted().filter { before[$0] != now[$0] }
        guard !paths.isEmpty else { return nil }
        // Parts of a model may share an option.
        var said: Set<String> = []
        return paths.map { path in
            let (option, was) = (option(path), before[path] ?? "none")
            // The option of what is updated unless it is frozen.
            let isGiven = path.hasSuffix("freezesStatistics") ? "no" : "yes"
            guard ["yes", "no"].contains(was) else { return "\(option) \(was), not \(now[path] ?? "none")" }
            return was == isGiven ? "\(option), not without" : "no \(option)"
        }.filter { said.insert($0).inserted }.joined(separator: ", and ")
    }

    /// The values of settings by their paths.
    private static func flat(_ settings: some Encodable) -> [String: String] {
        guard let data = try? JSONEncoder().encode(settings),
            let value = try? JSONDecoder().decode(JSONValue.self, from: data)
        else { return [:] }
        var result: [String: String] = [:]
        func add(_ value: JSONValue, _ path: String) {
            switch value {
            case .object(let members) where !members.isEmpty:
                for (name, member) in members { add(member, path.isEmpty ? name : path + "." + name) }
            case .object, .null: result[path] = "none"
            case .array(let values): result[path] = values.isEmpty ? "none" : values.map(text).joined(separator: ",")
            default: result[path] = text(value)
            }
        }
        add(value, "")
        return result.filter { $0.value != "none" }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        // As a Float where that is what it was.
        case .number(let number): Double(Float(number)) == number ? "\(Float(number))" : "\(number)"
        case .text(let text): text
        case .bool(let value): value ? "yes" : "no"
        case .null: "none"
        case .array(let values): values.map(text).joined(separator: ",")
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }
                .joined(separator: " ")
        }
    }

    /// The option that sets the field of a path: `--batch-size` of `training.batchSize`.
    private static func option(_ path: String) -> String {
        let names = path.split(separator: ".").map(String.init)
        if let option = options[path] ?? names.reversed().compactMap({ options[$0] }).first { return option }
        // The parts of a table; recommenders have one value, `split`.
        if names.count > 1, names[0] == "split" { return "--valid" }
        let words = (names.last ?? "settings").map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }
        return "--" + words.joined()
    }

    /// The options that are named otherwise than the fields they set.
    private static let options = [
        "hiddenSize": "--hidden", "layerCount": "--layers", "embeddingSize": "--embedding", "tiesWeights": "--tie",
        "validShare": "--valid", "tokenizer.kind": "--tokens", "tokenizer.size": "--vocabulary-size",
        "minimumFrequency": "--min-frequency", "lowercases": "--lowercase", "activation": "--ar", "temporal": "--tar",
        "epochsPerStage": "--stage-epochs", "maximumTokens": "--max-tokens", "dropoutMultiplier": "--dropout",
        "rule": "--optimizer", "augmentation": "--augment", "averagedEpochs": "--swa", "averagingRate": "--swa-lr",
        "trainedGroups": "--unfreeze", "freezesStatistics": "--train-statistics", "range": "--range",
        "configuration.hidden": "--layers", "embeddingWidths": "--embedding", "time": "--time-column", "lags": "--lag",
        "means": "--mean", "maximumCardinality": "--max-cardinality", "targetIsClass": "--classes",
        "targetIsNumber": "--regression",
    ]
}

extension WorkflowError {
    /// Refuses to resume a training with other settings than it was started with; nil where they are the same.
    ///
    /// - Parameter mayChange: the options that only decide what comes next
    static func otherSettings(
        of model: String, before: some Encodable, now: some Encodable, mayChange: String
    ) -> WorkflowError? {
        SettingsDifference.text(from: before, to: now).map {
            .unsuitable(
                model: model,
                reason: "was started with \($0): leave these options out or give the same; \(mayChange) may change")
        }
    }
}
