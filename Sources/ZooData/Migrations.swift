import GRDB

/// The tables, made by named steps that are only ever added to.
///
/// The steps done are kept in `zoo_migrations`, not in GRDB's own table: the database may be the user's, to which only
/// tables named `zoo_*` are added.
enum Migrations {
    /// All steps in their order. Never change one that was released.
    static let all: [(name: String, sql: String)] = [
        ("2026-11-ratings", ratings), ("2026-11-catalogue", catalogue), ("2026-11-kinds", kinds),
        ("2026-11-texts", texts), ("2026-11-images", images), ("2026-11-output-tables", outputTables),
        ("2026-11-checkpoints", checkpoints), (unusedPredictions, "DROP TABLE zoo_predictions"),
        ("2026-11-attributes", attributes),
        ("2026-11-bias-deviations", "ALTER TABLE zoo_embeddings ADD COLUMN bias_deviation REAL"),
        ("2026-11-output-rows", "ALTER TABLE zoo_output_tables ADD COLUMN rows INTEGER"),
        ("2026-11-clusters", clusters),
        ("2026-11-embedding-metadata", embeddingMetadata), ("2026-11-embedding-indexes", embeddingIndexes),
        ("2026-11-changed-vectors", changedVectors), ("2026-12-versions", versions),
        ("2026-12-newest-versions", newestVersions),
    ]

    // Nothing ever wrote this table. Rows that somebody else put there stay.
    private static let unusedPredictions = "2026-11-no-predictions"

    /// Brings the database up to date. Each step is one transaction.
    ///
    /// - Throws: `DataError.newerSchema` if steps were done that this program does not know
    static func run(_ database: any DatabaseWriter, path: String) throws {
        let pending = try database.read { db in try missing(db, path: path) }
        for step in pending {
            try database.write { db in
                // Another process may have been faster.
                guard try Self.missing(db, path: path).contains(where: { $0.name == step.name }) else { return }
                try db.execute(sql: "CREATE TABLE IF NOT EXISTS zoo_migrations (name TEXT NOT NULL PRIMARY KEY)")
                let isUsed =
                    try step.name == unusedPredictions
                    && Bool.fetchOne(
                        db, sql: "SELECT EXISTS (SELECT 1 FROM zoo_predictions)") == true
                if !isUsed { try db.execute(sql: step.sql) }
                try db.execute(sql: "INSERT INTO zoo_migrations (name) VALUES (?)", arguments: [step.name])
            }
        }
    }

    private static func missing(_ db: Database, path: String) throws -> [(name: String, sql: String)] {
        // Asked of SQLite itself: GRDB remembers that a table was not there while another process makes it.
        let find = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'zoo_migrations'"
        guard try Int.fetchOne(db, sql: find) == 1 else { return all }
        let done = try String.fetchAll(db, sql: "SELECT name FROM zoo_migrations ORDER BY name")
        let unknown = done.filter { name in !all.contains { $0.name == name } }
        guard unknown.isEmpty else { throw DataError.newerSchema(path: path, unknown: unknown) }
        return all.filter { !done.contains($0.name) }
    }

    // Ratings are clustered by user, then item; `position` numbers them in that order and indexes zoo_splits.parts.
    private static let ratings = """
        CREATE TABLE zoo_datasets (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, source TEXT NOT NULL,
            created TEXT NOT NULL, fingerprint TEXT NOT NULL, rating_min REAL, rating_max REAL,
            users INTEGER NOT NULL, items INTEGER NOT NULL, ratings INTEGER NOT NULL, has_timestamps INTEGER NOT NULL);
        CREATE TABLE zoo_users (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            idx INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (dataset, idx)) WITHOUT ROWID;
        CREATE UNIQUE INDEX zoo_users_key ON zoo_users (dataset, key);
        CREATE TABLE zoo_items (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            idx INTEGER NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL, PRIMARY KEY (dataset, idx)) WITHOUT ROWID;
        CREATE UNIQUE INDEX zoo_items_key ON zoo_items (dataset, key);
        CREATE TABLE zoo_ratings (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            user INTEGER NOT NULL, item INTEGER NOT NULL, position INTEGER NOT NULL, rating REAL NOT NULL,
            timestamp INTEGER, PRIMARY KEY (dataset, user, item)) WITHOUT ROWID;
        CREATE TABLE zoo_splits (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            name TEXT NOT NULL, train INTEGER NOT NULL, test INTEGER NOT NULL, parts BLOB NOT NULL,
            UNIQUE (dataset, name));
        """

