import ZooData
import ZooText

extension Workspace {
    /// Generates the demo tales and stores them as a data set.
    ///
    /// - Throws: `DataError.exists` when there is a data set of that name and it is not to be replaced.
    public func importDemoText(name: String, seed: UInt64, isReplacing: Bool) throws -> Dataset {
        let tales = DemoText(seed: seed).tales
        let documents = tales.enumerated().map { NewText(name: String($0 + 1), label: $1.label, text: $1.text) }
        return try data.importTexts(
            documents, name: name, source: "generated, seed \(seed)", isReplacing: isReplacing)
    }
}
