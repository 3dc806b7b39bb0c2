import ZooTensor

extension Tensor {
    /// The elements as Float64, whichever real type they have.
    var realValues: [Double] { dtype == .float64 ? doubles : floats.map(Double.init) }
}
