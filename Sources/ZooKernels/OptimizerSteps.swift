import CZooSIMD
import Foundation

/// The settings of one step of Adam or AdamW.
package struct AdamStep: Sendable {
    private let c: zoo_adam

    /// Settings of step `number`, from 1.
    ///
    /// - Parameter penalty: times the weight, added to the gradient (L2, as in plain Adam)
    /// - Parameter decay: the decoupled weight decay of AdamW
    /// - Source: Kingma & Ba 2015, Algorithm 1; Loshchilov & Hutter 2019, Algorithm 2, in PyTorch's form
    package init(
        number: Int, rate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        penalty: Double = 0, decay: Double = 0
    ) {
        let correction1 = 1 - pow(beta1, Double(number))
        let correction2 = 1 - pow(beta2, Double(number))
        c = zoo_adam(
            beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon), step: Float(rate / correction1),
            root: Float(1 / correction2.squareRoot()), penalty: Float(penalty), shrink: Float(1 - rate * decay))
    }

    /// Moves `count` weights and their moments; no buffers overlap.
    @inline(__always) package func apply(
        to weights: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>,
        second: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, count: Int
    ) { zoo_adam_step(weights, first, second, gradient, count, c) }
}

/// The settings of one step of gradient descent, with or without momentum.
package struct SGDStep: Sendable {
    private let c: zoo_sgd

    /// Settings of a step.
    ///
    /// - Parameter penalty: times the weight, added to the gradient (L2)
    package init(rate: Double, momentum: Double = 0, nesterov: Bool = false, penalty: Double = 0) {
        c = zoo_sgd(
            rate: Float(rate), momentum: Float(momentum), penalty: Float(penalty), nesterov: nesterov ? 1 : 0)
    }

    /// Moves `count` weights; `velocity` is nil without momentum. No buffers overlap.
    @inline(__always) package func apply(
        to weights: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>?,
        gradient: UnsafePointer<Float>, count: Int
    ) { zoo_sgd_step(weights, velocity, gradient, count, c) }
}

/// The settings of one step of RMSprop.
package struct RMSpropStep: Sendable {
    private let c: zoo_rmsprop

    /// Settings of a step.
    ///
    /// - Parameter smoothing: how much of the mean square stays
    /// - Parameter penalty: times the weight, added to the gradient (L2)
    /// - Source: Tieleman & Hinton 2012, lecture 6.5, in PyTorch's form
    package init(
        rate: Double, smoothing: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0, penalty: Double = 0
    ) {
        c = zoo_rmsprop(
            rate: Float(rate), alpha: Float(smoothing), epsilon: Float(epsilon), momentum: Float(momentum),
            penalty: Float(penalty))
    }

    /// Moves `count` weights; `velocity` is nil without momentum. No buffers overlap.
    @inline(__always) package func apply(
        to weights: UnsafeMutablePointer<Float>, meanSquare: UnsafeMutablePointer<Float>,
        velocity: UnsafeMutablePointer<Float>?, gradient: UnsafePointer<Float>, count: Int
    ) { zoo_rmsprop_step(weights, meanSquare, velocity, gradient, count, c) }
}
