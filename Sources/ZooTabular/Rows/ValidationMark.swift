/// What a column that marks validation rows says in a row.
enum ValidationMark {
    private static let validation: Set = ["1", "yes", "true", "valid", "validation", "test"]
    private static let training: Set = ["0", "no", "false", "train", "training", ""]
    /// The values that are known, for messages.
    static let known =
        "1, yes, true, valid and test mark validation rows, 0, no, false, train and no value training rows"

    /// Whether a text marks a validation row; nil for a text that says neither.
    static func isValidation(_ text: String) -> Bool? {
        let word = text.lowercased()
        return validation.contains(word) ? true : training.contains(word) ? false : nil
    }

    /// Whether a number marks a validation row, NaN being none; nil for a number that says neither.
    static func isValidation(_ number: Double) -> Bool? {
        number == 1 ? true : number == 0 || number.isNaN ? false : nil
    }

    /// The first value of a column that says neither, as text, and its row from 0; nil where all do.
    static func firstUnknown(_ values: ColumnValues) -> (text: String, row: Int)? {
        switch values {
        case .numbers(let numbers):
            return numbers.indices.first { isValidation(numbers[$0]) == nil }.map {
                (NumberLabel.text(numbers[$0]), $0)
            }
        case .texts(let codes, let dictionary):
            let isUnknown = dictionary.entries.map { isValidation($0) == nil }
            return codes.indices.first { codes[$0] >= 0 && isUnknown[Int(codes[$0])] }
                .map { (dictionary.entries[Int(codes[$0])], $0) }
        }
    }
}
