import ZooData
import ZooRecords

/// Which rows of a data set a stored model is measured on: by default the validation part of its own training.
struct EvaluatedPart {
    /// Whether the model's training kept a validation part.
    enum Validation {
        case kept, none
        /// The model does not store how its training cut the data.
        case unknown
    }

    let split: DataSplit
    /// Whether the data is what the model was trained on, by its fingerprint.
    let isTrainingData: Bool
    /// How many of other data are equal to such that the model was trained on; nil where that cannot be known.
    var known: Int?
    private let data: String

    /// Chooses the part.
    ///
    /// - Parameter wanted: nil for the validation part, or all where there is none
    /// - Parameter kind: of the data, in the plural: `texts`
    /// - Throws: `WorkflowError.invalid` for a part that is not known of this data
    init(
        _ wanted: DataSplit?, of data: String, kind: String, isTrainingData: Bool, validation: Validation
    ) throws {
        (self.data, self.isTrainingData) = (data, isTrainingData)
        split = wanted ?? (isTrainingData && validation == .kept ? .part(.valid) : .all)
        guard split != .all else { return }
        let name = split.name
        func refusal(_ reason: String) -> WorkflowError { .invalid(what: "--split \(name)", reason: reason) }
        guard isTrainingData else {
            throw refusal(
                "\(data.quotedData) is not the data that the model was trained on: it has no parts, give --split all")
        }
        switch validation {
        case .kept: break
        case .none where split == .part(.valid): throw refusal("the model was trained on all \(kind) (--valid 0)")
        case .none: break
        case .unknown: throw refusal("the model does not store how its training cut the \(kind): give --split all")
        }
    }

    /// Where the model was measured: `the 20672 validation tokens of this training ('tales')`.
    ///
    /// - Parameter noun: what is counted, in the singular
    func text(_ count: Int, _ noun: String) -> String {
        let part = String(count.counting(noun).drop { $0 != " " }.dropFirst())
        switch split {
        case .part(.valid): return "the \(count) validation \(part) of this training (\(data.quotedData))"
        case .part: return "the \(count) training \(part) of this training (\(data.quotedData))"
        case .all where isTrainingData:
            return "all \(count) \(part) of \(data.quotedData), which the model was trained on"
        default:
            let what =
                (known ?? 0) == 0 ? "other data than the model was trained on" : "some of which it was trained on"
            return "all \(count) \(part) of \(data.quotedData), \(what)"
        }
    }

    /// Said where other data holds some of what the model was trained on; nil where it does not.
    static func warning(_ kind: String, known: Int?) -> String? {
        guard let known, known > 0 else { return nil }
        let verb = known == 1 ? "was" : "were"
        return "\(known) of these \(kind) \(verb) used to train the model: figures may be too optimistic"
    }

    /// What to know before the result is believed; nil where nothing is wrong with it.
    ///
    /// - Parameter kind: as in `init`
    func warning(_ kind: String) -> String? {
        guard isTrainingData, split == .all else { return Self.warning(kind, known: known) }
        return "the model was trained on these \(kind): expect worse results on new ones"
    }
}
