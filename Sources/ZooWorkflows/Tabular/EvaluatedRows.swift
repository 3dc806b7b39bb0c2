import ZooData
import ZooRecords
import ZooTabular

/// The rows that a stored model is measured on, and what they are to its training.
struct EvaluatedRows {
    /// The rows with a known target.
    let encoded: EncodedRows
    /// The rows as they are stored.
    let source: StoredRows
    /// Name of the data set, or `SELECT`.
    let data: String
    /// The part that was used.
    let split: DataSplit
    /// Rows of that part whose target is missing, or a class that training did not have.
    let withoutTarget: Int
    /// Which rows, as people read it: `the 1759 validation rows of this training`.
    let description: String
    /// Why the figures say less than they seem to.
    let warning: String?
    /// The folds that the networks were trained in, where these are the rows of a cross-validation.
    let folds: RowFolds?

    /// The rows with the networks that are measured on them: in a cross-validation those that did not train on them.
    func heldOut(by model: TabularModel) -> [HeldOut] {
        folds.map { model.heldOut($0) } ?? [HeldOut(model, RowSelection(encoded))]
    }
}

extension Workspace {
    /// The rows that a model is measured on: the validation rows of its training, or all rows of other data.
    ///
    /// - Parameters:
    ///   - data: nil for the data that the model was trained on
    ///   - split: nil for the validation rows where the data is that of the training and has some, else all
    /// - Throws: as `model(named:as:)`; `DataError`; `TabularError.missingColumns`; `WorkflowError.invalid` for a part that
    ///   the data does not have, and without a row that has a known target
    func evaluatedRows(
        _ data: TabularData?, split: DataSplit?, of stored: StoredTabular, _ entry: CatalogueModel
    ) throws -> EvaluatedRows {
        let (rows, name) = try tabularRows(data, of: stored, entry)
        let training = TrainingRows(stored, entry, rows)
        let (split, cut) = try training.part(split, data: name)
        // In a cross-validation every row trains, and validates.
        let part = cut.map {
            (split: $0, seed: stored.training.seed, isValidation: split == .part(.valid) && $0.folds == nil)
        }
        let (encoded, without) = try EncodedRows.encoding(rows, features: stored.model.features, part: part)
        guard encoded.count > 0 else {
            let place = split == .all ? "'\(name)'" : "the part \(split.name) of '\(name)'"
            throw WorkflowError.invalid(
                what: place,
                reason: "no row has a known '\(stored.model.features.target.column)' to compare with")
        }
        let known =
            split == .all && !training.isSame
            ? try trainingRows(of: stored, entry).map { try encoded.count(equalTo: $0) } : nil
        return EvaluatedRows(
            encoded: encoded, source: rows, data: name, split: split, withoutTarget: without,
            description: training.description(of: split, count: encoded.count, known: known, data: name),
            warning: training.warning(split, count: encoded.count, known: known, model: entry.name),
            folds: split != .part(.valid)
                ? nil
                : cut?.folds.map {
                    RowFolds(
                        encoded, count: $0, target: stored.model.features.target, seed: stored.training.seed)
                })
    }
}

extension Workspace {
    /// The rows that a model was trained on; nil where they are not there any more or have changed, or where it is not known
    /// which these are.
    private func trainingRows(of stored: StoredTabular, _ entry: CatalogueModel) throws -> EncodedRows? {
        let data: TabularData? = entry.dataset.map { .dataset($0) } ?? stored.sql.map { .sql($0) }
        guard let split = stored.split, let data,
            let rows = try? tabularRows(data, like: stored.model.features),
            rows.source.fingerprint == entry.datasetFingerprint
        else { return nil }
        let isPart = split != .all && split.folds == nil
        return try EncodedRows.encoding(
            rows, features: stored.model.features,
            part: isPart ? (split: split, seed: stored.training.seed, isValidation: false) : nil
        ).rows
    }
}

/// What the rows of some data are to a model's training.
private struct TrainingRows {
    /// Whether they are those of the training.
    let isSame: Bool
    /// Whether they go by the name of the training's data, but have changed since.
    let hasChanged: Bool
    /// How the training divided its rows; nil where that was not kept.
    let split: DataSplit?

    init(_ stored: StoredTabular, _ entry: CatalogueModel, _ rows: StoredRows) {
        isSame = entry.datasetFingerprint == rows.source.fingerprint
        hasChanged = !isSame && rows.source.dataset.map { $0.name == entry.dataset } ?? (rows.source.sql == stored.sql)
        split = stored.split
    }

    /// The part to use, and how the rows are divided; nil for all.
    func part(_ wanted: DataSplit?, data: String) throws -> (DataSplit, DataSplit?) {
        func refused(_ reason: String) -> WorkflowError {
            .invalid(what: "--split \(wanted?.name ?? "")", reason: reason)
        }
        guard wanted != .all else { return (.all, nil) }
        guard isSame else {
            guard wanted == nil else {
                throw refused(
                    "the rows of \(data.quotedData) are not exactly those of the training (another fingerprint): use --split all"
                )
            }
            return (.all, nil)
        }
        guard let split else {
            guard wanted == nil else {
                throw refused("the model does not say which rows it was trained on: use --split all")
            }
            return (.all, nil)
        }
        guard split != .all else {
            guard wanted != .part(.valid) else {
                throw refused("the training kept no validation rows: use --split all")
            }
            return (wanted ?? .all, nil)
        }
        return (wanted ?? .part(.valid), split)
    }

    /// - Parameter known: how many of other rows are equal to such that were trained on; nil where that cannot be known
    func description(of part: DataSplit, count: Int, known: Int?, data: String) -> String {
        switch part {
        case .part(.valid):
            return
                "the \(count.counting("validation row")) of this training (\(split?.name ?? "") of \(data.quotedData))"
        case .part: return "the \(count.counting("row")) of \(data.quotedData) that it was trained on"
        default:
            let all = "all \(count.counting("row")) of \(data.quotedData)"
            if isSame {
                return all
                    + (split == .all || split?.folds != nil
                        ? ", which it was trained on" : ", those that it was trained on among them")
            }
            if hasChanged { return all + ", which has changed since this training" }
            switch known {
            case 0?: return all + ", which is not the data of this training"
            case let known?: return all + ", \(known) of them equal to rows that it was trained on"
            case nil: return all + "; whether it was trained on them is not known"
            }
        }
    }

    func warning(_ part: DataSplit, count: Int, known: Int?, model: String) -> String? {
        guard part == .all else { return nil }
        if hasChanged {
            return
                "the data has changed since '\(model)' was trained: rows that it was trained on may be among these, and make the figures too optimistic"
        }
        guard isSame else {
            guard let known else {
                return
                    "the data that '\(model)' was trained on is not there as it was: whether these rows were among it cannot be known, and figures may be too optimistic"
            }
            guard known > 0 else { return nil }
            return
                "\(known) of these \(count.counting("row")) have the inputs and the target of rows that '\(model)' was trained on: figures may be too optimistic"
        }
        switch split {
        case .folds?:
            return
                "'\(model)' was trained on these rows: figures look too good; --split valid gives those of its cross-validation"
        case .all?:
            return
                "'\(model)' was trained on these rows (it kept no validation rows): figures are too optimistic; give --data with other rows"
        case nil:
            return
                "which of these rows '\(model)' was trained on is not known: figures may be too optimistic; train it again to have that kept"
        default: return nil
        }
    }
}
