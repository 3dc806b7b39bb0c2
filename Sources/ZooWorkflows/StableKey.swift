/// An optional part of a report: its key is always there, with `null` for nil, so that documents have stable keys.
@propertyWrapper
public struct StableKey<Value: Encodable & Sendable>: Encodable, Sendable {
    /// The part, or nil.
    public var wrappedValue: Value?

    /// Wraps a part.
    public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    /// Encodes the part, or null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}
