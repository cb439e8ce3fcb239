import HTTP
import Kafka
import ServiceKit
import Store

// Why a part did not start, in one line that names the key to look at, and how the process ends then.

extension StartUpError {
    /// - Parameter key: where the broker's address stands.
    init(_ error: KafkaError, key: String) {
        switch error.code {
        case .unreachable, .timedOut: self = .unavailable("\(key): \(error.text)")
        case .bootstrapFile where error.isRetriable: self = .unavailable("\(key): \(error.text)")
        case .bootstrapFile: self.init(.configuration, "\(key): \(error.text)")
        case .configurationInvalid, .propertyRefused, .authentication, .authorization:
            self.init(.configuration, "kafka.properties: \(error.text)")
        default: self = .unavailable("\(key): \(error.description)")
        }
    }

    init(_ error: StoreError) {
        let line = "database.path: \(error.description)"
        switch error {
        case .cannotOpen, .readOnly: self.init(.configuration, line)
        case .owned, .busy, .diskFull, .connectionLost: self = .unavailable(line)
        default: self.init(.internalFault, line)
        }
    }

    init(_ error: HTTPServerError) {
        switch error {
        case .invalidAddress: self.init(.configuration, "http.address: \(error.description)")
        case .addressInUse: self = .unavailable("http.port: \(error.description)")
        case .cannotListen: self.init(.configuration, "http.address, http.port: \(error.description)")
        case .unreadableFile, .refused: self.init(.configuration, "http.tls: \(error.description)")
        case .invalidConfiguration, .noThread: self.init(.internalFault, error.description)
        }
    }
}
