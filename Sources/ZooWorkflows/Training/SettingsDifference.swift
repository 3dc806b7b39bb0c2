import Foundation

/// The settings in which two trainings differ, by name.
enum SettingsDifference {
    /// Names the settings that are not as they were: `batch size 64, not 32, and seed 1, not 2`; nil where all are.
    ///
    /// - Parameter before: of the training that is resumed
    /// - Parameter now: of the one that is asked for
    static func text(from before: some Encodable, to now: some Encodable) -> String? {
        let (before, now) = (flat(before), flat(now))
        let names = Set(before.keys).union(now.keys).sorted().filter { before[$0] != now[$0] }
        guard !names.isEmpty else { return nil }
        return names.map { "\(words($0)) \(before[$0] ?? "none"), not \(now[$0] ?? "none")" }.joined(
            separator: ", and ")
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

    /// The last name of a path in words: `training.batchSize` is "batch size".
    private static func words(_ path: String) -> String {
        let name = path.split(separator: ".").last { !["_0", "_1"].contains($0) } ?? "settings"
        return name.reduce(into: "") { words, letter in
            words += letter.isUppercase ? " " + letter.lowercased() : String(letter)
        }
    }
}

extension WorkflowError {
    /// Refuses to resume a training with other settings than it was begun with; nil where they are the same.
    ///
    /// - Parameter mayChange: the options that only decide what comes next
    static func otherSettings(
        of model: String, before: some Encodable, now: some Encodable, mayChange: String
    ) -> WorkflowError? {
        SettingsDifference.text(from: before, to: now).map {
            .unsuitable(
                model: model,
                reason: "was begun with \($0): leave these options out or give the same; \(mayChange) may change")
        }
    }
}
