extension Module {
    /// Runs `body` with all parameters frozen: nothing that it computes from them is recorded.
    public final func withoutGradients<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let trainable = parameters.filter(\.isTrainable)
        for parameter in trainable { parameter.isTrainable = false }
        defer { for parameter in trainable { parameter.isTrainable = true } }
        return try body()
    }
}
