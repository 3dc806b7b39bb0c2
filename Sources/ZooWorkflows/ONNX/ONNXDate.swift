import ZooTabular
import ZooWeights

/// The calendar of moments as ONNX calculates it, from seconds since 1970 in float64; NaN for a missing one.
///
/// - Source: as `CivilDate`
struct ONNXDate {
    private typealias Value = ONNXGraph.Value
    private let seconds: ONNXGraph.Value
    private let day: ONNXGraph.Value
    private var graph: ONNXGraph { seconds.graph }

    init(_ seconds: ONNXGraph.Value) {
        self.seconds = seconds
        day = (seconds / 86_400).floor
    }

    /// The parts, each as `DatePart` defines it.
    func values(of parts: [DatePart]) -> [ONNXGraph.Value] {
        let date = civil(day)
        // Comparisons make 0 of NaN: what is missing stays so by this.
        let missing = seconds - seconds
        return parts.map { part in
            let value =
                switch part {
                case .year: date.year
                case .month: date.month
                case .day: date.day
                case .weekday: weekday
                case .dayOfYear: dayOfYear(day, date.year)
                case .week:
                    ((dayOfYear(day - weekday + 3, civil(day - weekday + 3).year) - 1) / 7).floor + 1
                case .isMonthStart: isOne(date.day)
                case .isMonthEnd: isMonthEnd
                case .isQuarterStart: isOne(date.day) * isOne(remainder(date.month, 3))
                case .isQuarterEnd: isMonthEnd * isOne(remainder(date.month, 3) + 1)
                case .isYearStart: isOne(date.day) * isOne(date.month)
                case .isYearEnd: isMonthEnd * isOne(date.month - 11)
                case .hour: ((seconds - day * 86_400) / 3600).floor
                case .elapsed: seconds / 86_400
                }
            return value + missing
        }
    }

    private var weekday: ONNXGraph.Value { remainder(day + 3, 7) }

    private var isMonthEnd: ONNXGraph.Value { isOne(civil(day + 1).day) }

    private func remainder(_ value: Value, _ divisor: Double) -> ONNXGraph.Value {
        value - (value / divisor).floor * divisor
    }

    /// 1 where a value is 1, else 0.
    private func isOne(_ value: Value) -> ONNXGraph.Value {
        graph("Equal", [value, graph.scalar(1, .double)], .bool).cast(.double)
    }

    /// `yes` where a value is below a limit, else `no`.
    private func choice(_ value: Value, below limit: Double, _ yes: Double, _ no: Double) -> ONNXGraph.Value {
        let isBelow = graph("Less", [value, graph.scalar(limit, .double)], .bool)
        return graph("Where", [isBelow, graph.scalar(yes, .double), graph.scalar(no, .double)], .double)
    }

    private func civil(_ day: Value) -> (year: ONNXGraph.Value, month: ONNXGraph.Value, day: ONNXGraph.Value) {
        let shifted = day + 719_468
        let era = (shifted / 146_097).floor
        let dayOfEra = shifted - era * 146_097
        let leaps = (dayOfEra / 1460).floor - (dayOfEra / 36_524).floor + (dayOfEra / 146_096).floor
        let yearOfEra = ((dayOfEra - leaps) / 365).floor
        // Years begin in March here.
        let dayOfYear =
            dayOfEra - (yearOfEra * 365 + (yearOfEra / 4).floor - (yearOfEra / 100).floor)
        let shiftedMonth = ((dayOfYear * 5 + 2) / 153).floor
        let month = shiftedMonth + choice(shiftedMonth, below: 10, 3, -9)
        return (
            yearOfEra + era * 400 + choice(month, below: 3, 1, 0), month,
            dayOfYear - ((shiftedMonth * 153 + 2) / 5).floor + 1
        )
    }

    private func dayOfYear(_ day: Value, _ year: Value) -> ONNXGraph.Value {
        let before = year - 1
        let leaps = (before / 4).floor - (before / 100).floor + (before / 400).floor
        // January begins 306 days after March.
        return day - (before * 365 + leaps + (306 - 719_468)) + 1
    }
}

extension ONNXGraph.Value {
    /// The greatest whole numbers that are not above.
    fileprivate var floor: Self { graph("Floor", [self]) }
}
