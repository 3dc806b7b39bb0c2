import ZooLearn

extension FitReport {
    /// The epoch whose weights a training kept: the best, or the last; nil without any.
    var keptOrLast: Int? { keptEpoch ?? epochs.last?.epoch }

    /// What that epoch measured.
    var keptOrLastEpoch: EpochReport? { keptEpoch.map { epochs[$0 - 1] } ?? epochs.last }

    /// The epoch with the least validation loss, whichever was kept; nil without validation.
    var leastLossEpoch: Int? { Monitor(.validationLoss).bestIndex(in: epochs).map { epochs[$0].epoch } }
}
