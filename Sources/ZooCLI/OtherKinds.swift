import ArgumentParser

extension ParsableArguments {
    /// What its options and flags are called, without their dashes, unless they have other names than their properties.
    static var optionNames: Set<String> {
        let properties = Mirror(reflecting: Self()).children.compactMap { $0.label?.drop { $0 == "_" } }
        return Set(
            properties.map { $0.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) } })
    }
}

/// Refuses options that a command takes for other models, or in other uses, than the one it was given.
///
/// - Parameter names: without their dashes
/// - Throws: `ValidationError` naming the first that is on the command line
func refuse(_ names: [String], _ reason: String) throws {
    for argument in CommandLine.arguments.dropFirst().prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
        let name = argument.dropFirst(2).prefix { $0 != "=" }
        if names.contains(String(name)) { throw ValidationError("--\(name) \(reason)") }
    }
}
