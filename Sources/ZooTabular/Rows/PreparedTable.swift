import ZooRecords

/// A table made ready for training: how its columns become inputs, and the encoded rows of both parts.
package struct PreparedTable {
    /// How columns become inputs, as learned from the training rows.
    package let features: FittedFeatures
    /// What was decided on the way.
    package let notes: FitNotes
    /// The rows to learn from.
    package let training: EncodedRows
    /// The rows held out for validation.
    package let validation: EncodedRows

    /// Goes through the rows twice (three times for a split by time or for columns over time): once to learn how columns
    /// become inputs, from the training part alone, and once to encode.
    ///
    /// - Throws: what reading throws, and `TabularError`
    package init(
        _ source: any RowSource, _ settings: FeatureSettings, split: DataSplit = .all, seed: UInt64 = 0,
        memoryLimit: Int = 48 << 20
    ) throws {
        let order = try RowOrder(settings.ordered, split: split, columns: source.columns)
        var settings = settings
        settings.ordered = order.settings
        let ordered =
            settings.ordered.isEmpty ? nil : try FittedOrdered(settings.ordered, fitting: source)
        let dates = source.columns.filter {
            $0.kind == .date && $0.name != settings.target && !settings.ignore.contains($0.name)
        }.map(\.name)
        var derived = source
        if let ordered { derived = try OrderedSource(source, ordered) }
        let withDates = DatePartsSource(derived, of: dates)
        let resolved = try ResolvedSplit(split, of: withDates, seed: seed)
        var fitter = try FeatureFitter(
            withDates.columns, settings, unused: resolved.unusedColumn.map { [$0] } ?? [],
            own: source.columns.map(\.name))
        var (first, heldOut) = (0, 0)
        try withDates.forEachBlock { block in
            let validation = resolved.validation(block, first: first)
            fitter.add(block, validation: validation)
            first += block.rowCount
            heldOut += validation.count { $0 }
        }
        if case .last = split, first > 0, heldOut == first {
            throw TabularError.invalid(
                "--valid-last: the \(split.name) hold all \(first.counting("row")), and none is left to train on: hold out less"
            )
        }
        var (features, notes) = try fitter.finish(source: source.columns, dates: dates, ordered: ordered)
        notes.remarks += order.remarks
        notes.warnings += order.warnings
        if ordered?.tails.isEmpty == true {
            notes.remarks.append(
                "too many series for their ends to be kept: in new rows the first lags, means and days since are missing"
            )
        }
        // Folds choose rows by their places in memory.
        let memoryLimit = split.folds == nil ? memoryLimit : .max
        let training = EncodedRows(features.record, memoryLimit: memoryLimit)
        let validation = EncodedRows(features.record, memoryLimit: memoryLimit / 4)
        var encoder = try RowEncoder(features, columns: withDates.columns)
        var sampler = RowSampler(features, columns: withDates.columns, limit: settings.sampleRows, seed: seed)
        first = 0
        try withDates.forEachBlock { block in
            let isKept = resolved.validation(block, first: first)
            first += block.rowCount
            try encoder.encode(block) { row, record, hasTarget in
                guard hasTarget else { return }
                if !isKept[row] { sampler.add(block, row: row) }
                try (isKept[row] ? validation : training).append(record)
            }
        }
        if validation.count < notes.validationRows {
            notes.remarks.append(
                "\(notes.validationRows - validation.count) validation rows have a class that no training row has: "
                    + "they are in no metric")
        }
        features.sample = sampler.sample
        self.features = features
        self.notes = notes
        self.training = training
        self.validation = validation
    }
}

extension EncodedRows {
    /// The rows of a table whose target is known, encoded as a model's features say.
    ///
    /// - Parameter part: a split with the seed of its training, and whether its validation rows are wanted or the others;
    ///   nil for all rows
    /// - Returns: the rows, and how many of those wanted had no target or a class that training did not have
    /// - Throws: what reading throws, `TabularError.missingColumns`, `.unknownColumn`
    package static func encoding(
        _ source: any RowSource, features: FittedFeatures,
        part: (split: DataSplit, seed: UInt64, isValidation: Bool)? = nil, memoryLimit: Int = 48 << 20
    ) throws -> (rows: EncodedRows, withoutTarget: Int) {
        let derived = try features.derived(source)
        let resolved = try part.map { try ResolvedSplit($0.split, of: derived, seed: $0.seed) }
        var encoder = try RowEncoder(features, columns: derived.columns)
        guard encoder.hasTarget else {
            throw TabularError.missingColumns([features.target.column], present: source.columns.map(\.name))
        }
        let rows = EncodedRows(features.record, memoryLimit: part?.split.folds == nil ? memoryLimit : .max)
        var without = 0
        var first = 0
        try derived.forEachBlock { block in
            let isValidation = resolved?.validation(block, first: first)
            first += block.rowCount
            try encoder.encode(block) { row, record, hasTarget in
                if let isValidation, isValidation[row] != part?.isValidation { return }
                if hasTarget { try rows.append(record) } else { without += 1 }
            }
        }
        return (rows, without)
    }
}
