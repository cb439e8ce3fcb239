extension ConfigurationReader {
    /// A secret that must be set. It is never read from the configuration file itself: for `kafka.password` the file has
    /// `kafka.passwordFile`, the path of a file with nothing but the secret; the environment has `HC_KAFKA_PASSWORD` or
    /// `HC_KAFKA_PASSWORD_FILE`.
    public func secret(_ key: String) throws(ConfigurationError) -> Secret {
        guard let secret = try secret(ifSet: key) else {
            let place = fileName.map { "\(key)File in \($0) or " } ?? ""
            throw ConfigurationError(
                .missing, key: key, "\(key): missing (set \(place)\(variable(for: key)) or \(variable(for: key + "File")))")
        }
        return secret
    }

    /// A secret that may be left out.
    public func secret(ifSet key: String) throws(ConfigurationError) -> Secret? {
        let fileKey = key + "File"
        markKnown(fileKey)
        if let written = try findInFile(key) {
            let advice = "a secret is not read from here; give its file as \(fileKey), or set \(variable(for: key))"
            throw ConfigurationError(.secret, key: key, "\(written.file):\(written.position): \(key): \(advice)")
        }
        if case .environment(_, let text) = try find(key) { return Secret(text) }
        guard let path = try path(ifSet: fileKey) else { return nil }
        return try readSecret(path, key: fileKey)
    }

    private func readSecret(_ path: String, key: String) throws(ConfigurationError) -> Secret {
        let bytes: [UInt8]
        do {
            bytes = try readFile(path, maximumBytes: 64 << 10)
        } catch {
            throw ConfigurationError(.secret, key: key, "\(key): \(path): \(error.detail)")
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(.secret, key: key, "\(key): \(path): not UTF-8 text")
        }
        while text.last?.isNewline == true { text.removeLast() }
        guard !text.isEmpty else { throw ConfigurationError(.secret, key: key, "\(key): \(path): empty") }
        return Secret(text)
    }
}
