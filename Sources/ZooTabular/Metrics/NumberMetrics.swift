/// Errors of predicted numbers, added up row by row.
package struct NumberMetrics: Sendable {
    private var count = 0
    private var squares = 0.0
    private var absolutes = 0.0
    private var relativeSquares = 0.0
    private var relativeCount = 0
    private var logSquares = 0.0
    private var logCount = 0
    private var mean = 0.0
    private var spread = 0.0

    /// No rows yet.
    package init() {}

    /// Adds a row.
    package mutating func add(prediction: Double, actual: Double) {
        count += 1
        let error = prediction - actual
        squares += error * error
        absolutes += abs(error)
        if actual != 0 {
            relativeSquares += (error / actual) * (error / actual)
            relativeCount += 1
        }
        if actual > -1 {
            let logError = Self.logError(prediction: prediction, actual: actual)
            logSquares += logError * logError
            logCount += 1
        }
        let delta = actual - mean
        mean += delta / Double(count)
        spread += delta * (actual - mean)
    }

    /// The error of log(1 + x); a prediction below 0 counts as 0, as submissions are cut off there.
    ///
    /// - Parameter actual: above -1
    static func logError(prediction: Double, actual: Double) -> Double {
        logOnePlus(max(prediction, 0)) - logOnePlus(actual)
    }

    /// The figures, in this order: rmse, mae, rmspe (rows whose target is 0 left out), rmsle (left out where a target is
    /// below 0), r2.
    package var values: [(name: String, value: Double)] {
        guard count > 0 else { return [] }
        func root(_ sum: Double, _ count: Int) -> Double? {
            count > 0 ? (sum / Double(count)).squareRoot() : nil
        }
        let all: [(String, Double?)] = [
            ("rmse", root(squares, count)), ("mae", absolutes / Double(count)),
            ("rmspe", root(relativeSquares, relativeCount)),
            ("rmsle", logCount == count ? root(logSquares, logCount) : nil),
            ("r2", spread > 0 ? 1 - squares / spread : nil),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }
}
