import GRDB

/// A training run and its epochs.
package struct TrainingRun: Sendable, Equatable, Codable {
    /// The model that it made, if it was saved.
    package var model: String?
    /// The application: `collab`.
    package var kind: String
    /// The data set that it learned from.
    package var dataset: String?
    /// The command.
    package var command: String?
    /// The seed.
    package var seed: Int64?
    /// What was set, as a JSON object.
    package var configuration: String
    /// When it began, ISO 8601.
    package var started: String
    /// When it ended.
    package var finished: String?
    /// `finished`; `stopped` for one that can be resumed; `running` for a checkpoint of one that is running, or was killed.
    package var status: String
    /// What was measured at the end, as a JSON object.
    package var metrics: String
    /// What was measured on the way.
    package var epochs: [Epoch]

    /// A run that ended well.
    package init(
        model: String?, kind: String, configuration: String = "{}", started: String, finished: String? = nil,
        status: String = "finished", metrics: String = "{}", epochs: [Epoch] = []
    ) {
        self.model = model
        self.kind = kind
        self.configuration = configuration
        self.started = started
        self.finished = finished
        self.status = status
        self.metrics = metrics
        self.epochs = epochs
    }

    /// One pass over the training data.
    package struct Epoch: Sendable, Equatable, Codable {
        /// Its number, from 1.
        package var epoch: Int
        /// The mean loss over it.
        package var trainLoss: Double?
        /// The loss on the held-out data.
        package var validationLoss: Double?
        /// The learning rate at its end.
        package var learningRate: Double?
        /// How long it took.
        package var seconds: Double?
        /// What else was measured, as a JSON object.
        package var metrics: String

        /// An epoch; what was not measured is nil.
        package init(
            epoch: Int, trainLoss: Double? = nil, validationLoss: Double? = nil, learningRate: Double? = nil,
            seconds: Double? = nil, metrics: String = "{}"
        ) {
            self.epoch = epoch
            self.trainLoss = trainLoss
            self.validationLoss = validationLoss
            self.learningRate = learningRate
            self.seconds = seconds
            self.metrics = metrics
        }
    }
}

extension DataStore {
    /// Keeps a run that made no model, or one whose model is saved already.
    package func saveRun(_ run: TrainingRun) throws {
        try write { db in try insert(run, db) }
    }

    /// The runs that made `model`, or all, the latest first.
    package func runs(model: String? = nil) throws -> [TrainingRun] {
        try read { db in
            let model = try model.map { try resolved($0, db) }
            return try runs("SELECT * FROM zoo_runs WHERE ?1 IS NULL OR model = ?1 ORDER BY id DESC", [model], db)
        }
    }

    func runs(_ sql: String, _ arguments: StatementArguments, _ db: Database) throws -> [TrainingRun] {
        try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            let epochs = try Row.fetchAll(
                db, sql: "SELECT * FROM zoo_epochs WHERE run = ? ORDER BY epoch", arguments: [row["id"] as Int64])
            return TrainingRun(row: row, epochs: epochs)
        }
    }

    /// Inserts a run; it takes the place of its own earlier checkpoints.
    func insert(_ run: TrainingRun, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM zoo_runs WHERE model = ? AND started = ? AND status = 'running'",
            arguments: [run.model, run.started])
        try db.execute(
            sql: """
                INSERT INTO zoo_runs (model, kind, dataset, command, seed, configuration, started, finished, status, metrics)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                run.model, run.kind, run.dataset, run.command, run.seed, run.configuration, run.started, run.finished,
                run.status, run.metrics,
            ])
        let id = db.lastInsertedRowID
        for epoch in run.epochs {
            try db.execute(
                sql: """
                    INSERT INTO zoo_epochs (run, epoch, train_loss, validation_loss, learning_rate, seconds, metrics)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, epoch.epoch, epoch.trainLoss, epoch.validationLoss, epoch.learningRate, epoch.seconds,
                    epoch.metrics,
                ])
        }
    }
}

extension TrainingRun {
    fileprivate init(row: Row, epochs: [Row]) {
        self.init(
            model: row["model"], kind: row["kind"], configuration: row["configuration"], started: row["started"],
            finished: row["finished"], status: row["status"], metrics: row["metrics"],
            epochs: epochs.map {
                Epoch(
                    epoch: $0["epoch"], trainLoss: $0["train_loss"], validationLoss: $0["validation_loss"],
                    learningRate: $0["learning_rate"], seconds: $0["seconds"], metrics: $0["metrics"])
            })
        dataset = row["dataset"]
        command = row["command"]
        seed = row["seed"]
    }
}
