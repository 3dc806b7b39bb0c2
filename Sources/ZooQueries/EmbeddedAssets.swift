import CZooAssets

extension NamedQuery {
    /// The queries that are built into the program, by name.
    package static let all: [NamedQuery] = assets(zoo_query_assets).map { name, bytes in
        NamedQuery(name: String(name.dropLast(4)), sql: String(decoding: bytes, as: UTF8.self))
    }.sorted { $0.name < $1.name }

    /// The query of that name, if there is one.
    package static func named(_ name: String) -> NamedQuery? { all.first { $0.name == name } }
}

/// A model that is built into the program: a folder of `zoo/`.
package struct ShippedModel: Sendable {
    /// The folder's name.
    package let name: String
    /// `model.h5`.
    package let model: [UInt8]
    /// `card.md`.
    package let card: String
    /// `recipe.json`.
    package let recipe: String
    /// `metrics.json`.
    package let metrics: String

    /// The names of the models that are built into the program.
    package static let names: [String] = {
        Set(assets(zoo_model_assets).compactMap { $0.0.split(separator: "/").first.map(String.init) }).sorted()
    }()

    /// The model of that name, if it is built into the program. Its bytes are copied here and not before.
    package static func named(_ name: String) -> ShippedModel? {
        let files = Dictionary(uniqueKeysWithValues: assets(zoo_model_assets))
        guard let model = files[name + "/model.h5"], let card = files[name + "/card.md"],
            let recipe = files[name + "/recipe.json"], let metrics = files[name + "/metrics.json"]
        else { return nil }
        return ShippedModel(
            name: name, model: [UInt8](model), card: String(decoding: card, as: UTF8.self),
            recipe: String(decoding: recipe, as: UTF8.self), metrics: String(decoding: metrics, as: UTF8.self))
    }
}

/// Lists of classes that are built into the program.
package enum ClassNames {
    /// The 1,000 classes of ImageNet's challenge, in the order that networks trained on it have them.
    package static let imageNet: [String] = assets(zoo_class_assets).flatMap { _, bytes in
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// Pages that are built into the program.
package enum PageTemplate {
    /// A map of embeddings, with `{{title}}` and `{{data}}` to be filled in.
    package static let map = assets(zoo_page_assets).first.map { String(decoding: $0.1, as: UTF8.self) } ?? ""
}

/// The files of an embedded table: constants of the program, which live as long as it.
func assets(
    _ table: (UnsafeMutablePointer<Int>?) -> UnsafePointer<zoo_asset>?
) -> [(String, UnsafeBufferPointer<UInt8>)] {
    var count = 0
    let files = UnsafeBufferPointer(start: table(&count), count: count)
    return files.map { (String(cString: $0.name), UnsafeBufferPointer(start: $0.bytes, count: $0.length)) }
}
