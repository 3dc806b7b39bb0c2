import ZooTensor

/// A part of a model that holds parameters, buffers and other modules.
///
/// Subclasses keep them in stored properties, alone, optional or in arrays; one read-only walk over the properties finds
/// them. A path joins the property names with dots, in snake case, as PyTorch would write it (`layers.0.weight`,
/// `running_mean`); it names the dataset in a model file. Each subclass has its own typed `callAsFunction`.
open class Module {
    /// Creates a module without anything in it.
    public init() {}

    /// The parameters with their paths, in the order of the declarations. One that is reached by two ways counts once.
    public final func namedParameters() -> [(path: String, parameter: Parameter)] {
        leaves().compactMap { path, leaf in (leaf as? Parameter).map { (path, $0) } }
    }

    /// The buffers with their paths, in the order of the declarations.
    public final func namedBuffers() -> [(path: String, buffer: Buffer)] {
        leaves().compactMap { path, leaf in (leaf as? Buffer).map { (path, $0) } }
    }

    /// The parameters, in the order of the declarations.
    public final var parameters: [Parameter] { namedParameters().map(\.parameter) }

    /// The module itself and the modules within it that are of a kind, in the order of the declarations.
    public final func submodules<Kind: Module>(of kind: Kind.Type) -> [Kind] {
        ([self] + leaves().compactMap { $0.leaf as? Module }).compactMap { $0 as? Kind }
    }

    /// Parameters, buffers, and the modules that hold them.
    private func leaves() -> [(path: String, leaf: AnyObject)] {
        var found: [(String, AnyObject)] = []
        var seen: Set<ObjectIdentifier> = []
        collect(Mirror(reflecting: self), path: "", into: &found, seen: &seen)
        return found
    }

    private func collect(
        _ mirror: Mirror, path: String, into found: inout [(String, AnyObject)], seen: inout Set<ObjectIdentifier>
    ) {
        // What a superclass declares comes before what its subclass adds.
        if let parent = mirror.superclassMirror { collect(parent, path: path, into: &found, seen: &seen) }
        for (index, child) in mirror.children.enumerated() {
            let name = path + (child.label.map(Self.snakeCase) ?? String(index))
            visit(child.value, path: name, into: &found, seen: &seen)
        }
    }

    private func visit(
        _ value: Any, path: String, into found: inout [(String, AnyObject)], seen: inout Set<ObjectIdentifier>
    ) {
        switch value {
        case let module as Module:
            guard seen.insert(ObjectIdentifier(module)).inserted else { return }
            found.append((path, module))
            collect(Mirror(reflecting: module), path: path + ".", into: &found, seen: &seen)
        case let leaf as Parameter: if seen.insert(ObjectIdentifier(leaf)).inserted { found.append((path, leaf)) }
        case let leaf as Buffer: if seen.insert(ObjectIdentifier(leaf)).inserted { found.append((path, leaf)) }
        default:
            let mirror = Mirror(reflecting: value)
            // A long array of plain values, such as a vocabulary, is not looked through.
            guard mirror.displayStyle == .collection, let first = mirror.children.first, Self.mayHold(first.value)
            else {
                return
            }
            for (index, element) in mirror.children.enumerated() {
                visit(element.value, path: "\(path).\(index)", into: &found, seen: &seen)
            }
        }
    }

    private static func mayHold(_ value: Any) -> Bool {
        let style = Mirror(reflecting: value).displayStyle
        return style == .class || style == .collection || style == .optional || value is Module
    }

    /// `runningMean` as `running_mean`; a run of capitals counts as one word.
    private static func snakeCase(_ name: String) -> String {
        var result = ""
        var previousIsUpper = true
        for character in name {
            if character.isUppercase, !previousIsUpper { result.append("_") }
            result.append(contentsOf: character.lowercased())
            previousIsUpper = character.isUppercase
        }
        return result
    }
}
