/// Why a model cannot be written as ONNX.
struct ONNXRefusal: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
