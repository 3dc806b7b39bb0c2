import Foundation

/// Finds a name that an object of JSON has twice, which decoders take one value of without a word.
enum RepeatedName {
    /// The first such name; nil where there is none.
    ///
    /// - Precondition: the bytes are JSON in UTF-8
    static func first(in json: [UInt8]) -> String? {
        var open: [Set<String>] = []  // the names of the objects around a place; those of a list stay empty
        var place = 0
        while place < json.count {
            switch json[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): open.append([])
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
            case UInt8(ascii: "\""):
                let start = place
                place += 1
                while place < json.count, json[place] != UInt8(ascii: "\"") {
                    place += json[place] == UInt8(ascii: "\\") ? 2 : 1
                }
                let next = json.dropFirst(place + 1).first { !" \t\r\n".utf8.contains($0) }
                // A text with a colon behind it is a name; escapes may write the same one in two ways.
                if next == UInt8(ascii: ":"), !open.isEmpty,
                    let name = try? JSONDecoder().decode(String.self, from: Data(json[start...place])),
                    !open[open.count - 1].insert(name).inserted
                {
                    return name
                }
            default: break
            }
            place += 1
        }
        return nil
    }
}
