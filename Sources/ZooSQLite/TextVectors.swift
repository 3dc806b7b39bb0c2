import CSQLiteExtension
import ZooWorkflows

extension ZooConnection {
    /// Answers `zoo_embed(model, text)` with a BLOB of 32-bit numbers, the same bits as `zoo embed` gives.
    func embed(_ context: OpaquePointer?, _ model: HostValue, _ value: HostValue) {
        let result = HostResult(context: context)
        guard !model.isNull, !value.isNull else { return result.give(.null) }
        do {
            guard let words = value.text else { throw CallError(description: "text must be a text, or NULL") }
            let vector = try embedder(text(model, "model")).vector(of: words)
            result.give(.blob(vector.withUnsafeBytes { Array($0) }))
        } catch { result.fail("zoo_embed: \(error)") }
    }

    private func embedder(_ name: String) throws -> TextEmbedder {
        let entry = try entry(name)
        if let known = embedders[name], known.sha256 == entry.sha256 { return known.embedder }
        let stored = try model(entry, as: Any.self, noun: "model")
        guard let embedder = TextEmbedder(stored) else {
            throw CallError(
                description: "model '\(name)' is no \(TextEmbedder.nouns): it is of kind '\(entry.kind)'")
        }
        embedders[name] = (entry.sha256, embedder)
        return embedder
    }
}
