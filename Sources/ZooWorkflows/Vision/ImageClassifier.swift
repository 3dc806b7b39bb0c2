import ZooVision

extension Workspace {
    /// A network for images that has a head.
    ///
    /// - Throws: `WorkflowError.invalid` for one that was imported without; what reading a model throws
    func classifier(named name: String) throws -> StoredVision {
        let stored = try model(named: name, as: StoredVision.self).model
        try stored.checkHead(name)
        return stored
    }
}

extension StoredVision {
    /// - Throws: `WorkflowError.invalid` where there is no head
    func checkHead(_ name: String) throws {
        guard configuration.lacksHead != true else {
            throw WorkflowError.unsuitable(
                model: name,
                reason: "has no head: it makes embeddings of images, and 'zoo finetune vision \(name)' gives it one")
        }
    }
}
