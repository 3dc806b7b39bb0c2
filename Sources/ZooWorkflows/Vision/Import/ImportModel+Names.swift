import Foundation
import ZooQueries
import ZooVision
import ZooWeights

extension ForeignWeights {
    /// Takes off what all names begin with, as programs put their own module's name before those of a network, where that
    /// makes everything fit.
    ///
    /// - Returns: what was taken off; nil for nothing
    mutating func withoutPrefix(_ architecture: ImageArchitecture, classes: Int?) -> String? {
        func fits(_ weights: ForeignWeights) -> Bool {
            let fit = ForeignFit(weights, architecture)
            return fit.mismatch(classes: classes ?? fit.classes ?? ClassNames.imageNet.count, file: "") == nil
                || fit.lacksOnlyHead
        }
        guard !format.isHDF5, !entries.isEmpty, !fits(self) else { return nil }
        var (stripped, prefix) = (self, "")
        while let end = stripped.entries[0].path.firstIndex(of: "."), prefix.count < 100 {
            let next = String(stripped.entries[0].path[...end])
            guard stripped.entries.allSatisfy({ $0.path.hasPrefix(next) }) else { return nil }
            prefix += next
            stripped = stripped.renamed { String($0.dropFirst(next.count)) }
            if fits(stripped) {
                self = stripped
                return prefix
            }
        }
        return nil
    }
}

extension ImportModelRequest {
    /// Follows timm's config.json where it lies beside the weights and no other file is named: the same arrays can belong to
    /// networks with other arithmetic, and it says which.
    ///
    /// - Returns: the network that it names; nil where there is no such file
    /// - Throws: `WorkflowError.invalid` where it names a network that calculates otherwise, or cannot be read
    mutating func followConfigurationBeside() throws -> String? {
        let beside = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("config.json").path
        let path = configurationFile ?? beside
        var status = stat()
        guard !architecture.namesInTimm.isEmpty, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        guard status.st_size < 1 << 20, let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)),
            let members = try? JSONDecoder().decode([String: JSONValue].self, from: bytes)
        else {
            if configurationFile != nil { return nil }
            throw WorkflowError.invalid(
                what: file, reason: "\(path) beside it is not JSON that can be read: it may say which network this is")
        }
        guard case .text(let name) = members["architecture"] else { return nil }
        let known = try check(name, said: "\(path) says")
        // What may stand there and changes nothing: any value, or these.
        let harmless: [String: [JSONValue]?] = [
            "num_classes": nil, "drop_rate": nil, "drop_path_rate": nil, "in_chans": [.integer(3), .null],
            "global_pool": [.text("avg"), .text(""), .null],
        ]
        var settings = members.filter { $0.key == "global_pool" }
        // timm's `save_config_for_hf` writes all arguments of the network.
        if case .object(let arguments) = members["model_args"] { settings.merge(arguments) { $1 } }
        let changed = settings.filter { name, value in
            guard let values = harmless[name] else { return true }
            return values.map { !$0.contains(value) } ?? false
        }.keys.sorted()
        guard changed.isEmpty else {
            throw WorkflowError.invalid(
                what: file,
                reason:
                    "\(path) changes what the network calculates (\(changed.joined(separator: ", "))): that is not known here"
            )
        }
        if members["pretrained_cfg"] != nil || members["input_size"] != nil { configurationFile = path }
        return known
    }

    /// The network that a file names.
    ///
    /// - Throws: `WorkflowError.invalid` where it is another one than asked for
    func check(_ name: String, said: String) throws -> String? {
        let base = name.split(separator: ".").first.map(String.init) ?? name
        guard !architecture.namesInTimm.isEmpty else { return nil }
        guard architecture.namesInTimm.contains(base) else {
            throw WorkflowError.invalid(
                what: file,
                reason:
                    "\(said) that it is '\(name)', not \(architecture.rawValue): networks whose arrays are the same can "
                    + "calculate otherwise")
        }
        return base
    }
}