    // What is known of items and users besides ratings. `kind` is set (a row for each name), number or category; `feedback`
    // says what a rating is: ratings, counts or choices.
    private static let attributes = """
        ALTER TABLE zoo_datasets ADD COLUMN feedback TEXT;
        CREATE TABLE zoo_attributes (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            side TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
            PRIMARY KEY (dataset, side, position), UNIQUE (dataset, side, name)) WITHOUT ROWID;
        CREATE TABLE zoo_item_attributes (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            name TEXT NOT NULL, item INTEGER NOT NULL, value NOT NULL, PRIMARY KEY (dataset, name, item, value))
            WITHOUT ROWID;
        CREATE TABLE zoo_user_attributes (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            name TEXT NOT NULL, user INTEGER NOT NULL, value NOT NULL, PRIMARY KEY (dataset, name, user, value))
            WITHOUT ROWID;
        """

    // The columns that stood beside vectors which were imported.
    private static let embeddingMetadata = """
        CREATE TABLE zoo_embedding_metadata (
            model TEXT NOT NULL REFERENCES zoo_models (name) ON DELETE CASCADE ON UPDATE CASCADE,
            field TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, value NOT NULL,
            PRIMARY KEY (model, field, name, key)) WITHOUT ROWID;
        """

    // The vectors of a field may have an index, a file like a model's. It is of the vectors as they were: `entries` and `first` and
    // `last`, their rowids, and `model_sha256` say whether they are still those.
    private static let embeddingIndexes = """
        CREATE TABLE zoo_embedding_indexes (
            model TEXT NOT NULL REFERENCES zoo_models (name) ON DELETE CASCADE ON UPDATE CASCADE,
            field TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, model_sha256 TEXT NOT NULL,
            entries INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, recall REAL NOT NULL,
            created TEXT NOT NULL, PRIMARY KEY (model, field)) WITHOUT ROWID;
        """

    // A vector that is changed in its place leaves the number of rows and their rowids as they were: the index then is of no file's vectors.
    private static let changedVectors = """
        CREATE TRIGGER zoo_embeddings_changed AFTER UPDATE OF vector ON zoo_embeddings BEGIN
            UPDATE zoo_embedding_indexes SET model_sha256 = '' WHERE model = NEW.model AND field = NEW.field;
        END;
        """

    // The newest version of a model has its plain name, an older one a name such as films@1. `origin` says what it was imported or pulled
    // from, `parent_sha256` which file of its parent training started from.
    private static let versions = """
        ALTER TABLE zoo_models ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE zoo_models ADD COLUMN card TEXT;
        ALTER TABLE zoo_models ADD COLUMN origin TEXT;
        ALTER TABLE zoo_models ADD COLUMN parent_sha256 TEXT;
        CREATE TABLE zoo_model_tags (
            model TEXT NOT NULL, tag TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (model, tag)) WITHOUT ROWID;
        """

