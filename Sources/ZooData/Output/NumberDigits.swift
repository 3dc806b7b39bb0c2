import Foundation

extension Double {
    /// The shortest text that reads back as this number; of a number that was a Float32, that number's own digits.
    ///
    /// A Float32 as a double has digits that mean nothing: 0.1 becomes 0.10000000149011612. Numbers that are short as they
    /// are, such as 3.14453125, stay.
    package var exactText: String {
        let own = self == 0 ? "0.0" : "\(self)"  // nobody writes minus zero
        return Self.digits(own) >= 14 && Double(Float(self)) == self ? "\(Float(self))" : own
    }

    /// The number as people write it: as `exactText`, without what rounding in calculations left in the last digits, so
    /// that 0.1 + 0.2 is 0.3.
    package var plainText: String {
        let exact = exactText
        guard Self.digits(exact) >= 16 else { return exact }
        let rounded = Double(String(format: "%.15g", self)).map { "\($0)" } ?? exact
        // Twelve digits or fewer of fifteen: what follows was noise, not a measurement.
        return Self.digits(rounded) <= 12 ? rounded : exact
    }

    /// How many significant digits a number's text has.
    private static func digits(_ text: String) -> Int {
        var count = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "e") { break }
            if byte >= 48, byte <= 57, count > 0 || byte != 48 { count += 1 }
        }
        return count
    }
}
