/// What the values of a column say of how its numbers are written.
struct NumberEvidence {
    /// Of the texts that are numbers in some format other than the plain one: how many have these marks.
    private(set) var forms: [NumberFormat: Int] = [:]
    /// Numbers like `1.234`, which are plain ones, too.
    private(set) var openPoints = 0
    /// Numbers like `1,234`.
    private(set) var openCommas = 0
    /// Other plain numbers with a point.
    private(set) var points = 0
    /// Plain whole numbers of more than three digits.
    private(set) var longIntegers = 0
    /// Plain whole numbers of up to three digits.
    private(set) var shortIntegers = 0
    /// The first text that is a number in some other format.
    private(set) var example = ""
    /// The first number like `1.234`.
    private(set) var openExample = ""
    /// The first text with a decimal comma, or `1,234`.
    private(set) var commaExample = ""
    /// The first text with each mark between thousands.
    private(set) var groupExamples: [ThousandsMark: String] = [:]
    /// How many texts are numbers in some other format.
    var marked: Int { forms.values.reduce(openCommas, +) }
    /// Whether any number has a mark.
    var hasMarks: Bool { points + openPoints + openCommas > 0 || !forms.isEmpty }
    private var fewestDigits = Int.max
    private var mostDigits = 0
    private var leastMarks = Int.max

    /// Takes in a text that is no plain number.
    ///
    /// - Returns: whether it is a number in some other format
    @discardableResult
    mutating func see(text bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let form = NumberForm(bytes) else { return false }
        func text() -> String { String(decoding: bytes, as: UTF8.self) }
        if example.isEmpty { example = text() }
        if form.decimal == .comma, commaExample.isEmpty { commaExample = text() }
        let group: ThousandsMark = form.isOpen ? form.decimal == .comma ? .comma : .point : form.thousands
        if group != .none, groupExamples[group] == nil { groupExamples[group] = text() }
        fewestDigits = min(fewestDigits, form.digits)
        mostDigits = max(mostDigits, form.digits)
        leastMarks = min(leastMarks, form.groupMarks)
        if form.isOpen, form.decimal == .comma {
            openCommas += 1
        } else {
            forms[NumberFormat(decimal: form.decimal, thousands: form.thousands), default: 0] += 1
        }
        return true
    }

    /// Takes in a plain number with a point or an exponent.
    @inline(__always)
    mutating func see(real bytes: UnsafeBufferPointer<UInt8>) {
        let count = bytes.count
        if count >= 5, count <= 8, bytes[count - 4] == UInt8(ascii: "."), NumberForm(bytes)?.isOpen == true {
            if openPoints == 0 { openExample = String(decoding: bytes, as: UTF8.self) }
            openPoints += 1
        } else if bytes.contains(UInt8(ascii: ".")) {
            points += 1
        }
    }

    /// Takes in a plain whole number.
    @inline(__always)
    mutating func see(integer value: Int64) {
        if value.magnitude > 999 { longIntegers += 1 } else { shortIntegers += 1 }
    }

    /// How many of the texts are numbers in this format; nil if numbers of the column are none in it, or others.
    func texts(in format: NumberFormat) -> Int? {
        if format.decimal == .comma, points > 0 || openPoints > 0 && format.thousands != .point { return nil }
        var count = format.decimal == .comma || format.thousands == .comma ? openCommas : 0
        for (form, number) in forms
        where (form.decimal == .auto || form.decimal == format.decimal)
            && (form.thousands == .none || form.thousands == format.thousands)
        {
            count += number
        }
        return count
    }

    /// Whether marks between thousands are likely: they stand in all long numbers, and the numbers are no keys such as
    /// `123 456 789`, of one length.
    func suggestsThousands(_ mark: ThousandsMark) -> Bool {
        let isSure = forms.contains { $0.key.thousands == mark }
        if !isSure { return longIntegers == 0 }
        let hasTenths = points > 0 || forms.contains { $0.key.decimal != .auto }
        // Numbers below 1,000 have no mark, and 1.234 is read as a plain number first.
        let hasOthers = longIntegers + shortIntegers > 0 || mark == .point && openPoints > 0
        return hasTenths || hasOthers || leastMarks < 2 || fewestDigits != mostDigits
    }
}
