/// What a server takes in, gives out and waits for.
package struct WebLimits: Sendable {
    /// Bytes of the request line with all headers.
    package var head = 16 << 10
    /// Bytes of a body.
    package var body = 1 << 20
    /// Bytes of an answer.
    package var answer = 256 << 20
    /// Query parameters of a request.
    package var parameters = 1_000
    /// Rows of one prediction.
    package var rows = 1_000
    /// Entries of a list.
    package var entries = 10_000
    /// Connections at a time; more are closed at once.
    package var connections = 256
    /// Requests that wait for their turn; more are told to come back.
    package var waiting = 64
    /// Seconds for a request to arrive once it has begun, and for an answer to be taken.
    package var transfer = 10.0
    /// Seconds without a request after which a connection is closed.
    package var idle = 60.0
    /// Seconds that a request waits for its turn, and that the rows of a query may take.
    package var answerTime = 30.0

    /// The usual ones.
    package init() {}
}
