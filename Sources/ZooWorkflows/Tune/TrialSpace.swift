import Foundation

/// The settings of a trial that are not the defaults, by the name of their option: `weight_decay`.
package struct TrialSettings: Sendable, Hashable, Codable {
    /// What each option is set to.
    package var values: [String: JSONValue] = [:]

    /// No settings: the defaults.
    init() {}

    /// Reads one JSON object.
    package init(from decoder: any Decoder) throws {
        values = try decoder.singleValueContainer().decode([String: JSONValue].self)
    }

    /// Writes one JSON object.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}

/// The settings that a search varies around those of a training.
struct TrialSpace<Recipe> {
    /// A setting: the name of its option, and how the value at a share, 0 ..< 1, of its range is set.
    struct Setting {
        let name: String
        let set: (_ share: Double, _ recipe: inout Recipe) -> JSONValue

        init(_ name: String, _ set: @escaping (_ share: Double, _ recipe: inout Recipe) -> JSONValue) {
            (self.name, self.set) = (name, set)
        }

        /// A number at that share of its range.
        static func number(
            _ name: String, _ path: WritableKeyPath<Recipe, Double>, _ value: @escaping (Double) -> Double
        ) -> Setting {
            Setting(name) { share, recipe in
                recipe[keyPath: path] = value(share)
                return .number(value(share))
            }
        }

        /// A whole number at that share of its range.
        static func count(
            _ name: String, _ path: WritableKeyPath<Recipe, Int>, _ value: @escaping (Double) -> Int
        ) -> Setting {
            Setting(name) { share, recipe in
                recipe[keyPath: path] = value(share)
                return .integer(Int64(value(share)))
            }
        }
    }

    /// The settings of trial 0.
    let base: Recipe
    /// What is varied.
    let settings: [Setting]
    /// Decides what each trial tries.
    let seed: UInt64

    /// - Parameter fixed: options that stay as they were given
    /// - Throws: `WorkflowError.invalid` where nothing is left to search
    init(_ base: Recipe, _ settings: [Setting], fixed: Set<String>, seed: UInt64) throws {
        self.settings = settings.filter { !fixed.contains($0.name) }
        (self.base, self.seed) = (base, seed)
        guard !self.settings.isEmpty else {
            throw WorkflowError.invalid(
                what: "the search",
                reason: "every setting that it varies is given: leave out one of "
                    + settings.map { "--\($0.name.replacing("_", with: "-"))" }.joined(separator: ", "))
        }
    }

    /// A trial's recipe, and which of its settings are not the defaults.
    func trial(_ number: Int) -> (recipe: Recipe, settings: TrialSettings) {
        var (recipe, found) = (base, TrialSettings())
        guard number > 0 else { return (recipe, found) }
        var draws = TrialDraws(seed: seed, trial: number)
        for setting in settings { found.values[setting.name] = setting.set(draws.share(), &recipe) }
        return (recipe, found)
    }
}