    // The tables of models hold all versions. The views of their earlier names show the newest alone, those named zoo_version_* all of them
    // by each of their names: films, films@2 and films@good may be one. The old way of renaming leaves views of the user's own as they are.
    private static let newestVersions = """
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE zoo_models RENAME TO zoo_stored_models;
        ALTER TABLE zoo_embeddings RENAME TO zoo_stored_embeddings;
        ALTER TABLE zoo_embedding_metadata RENAME TO zoo_stored_metadata;
        ALTER TABLE zoo_clusters RENAME TO zoo_stored_clusters;
        PRAGMA legacy_alter_table = OFF;
        CREATE VIEW zoo_models AS SELECT * FROM zoo_stored_models WHERE instr(name, '@') = 0;
        CREATE VIEW zoo_embeddings AS SELECT * FROM zoo_stored_embeddings WHERE instr(model, '@') = 0;
        CREATE VIEW zoo_embedding_metadata AS SELECT * FROM zoo_stored_metadata WHERE instr(model, '@') = 0;
        CREATE VIEW zoo_clusters AS SELECT * FROM zoo_stored_clusters WHERE instr(model, '@') = 0;
        CREATE VIEW zoo_version_names (name, stored) AS
            SELECT name, name FROM zoo_stored_models
            UNION ALL SELECT name || '@' || version, name FROM zoo_stored_models WHERE instr(name, '@') = 0
            UNION ALL SELECT tags.model || '@' || tag, name FROM zoo_model_tags AS tags JOIN zoo_stored_models AS models
                ON models.version = tags.version AND name IN (tags.model, tags.model || '@' || tags.version);
        CREATE VIEW zoo_versions AS
            SELECT model || '@' || version AS name, model, version, model = stored AS is_newest,
                (SELECT group_concat(tag, ', ') FROM zoo_model_tags AS tags
                    WHERE tags.model = versions.model AND tags.version = versions.version) AS tags,
                kind, architecture, dataset, created, status, sha256, bytes,
                (SELECT coalesce(sum(length(vector)), 0) FROM zoo_stored_embeddings WHERE model = stored) AS vector_bytes
            FROM (SELECT substr(name, 1, instr(name || '@', '@') - 1) AS model, name AS stored, version, kind, architecture,
                dataset, created, status, sha256, bytes FROM zoo_stored_models) AS versions;
        CREATE VIEW zoo_version_embeddings AS
            SELECT name AS model, field, key, label, bias, count, mean, vector, bias_deviation
            FROM zoo_version_names JOIN zoo_stored_embeddings ON model = stored;
        CREATE VIEW zoo_version_metadata AS
            SELECT names.name AS model, field, rows.name, key, value
            FROM zoo_version_names AS names JOIN zoo_stored_metadata AS rows ON model = stored;
        CREATE VIEW zoo_version_clusters AS
            SELECT names.name AS model, field, key, cluster, rows.name
            FROM zoo_version_names AS names JOIN zoo_stored_clusters AS rows ON model = stored;
        """

    // Data sets that do not hold ratings say in `summary`, a JSON object, what they amount to.
    private static let kinds = "ALTER TABLE zoo_datasets ADD COLUMN summary TEXT"

    // A long text is cut into parts of a mebibyte, which follow each other without anything between.
    private static let texts = """
        CREATE TABLE zoo_texts (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            idx INTEGER NOT NULL, part INTEGER NOT NULL, name TEXT NOT NULL, label TEXT, text TEXT NOT NULL,
            UNIQUE (dataset, idx, part));
        """

    // `labels` is a JSON array of places in zoo_image_classes. A pack holds the pixels in the order of `position`.
    private static let images = """
        CREATE TABLE zoo_image_classes (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            idx INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (dataset, idx)) WITHOUT ROWID;
        CREATE TABLE zoo_images (
            dataset INTEGER NOT NULL REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            position INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, labels TEXT NOT NULL,
            split TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, width INTEGER NOT NULL,
            height INTEGER NOT NULL, PRIMARY KEY (dataset, position)) WITHOUT ROWID;
        CREATE UNIQUE INDEX zoo_images_name ON zoo_images (dataset, name);
        CREATE TABLE zoo_image_packs (
            dataset INTEGER NOT NULL PRIMARY KEY REFERENCES zoo_datasets (id) ON DELETE CASCADE,
            sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, size INTEGER NOT NULL, first_byte INTEGER NOT NULL);
        """

