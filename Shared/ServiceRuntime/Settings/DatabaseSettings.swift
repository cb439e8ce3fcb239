import ServiceKit
import Store

/// `database.*`
struct DatabaseSettings: Sendable {
    let path: String
    private let writerCache: Int
    private let readerCache: Int

    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        path = try reader.path("database.path")
        writerCache = try reader.bytes("database.writerCache", in: (1 << 20)...(64 << 30), default: 64 << 20)
        readerCache = try reader.bytes("database.readerCache", in: (1 << 20)...(64 << 30), default: 8 << 20)
    }

    var store: StoreConfiguration {
        var configuration = StoreConfiguration(location: .file(path))
        configuration.writerCacheBytes = writerCache
        configuration.readerCacheBytes = readerCache
        return configuration
    }
}
