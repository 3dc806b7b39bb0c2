import ZooTensor

/// A tensor that training changes: a reference cell, shared by the layer that uses it and the optimiser that moves it.
///
/// An optimiser may defer the updates of rows that a step did not touch; they are applied when the rows are read, so that
/// a reader never sees an old row.
public final class Parameter {
    private var stored: Tensor
    /// Brings rows up to date before they are read; nil while no update is pending.
    package var deferredRows: (any DeferredRows)?

    /// Whether gradients are asked for; freezing a parameter group clears it.
    public var isTrainable = true {
        didSet { if isTrainable != oldValue { stored = isTrainable ? stored.trackingGradients() : stored.detached() } }
    }

    /// Whether it is the weight [in, out] of a linear layer, which model files hold as PyTorch does: [out, in].
    package let isLinearWeight: Bool

    /// Creates a cell.
    ///
    /// - Precondition: a real element type.
    public convenience init(_ value: Tensor) { self.init(value, isLinearWeight: false) }

    package init(_ value: Tensor, isLinearWeight: Bool) {
        stored = value.detached().trackingGradients()
        self.isLinearWeight = isLinearWeight
    }

    /// The tensor: the start of a gradient record while the parameter is trainable. Reading it costs no copy.
    ///
    /// - Precondition: a new value has the old one's shape.
    public var value: Tensor {
        get {
            deferredRows?.bringUpToDate()
            return stored
        }
        set {
            precondition(
                newValue.shape == stored.shape, "Parameter: new shape \(newValue.shape) is not \(stored.shape)")
            deferredRows?.forget()
            stored = isTrainable ? newValue.detached().trackingGradients() : newValue.detached()
        }
    }

    /// The sizes of the axes.
    public var shape: Shape { stored.shape }

    /// The rows that `indices` name, as `value.gathered(rows:)` but without bringing the other rows up to date.
    ///
    /// - Shapes: parameter [rows, width], indices int32 [...] -> [..., width]
    /// - Precondition: every index is in 0 ..< rows.
    public func gathered(rows indices: Tensor) -> Tensor {
        deferredRows?.bringUpToDate(rows: indices)
        return stored.gathered(rows: indices)
    }

    /// The tensor as it lies in memory, rows with pending updates included.
    package var storedValue: Tensor { stored }

    /// Changes the elements in place, without a new record; copies first where somebody else still holds them.
    package func mutate(_ body: (inout Tensor) -> Void) { body(&stored) }
}

/// What an optimiser leaves for later.
package protocol DeferredRows: AnyObject {
    /// Makes up for the missed steps of all rows.
    func bringUpToDate()
    /// Makes up for the missed steps of the rows that an int32 tensor names.
    func bringUpToDate(rows: Tensor)
    /// Drops the missed steps, because the values are replaced.
    func forget()
}
