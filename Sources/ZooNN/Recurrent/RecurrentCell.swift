/// What a recurrent layer computes at each step, with PyTorch's order of the gates.
///
/// - Source: Elman 1990; Le, Jaitly & Hinton 2015 for the activation; Cho et al. 2014 with the reset gate after the
///   product, as cuDNN and PyTorch; Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000
public enum RecurrentCell: String, Sendable, Hashable, Codable, CaseIterable {
    /// `h' = tanh(W x + b + U h + c)`
    case rnn
    /// `h' = max(W x + b + U h + c, 0)`
    case rectifiedRNN = "rnn-relu"
    /// Gates r, z, n: `n = tanh(W_n x + b_n + r (U_n h + c_n)), h' = (1 - z) n + z h`
    case gru
    /// Gates i, f, g, o: `C' = f C + i g, h' = o tanh(C')`
    case lstm

    /// Blocks of rows in the weights: one a gate.
    public var gateCount: Int {
        switch self {
        case .rnn, .rectifiedRNN: 1
        case .gru: 3
        case .lstm: 4
        }
    }

    /// Whether the state has a cell beside the hidden vector.
    public var hasCellState: Bool { self == .lstm }
}
