import HTTP
import ServiceKit

/// `http.*`
struct HTTPSettings: Sendable {
    let address: String
    let port: Int
    /// Gets `address:port` when the API is served.
    let portFile: String?
    private let tls: HTTPServerTLS?
    private let connections: Int

    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        address = try reader.string("http.address", default: "127.0.0.1")
        port = try reader.int("http.port", in: 0...65_535, default: 0)
        portFile = try reader.path(ifSet: "http.portFile")
        connections = try reader.int("http.connections", in: 1...1_000_000, default: 4_096)
        let certificate = try reader.path(ifSet: "http.tls.certificate")
        let key = try reader.path(ifSet: "http.tls.key")
        switch (certificate, key) {
        case (nil, nil): tls = nil
        case (let certificate?, let key?): tls = HTTPServerTLS(certificatePath: certificate, keyPath: key)
        case (nil, _?): throw Self.alone("http.tls.key", missing: "http.tls.certificate")
        case (_?, nil): throw Self.alone("http.tls.certificate", missing: "http.tls.key")
        }
    }

    private static func alone(_ key: String, missing: String) -> ConfigurationError {
        ConfigurationError(.missing, key: missing, "\(missing): missing, as \(key) is set")
    }

    /// What the server needs, without what the service adds.
    var server: HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration()
        configuration.address = address
        configuration.port = UInt16(truncatingIfNeeded: port)
        configuration.tls = tls
        configuration.connectionLimit = connections
        return configuration
    }
}
