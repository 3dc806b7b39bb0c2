/// The mark before the tenths of a number.
public enum DecimalMark: String, Sendable, Hashable, Codable, CaseIterable {
    /// Found out from the whole file.
    case auto
    /// `12.5`
    case point
    /// `12,5`
    case comma
}

/// The mark between the thousands of a number.
public enum ThousandsMark: String, Sendable, Hashable, Codable, CaseIterable {
    /// Found out from the whole file.
    case auto
    /// `1234`
    case none
    /// `1,234`
    case comma
    /// `1.234`
    case point
    /// `1 234`, also with blanks at which no line is broken, and thin ones.
    case blank
    /// `1'234`
    case apostrophe
}

/// How the numbers of a column are written.
package struct NumberFormat: Sendable, Hashable, Codable {
    /// The mark before the tenths; never `auto`.
    package let decimal: DecimalMark
    /// The mark between thousands, where a number has any; never `auto`.
    package let thousands: ThousandsMark

    /// `1234.5`
    static let plain = NumberFormat(decimal: .point, thousands: .none)

    /// The byte before the tenths.
    @inline(__always)
    var point: UInt8 { decimal == .comma ? UInt8(ascii: ",") : UInt8(ascii: ".") }
    @inline(__always)
    var isGrouped: Bool { thousands != .none }

    init(decimal: DecimalMark, thousands: ThousandsMark) { (self.decimal, self.thousands) = (decimal, thousands) }

    /// A number in this format: `1.234,5`.
    package var example: String {
        let mark =
            switch thousands {
            case .none, .auto: ""
            case .comma: ","
            case .point: "."
            case .blank: " "
            case .apostrophe: "'"
            }
        return "1" + mark + "234" + (decimal == .comma ? ",5" : ".5")
    }

    /// The format of which this is the example.
    package init(example: String) {
        self = Array(example.utf8).withUnsafeBufferPointer { NumberFormat(of: $0) }
    }

    /// The format in which a single text of a column is a number: the column's own, plain where that is nil, if it is one in it, with
    /// marks between thousands beside the same decimal mark, else as the text says.
    init(of bytes: UnsafeBufferPointer<UInt8>, usual: NumberFormat?) {
        let usual = usual ?? .plain
        let grouped = NumberFormat(decimal: usual.decimal, thousands: usual.decimal == .comma ? .point : .comma)
        let known = [usual, grouped].first { format in
            switch NumberReading(bytes, format: format) {
            case .integer, .real: true
            case .none, .infinite, .code: false
            }
        }
        self = known ?? NumberFormat(of: bytes)
    }

    /// The format in which a single text is a number; plain for what is none in any.
    init(of bytes: UnsafeBufferPointer<UInt8>) {
        guard NumberReading(bytes) == .none, let form = NumberForm(bytes) else {
            self = .plain
            return
        }
        self.init(decimal: form.decimal == .comma ? .comma : .point, thousands: form.thousands)
    }
}

/// The marks in a text that is a number in one format or several.
struct NumberForm {
    /// `none` is `auto`: there are no tenths.
    private(set) var decimal = DecimalMark.auto
    private(set) var thousands = ThousandsMark.none
    /// Whether its one mark, which `decimal` is, could as well stand between thousands: `1,234`.
    private(set) var isOpen = false
    /// How many marks stand between thousands.
    private(set) var groupMarks = 0
    private(set) var digits = 0

    /// Reads a whole field.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count > 0, bytes.count <= 64 else { return nil }
        var position = bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") ? 1 : 0
        let leads = position < bytes.count && bytes[position] != 48
        var (marks, lead, run) = (0, 0, 0)
        var isRegular = true  // every group but the first has three digits
        var first = ThousandsMark.none
        var last = ThousandsMark.none
        var hasExponent = false
        scan: while position < bytes.count {
            if bytes[position] &- 48 < 10 {
                run += 1
                digits += 1
                position += 1
                continue
            }
            guard let (mark, length) = Self.mark(bytes, at: position) else {
                guard Self.isExponent(bytes, from: position) else { return nil }
                hasExponent = true
                break scan
            }
            if marks == 0 {
                (lead, first) = (run, mark)
            } else {
                guard last == first else { return nil }  // something behind the tenths
                if run != 3 { isRegular = false }
            }
            marks += 1
            (last, run) = (mark, 0)
            position += length
        }
        guard digits > 0 else { return nil }
        if marks == 0 { return }
        let groups = leads && (1...3).contains(lead) && isRegular
        if marks == 1, let mark = Self.decimal(first) {
            decimal = mark
            isOpen = groups && run == 3 && !hasExponent
            return
        }
        guard groups, !hasExponent else { return nil }
        thousands = first
        if last == first {
            guard run == 3 else { return nil }
            groupMarks = marks
        } else {
            guard let mark = Self.decimal(last) else { return nil }
            (decimal, groupMarks) = (mark, marks - 1)
        }
    }

    private static func decimal(_ mark: ThousandsMark) -> DecimalMark? {
        switch mark {
        case .point: .point
        case .comma: .comma
        case .auto, .none, .blank, .apostrophe: nil
        }
    }

    /// The mark at a place, and how many bytes it takes.
    static func mark(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> (mark: ThousandsMark, length: Int)? {
        switch bytes[place] {
        case UInt8(ascii: "."): return (.point, 1)
        case UInt8(ascii: ","): return (.comma, 1)
        case UInt8(ascii: "'"): return (.apostrophe, 1)
        case 32: return (.blank, 1)
        case 0xC2 where place + 1 < bytes.count && bytes[place + 1] == 0xA0: return (.blank, 2)  // U+00A0
        case 0xE2 where place + 2 < bytes.count && bytes[place + 1] == 0x80:
            switch bytes[place + 2] {
            case 0x89, 0xAF: return (.blank, 3)  // U+2009, U+202F
            case 0x99: return (.apostrophe, 3)  // U+2019
            default: return nil
            }
        default: return nil
        }
    }

    private static func isExponent(_ bytes: UnsafeBufferPointer<UInt8>, from place: Int) -> Bool {
        guard bytes[place] | 32 == UInt8(ascii: "e") else { return false }
        var rest = bytes[(place + 1)...]
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.count <= 4 && rest.allSatisfy { $0 &- 48 < 10 }
    }
}

extension NumberReading {
    /// Reads a whole field of a column in this format.
    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>, format: NumberFormat) {
        if format.isGrouped {
            self = NumberReading.grouped(bytes, format)
        } else {
            self.init(bytes, point: format.point)
        }
    }

    private static func grouped(_ bytes: UnsafeBufferPointer<UInt8>, _ format: NumberFormat) -> NumberReading {
        guard let form = NumberForm(bytes) else { return NumberReading(bytes, point: format.point) }
        let isGroup = form.isOpen && form.decimal != format.decimal
        guard isGroup || form.thousands == format.thousands else { return NumberReading(bytes, point: format.point) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count) { plain in
            var (position, count) = (0, 0)
            while position < bytes.count {
                if let (mark, length) = NumberForm.mark(bytes, at: position), mark == format.thousands {
                    position += length
                    continue
                }
                plain[count] = bytes[position]
                count += 1
                position += 1
            }
            return NumberReading(UnsafeBufferPointer(rebasing: plain[..<count]), point: format.point)
        }
    }
}
