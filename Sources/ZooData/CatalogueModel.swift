import GRDB

/// A model as the catalogue knows it. Its weights are in the file of that hash.
public struct CatalogueModel: Sendable, Equatable, Codable {
    /// How it is asked for.
    public var name: String
    /// The application: `collab`.
    public var kind: String
    /// The network: `dot-bias`.
    public var architecture: String
    /// The model that training started from.
    public var parent: String?
    /// SHA-256 of its file.
    public var sha256: String
    /// The size of its file.
    public var bytes: Int
    /// What was measured, as a JSON object.
    public var metrics: String
    /// The data set that it learned from.
    public var dataset: String?
    /// That data set's fingerprint at the time.
    public var datasetFingerprint: String?
    /// The command that made it.
    public var command: String?
    /// The seed of its training.
    public var seed: Int64?
    /// What its data's licence allows.
    public var licence: String?
    /// When it was made, ISO 8601.
    public var created: String
    /// `finished`; `stopped` or `running` where the file is a checkpoint of a training, as in `TrainingRun.status`.
    public var status = "finished"
    /// How many epochs of its training are complete; nil where that is not known.
    public var epochs: Int?

    /// Whether it is trained to the end.
    public var isFinished: Bool { status == "finished" }

    /// A finished model of which nothing but the necessary is known.
    public init(
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
    public init(row: Row) {
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
    }
}

/// A field of a model that has vectors: `user`, `item`, `token`, `class`, `image`, or a column of a table.
public struct EmbeddingField: Sendable, Equatable, Codable {
    /// What it is called.
    public let name: String
    /// How many vectors it has.
    public let entries: Int
    /// How many numbers a vector has.
    public let width: Int
}

/// One row of an embedding, as it is published to SQL in `zoo_embeddings`.
public struct EmbeddingRow: Sendable, Equatable {
    /// `user` or `item`.
    public var field: String
    /// What the data calls it.
    public var key: String
    /// What people call it.
    public var label: String
    /// The learned bias.
    public var bias: Double?
    /// The standard deviation of the bias.
    public var biasDeviation: Double?
    /// How many training examples it had.
    public var count: Int?
    /// The plain mean of its training targets.
    public var mean: Double?
    /// The learned vector.
    public var vector: [Float]

    /// A row; `bias`, `biasDeviation`, `count` and `mean` where they are known.
    public init(
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
