import GRDB

/// A model as the catalogue knows it. Its weights are in the file of that hash.
package struct CatalogueModel: Sendable, Equatable, Codable {
    /// How it is asked for.
    package var name: String
    /// The application: `collab`.
    package var kind: String
    /// The network: `dot-bias`.
    package var architecture: String
    /// The model that training started from.
    package var parent: String?
    /// SHA-256 of its file.
    package var sha256: String
    /// The size of its file.
    package var bytes: Int
    /// What was measured, as a JSON object.
    package var metrics: String
    /// The data set that it learned from.
    package var dataset: String?
    /// That data set's fingerprint at the time.
    package var datasetFingerprint: String?
    /// The command that made it.
    package var command: String?
    /// The seed of its training.
    package var seed: Int64?
    /// What its data's licence allows.
    package var licence: String?
    /// When it was made, ISO 8601.
    package var created: String
    /// `finished`; `stopped` or `running` where the file is a checkpoint of a training, as in `TrainingRun.status`.
    package var status = "finished"
    /// How many epochs of its training are complete; nil where that is not known.
    package var epochs: Int?
    /// Its number among the versions of its name, from 1.
    package var version = 1
    /// What there is to read about it, as Markdown.
    package var card: String?
    /// What it was imported or pulled from.
    package var origin: String?
    /// SHA-256 of the file of `parent` when training started from it.
    package var parentHash: String?

    /// Whether it is trained to the end.
    package var isFinished: Bool { status == "finished" }

    /// A finished model of which nothing but the necessary is known.
    package init(
        name: String, kind: String, architecture: String, sha256: String, bytes: Int, metrics: String = "{}",
        created: String
    ) {
        self.name = name
        self.kind = kind
        self.architecture = architecture
        self.sha256 = sha256
        self.bytes = bytes
        self.metrics = metrics
        self.created = created
    }
}

extension CatalogueModel: FetchableRecord {
    /// A row of `zoo_models` or `zoo_checkpoints`.
    package init(row: Row) {
        self.init(
            name: row["name"], kind: row["kind"], architecture: row["architecture"], sha256: row["sha256"],
            bytes: row["bytes"], metrics: row["metrics"], created: row["created"])
        parent = row["parent"]
        dataset = row["dataset"]
        datasetFingerprint = row["dataset_fingerprint"]
        command = row["command"]
        seed = row["seed"]
        licence = row["licence"]
        status = row["status"]
        epochs = row["epochs"]
        // Checkpoints have no versions.
        version = row["version"] ?? 1
        card = row["card"]
        origin = row["origin"]
        parentHash = row["parent_sha256"]
    }
}

/// A field of a model that has vectors: `user`, `item`, `token`, `class`, `image`, or a column of a table.
package struct EmbeddingField: Sendable, Equatable, Codable {
    /// What it is called.
    package let name: String
    /// How many vectors it has.
    package let entries: Int
    /// How many numbers a vector has.
    package let width: Int
}

/// One row of an embedding, as it is published to SQL in `zoo_embeddings`.
package struct EmbeddingRow: Sendable, Equatable {
    /// `user` or `item`.
    package var field: String
    /// What the data calls it.
    package var key: String
    /// What people call it.
    package var label: String
    /// The learned bias.
    package var bias: Double?
    /// The standard deviation of the bias.
    package var biasDeviation: Double?
    /// How many training examples it had.
    package var count: Int?
    /// The plain mean of its training targets.
    package var mean: Double?
    /// The learned vector.
    package var vector: [Float]

    /// A row; `bias`, `biasDeviation`, `count` and `mean` where they are known.
    package init(
        field: String, key: String, label: String, bias: Double? = nil, biasDeviation: Double? = nil,
        count: Int? = nil, mean: Double? = nil, vector: [Float]
    ) {
        self.field = field
        self.key = key
        self.label = label
        self.bias = bias
        self.biasDeviation = biasDeviation
        self.count = count
        self.mean = mean
        self.vector = vector
    }
}
