import Foundation
import ZooCollab
import ZooData
import ZooNN
import ZooTabular
import ZooText
import ZooVision
import ZooWeights

/// What a recommender calculates as ONNX.
package enum ONNXAnswer: String, Sendable, CaseIterable {
    /// The ratings of pairs of a user and an item.
    case ratings
    /// A score of every item for histories, or for users.
    case scores
}

extension Workspace {
    /// Writes a model as an ONNX graph that gives its answers.
    ///
    /// - Parameter answer: what a recommender calculates; nil for ratings where it predicts them and does not only rank
    /// - Throws: `WorkflowError.unsuitable` for a model that ONNX cannot hold, with the reason; `.invalid` for an answer that
    ///   the model does not give; as `modelFile`
    func exportONNX(_ name: String, to url: URL, answer: ONNXAnswer?) throws {
        let (file, entry) = try modelFile(named: name)
        let model = try file.model(of: entry, as: (any StoredModel).self)
        if answer != nil, !(model is any StoredRecommender) {
            throw WorkflowError.invalid(what: "--answer", reason: "it goes with recommenders, and '\(name)' is none")
        }
        do {
            let (graph, about, own) = try Self.graph(of: model, answer)
            let contents = try model.contents()
            var metadata = [
                ("name", name), ("kind", contents.kind), ("architecture", contents.architecture),
                ("config", contents.configuration), ("created", entry.created), ("zoo_version", file.zooVersion),
            ]
            if let licence = entry.licence { metadata.append(("licence", licence)) }
            metadata +=
                own + (try contents.vocabularies.map { ("vocab." + $0.field, try ModelContents.json($0.entries)) })
            try ONNXModel(graph, version: ZooVersion.current, about: about, metadata: metadata.map { ($0.0, $0.1) })
                .write(to: url)
        } catch let refusal as ONNXRefusal {
            throw WorkflowError.unsuitable(model: name, reason: "cannot be written as ONNX: \(refusal.reason)")
        }
    }

    private static func graph(
        of model: any StoredModel, _ answer: ONNXAnswer?
    ) throws -> (ONNXGraph, about: String, metadata: [(name: String, text: String)]) {
        switch model {
        case let model as StoredVision:
            let images = try ONNXImages(model)
            return (images.graph, images.about, images.metadata)
        case let model as StoredTabular:
            let table = try ONNXTable(model)
            return (table.graph, table.about, table.metadata)
        case let model as StoredLanguageModel:
            let text = try ONNXText(model)
            return (text.graph, text.about, text.metadata)
        case let model as StoredTextClassifier:
            let text = try ONNXText(model)
            return (text.graph, text.about, text.metadata)
        case let model as any StoredRecommender:
            let recommender = try ONNXRecommender(model, answer)
            return (recommender.graph, recommender.about, recommender.metadata)
        default:
            throw ONNXRefusal(
                "it holds vectors and calculates nothing; '.safetensors' and '.npz' hold them, and so do the files of "
                    + "'zoo embeddings export'")
        }
    }
}
