import ZooKernels

/// The settings of one AdamW step of all parameters.
package struct TabularStep: Sendable {
    let decayed: AdamStep
    let plain: AdamStep

    /// Settings of step `number`, from 1.
    ///
    /// - Parameter decay: decoupled weight decay of tables and weights; norms and biases have none
    package init(
        number: Int, rate: Double, beta1: Double = 0.9, beta2: Double = 0.99, epsilon: Double = 1e-5,
        decay: Double = 0.01
    ) {
        decayed = AdamStep(
            number: number, rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay)
        plain = AdamStep(number: number, rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
}

extension FusedTabular {
    /// Moves all parameters along their gradients.
    func update(_ step: TabularStep) {
        func apply(_ settings: AdamStep, _ range: Range<Int>) {
            settings.apply(
                to: parameters.address + range.lowerBound, first: first.address + range.lowerBound,
                second: second.address + range.lowerBound, gradient: gradients.address + range.lowerBound,
                count: range.count)
        }
        // Halves only where they pay: a step over 100,000 numbers takes about 60 us.
        let parts = layout.decayedCount > 1 << 16 ? 4 : 1
        parallel(parts, threads: threads) { part in
            let cut = layout.decayedCount / 16
            apply(step.decayed, part * cut / parts * 16..<(part + 1) * cut / parts * 16)
        }
        apply(step.plain, layout.decayedCount..<layout.count)
        for table in largeTables {
            guard let table else { continue }
            table.drain { offset in
                step.decayed.apply(
                    to: table.values.address + offset, first: table.first.address + offset,
                    second: table.second.address + offset, gradient: table.gradients.address + offset,
                    count: table.width)
                (table.gradients.address + offset).update(repeating: 0, count: table.width)
            }
        }
    }

    /// Moves the averages towards the parameters.
    ///
    /// - Parameter share: of the way
    package func average(_ share: Float) {
        guard let averages else { return }
        let (to, from) = (averages.address, parameters.address)
        for index in 0..<layout.count { to[index] += share * (from[index] - to[index]) }
    }
}
