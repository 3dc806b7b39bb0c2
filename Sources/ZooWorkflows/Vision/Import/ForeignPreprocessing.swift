import Foundation
import ZooVision

/// How images are prepared for a network, as a file of timm (`config.json`) or transformers (`preprocessor_config.json`) says.
///
/// What is said is followed exactly, or refused by its name.
struct ForeignPreprocessing: Equatable {
    /// Pixels along the side of what the network reads.
    private(set) var size = 0
    /// Pixels of the shorter side before the middle is cut out.
    private(set) var shortSide = 0
    private(set) var filter = ResizeFilter.bilinear
    private(set) var normalization = PixelNormalization.imageNet
    private(set) var rules = PreprocessingRules.torchvision

    /// Reads a file.
    ///
    /// - Throws: `WorkflowError.invalid` naming what it lacks, or what cannot be followed
    init(contentsOf path: String) throws {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)), bytes.count < 1 << 24,
            let document = try? JSONDecoder().decode([String: JSONValue].self, from: bytes)
        else {
            throw WorkflowError.invalid(what: "--config \(path)", reason: "it is not a file of one JSON object")
        }
        do throws(Refusal) {
            if document["image_mean"] != nil {
                try readTransformers(Members(document))
            } else if case .object(let inner) = document["pretrained_cfg"] {
                try readTimm(Members(inner))
            } else if document["input_size"] != nil {
                try readTimm(Members(document))
            } else {
                throw Refusal(
                    "it has neither 'input_size' (timm's config.json) nor 'image_mean' (transformers' "
                        + "preprocessor_config.json): say it with --size, --resize, --interpolation and --pixels")
            }
            guard (32...4096).contains(size), (size...8 * size).contains(shortSide) else {
                throw Refusal("the middle \(size) of \(shortSide) pixels is nothing that can be cut out")
            }
        } catch {
            throw WorkflowError.invalid(what: "--config \(path)", reason: error.reason)
        }
    }

    /// - Source: timm 1.0, data/config.py and data/transforms_factory.py (`transforms_imagenet_eval`)
    private mutating func readTimm(_ members: Members) throws(Refusal) {
        let sides = try members.numbers("input_size", 3)
        guard sides[0] == 3, sides[1] == sides[2] else {
            throw Refusal("'input_size' is not a square of three colours")
        }
        let share = try members.number("crop_pct", otherwise: 0.875)
        guard share > 0.1, share <= 1 else { throw Refusal("'crop_pct' is \(share), not above 0.1 and at most 1") }
        try members.expect("crop_mode", .text("center"))
        guard let side = Int(exactly: sides[1]), (32...4096).contains(side) else {
            throw Refusal("'input_size' is not a whole number of pixels from 32 to 4096")
        }
        size = side
        shortSide = Int((Double(size) / share).rounded(.down))
        switch members.values["interpolation"] ?? .text("bilinear") {
        case .text("bilinear"): filter = .bilinear
        case .text("bicubic"): filter = .bicubic
        default: throw Refusal("its 'interpolation' is neither bilinear nor bicubic")
        }
        normalization = try members.normalization(mean: "mean", deviation: "std")
    }

    /// - Source: transformers 5, image_processing_utils.py, ConvNextImageProcessor
    private mutating func readTransformers(_ members: Members) throws(Refusal) {
        rules = .transformers
        for name in ["do_resize", "do_rescale", "do_normalize"] { try members.expect(name, .bool(true)) }
        try members.expect("rescale_offset", .bool(false))
        let factor = try members.number("rescale_factor", otherwise: 1 / 255)
        guard abs(factor * 255 - 1) < 1e-5 else { throw Refusal("its 'rescale_factor' is \(factor), not 1/255") }
        switch members.values["resample"] {
        case .integer(2): filter = .bilinear
        case .integer(3): filter = .bicubic
        default: throw Refusal("its 'resample' is neither 2 (bilinear) nor 3 (bicubic)")
        }
        let short = try members.side("size", "shortest_edge")
        if let share = members.values["crop_pct"], share != .null, short < 384 {
            let share = try members.number("crop_pct", otherwise: 1)
            guard share > 0.1, share <= 1 else { throw Refusal("'crop_pct' is \(share), not above 0.1 and at most 1") }
            (size, shortSide) = (short, Int(Double(short) / share))
        } else {
            guard members.values["do_center_crop"] == .bool(true) else {
                throw Refusal("it does not cut the middle out ('do_center_crop'), which would stretch images")
            }
            (size, shortSide) = (try members.side("crop_size", "height", "width"), short)
        }
        normalization = try members.normalization(mean: "image_mean", deviation: "image_std")
    }
}

/// Why a file cannot be followed.
private struct Refusal: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// The members of a JSON object, read strictly.
private struct Members {
    let values: [String: JSONValue]

    init(_ values: [String: JSONValue]) { self.values = values }

    func number(_ name: String, otherwise: Double) throws(Refusal) -> Double {
        guard let value = values[name], value != .null else { return otherwise }
        guard let number = value.finiteNumber else { throw Refusal("its '\(name)' is not a number") }
        return number
    }

    func numbers(_ name: String, _ count: Int) throws(Refusal) -> [Double] {
        guard case .array(let list) = values[name], list.count == count else {
            throw Refusal("its '\(name)' is not a list of \(count) numbers")
        }
        let numbers = list.compactMap(\.finiteNumber)
        guard numbers.count == count else { throw Refusal("its '\(name)' is not a list of \(count) numbers") }
        return numbers
    }

    /// Refuses another value than the one that can be followed; where there is none, that one is meant.
    func expect(_ name: String, _ value: JSONValue) throws(Refusal) {
        guard let found = values[name], found != .null, found != value else { return }
        throw Refusal("its '\(name)' is something else than can be followed here")
    }

    /// A number of pixels, plain or as members of these names, which must be equal.
    func side(_ name: String, _ names: String...) throws(Refusal) -> Int {
        switch values[name] {
        case .integer(let side) where (1...65_536).contains(side): return Int(side)
        case .object(let sides):
            let found = Set(names.map { sides[$0] ?? .null })
            guard found.count == 1, case .integer(let side) = found.first, (1...65_536).contains(side) else {
                fallthrough
            }
            return Int(side)
        default:
            throw Refusal(
                "its '\(name)' does not give \(names.joined(separator: " and ")), in pixels, as equal numbers")
        }
    }

    func normalization(mean: String, deviation: String) throws(Refusal) -> PixelNormalization {
        let (means, deviations) = (try numbers(mean, 3), try numbers(deviation, 3))
        guard deviations.allSatisfy({ $0 > 1e-6 && $0 < 1e6 }) else {
            throw Refusal("its '\(deviation)' is not above 0 and below a million")
        }
        guard means.allSatisfy({ abs($0) < 1e6 }) else { throw Refusal("its '\(mean)' is not below a million") }
        return PixelNormalization(mean: means.map { Float($0 * 255) }, deviation: deviations.map { Float($0 * 255) })
    }
}

extension JSONValue {
    fileprivate var finiteNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value) where value.isFinite: value
        default: nil
        }
    }
}