    // Tables that predictions made and may replace. `sql` is that of sqlite_schema: a table that somebody has made or altered
    // since has another. `rows`, of a later step, is how many were written; NULL for tables of earlier programs.
    private static let outputTables = """
        CREATE TABLE zoo_output_tables (
            name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, sql TEXT NOT NULL, maker TEXT NOT NULL, created TEXT NOT NULL)
            WITHOUT ROWID;
        """

    // A training under the name of a finished model has its checkpoint here until it is complete. Models of earlier programs
    // are what their runs say: a save wrote one time into both rows.
    private static let checkpoints = """
        ALTER TABLE zoo_models ADD COLUMN status TEXT NOT NULL DEFAULT 'finished';
        ALTER TABLE zoo_models ADD COLUMN epochs INTEGER;
        UPDATE zoo_models SET (status, epochs) = (
            SELECT status, (SELECT count(*) FROM zoo_epochs WHERE run = zoo_runs.id) FROM zoo_runs
            WHERE zoo_runs.finished = zoo_models.created AND zoo_runs.kind = zoo_models.kind
                AND zoo_runs.command IS zoo_models.command
            ORDER BY zoo_runs.id DESC LIMIT 1)
        WHERE EXISTS (
            SELECT 1 FROM zoo_runs
            WHERE zoo_runs.finished = zoo_models.created AND zoo_runs.kind = zoo_models.kind
                AND zoo_runs.command IS zoo_models.command);
        CREATE TABLE zoo_checkpoints (
            name TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, architecture TEXT NOT NULL, parent TEXT,
            sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, metrics TEXT NOT NULL, dataset TEXT,
            dataset_fingerprint TEXT, command TEXT, seed INTEGER, licence TEXT, created TEXT NOT NULL,
            status TEXT NOT NULL, epochs INTEGER);
        """

    // The entries of a field that are in a cluster, as the last map of it found them.
    private static let clusters = """
        CREATE TABLE zoo_clusters (
            model TEXT NOT NULL REFERENCES zoo_models (name) ON DELETE CASCADE ON UPDATE CASCADE,
            field TEXT NOT NULL, key TEXT NOT NULL, cluster INTEGER NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (model, field, key)) WITHOUT ROWID;
        """

    // Data sets and parents are named, not referenced: a model outlives the data that it was trained on.
    private static let catalogue = """
        CREATE TABLE zoo_models (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, architecture TEXT NOT NULL,
            parent TEXT, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, metrics TEXT NOT NULL, dataset TEXT,
            dataset_fingerprint TEXT, command TEXT, seed INTEGER, licence TEXT, created TEXT NOT NULL);
        CREATE TABLE zoo_embeddings (
            model TEXT NOT NULL REFERENCES zoo_models (name) ON DELETE CASCADE ON UPDATE CASCADE,
            field TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL, bias REAL, count INTEGER, mean REAL,
            vector BLOB NOT NULL, UNIQUE (model, field, key));
        CREATE TABLE zoo_runs (
            id INTEGER PRIMARY KEY, model TEXT, kind TEXT NOT NULL, dataset TEXT, command TEXT, seed INTEGER,
            configuration TEXT NOT NULL, started TEXT NOT NULL, finished TEXT, status TEXT NOT NULL,
            metrics TEXT NOT NULL);
        CREATE INDEX zoo_runs_model ON zoo_runs (model);
        CREATE TABLE zoo_epochs (
            run INTEGER NOT NULL REFERENCES zoo_runs (id) ON DELETE CASCADE, epoch INTEGER NOT NULL,
            train_loss REAL, validation_loss REAL, learning_rate REAL, seconds REAL, metrics TEXT NOT NULL,
            PRIMARY KEY (run, epoch)) WITHOUT ROWID;
        CREATE TABLE zoo_predictions (
            id INTEGER PRIMARY KEY, model TEXT NOT NULL REFERENCES zoo_models (name) ON DELETE CASCADE ON UPDATE CASCADE,
            dataset TEXT, input TEXT NOT NULL, target, prediction, score REAL, created TEXT NOT NULL);
        CREATE INDEX zoo_predictions_model ON zoo_predictions (model);
        """
}
