import CMicrohttpd
import CMicrohttpdShims
import Glibc

/// The library's daemon.
struct Daemon: Sendable {
    private let bits: UInt
    private let logState: UInt
    private let context: Unmanaged<DaemonContext>

    private var pointer: OpaquePointer? { OpaquePointer(bitPattern: bits) }

    /// nil when the library refuses; it has logged why.
    init?(_ daemonContext: DaemonContext, socket: ListeningSocket, certificate: [UInt8]?, key: [UInt8]?) {
        let configuration = daemonContext.core.configuration
        let context = Unmanaged.passRetained(daemonContext)
        let log = UnsafeMutablePointer<hc_mhd_log_state>.allocate(capacity: 1)
        log.initialize(to: hc_mhd_log_state())
        var settings = hc_mhd_settings()
        settings.listen_socket = socket.descriptor
        settings.is_ipv6 = socket.isIPv6 ? 1 : 0
        settings.connection_limit = UInt32(configuration.connectionLimit)
        settings.per_address_limit = UInt32(configuration.perAddressLimit ?? 0)
        settings.timeout_seconds = UInt32(configuration.idleDeadline.secondsRoundedUp)
        settings.connection_memory = configuration.headerLimit + HTTPServerConfiguration.responseHeadRoom
        settings.on_connection = daemonConnection
        settings.on_target = daemonTarget
        settings.on_request = daemonRequest
        settings.on_completed = daemonCompleted
        settings.on_log = daemonLog
        settings.context = context.toOpaque()
        func start() -> OpaquePointer? { withSignalsBlocked { hc_mhd_start(&settings, log) } }
        let started =
            if let certificate, let key {
                // Two modern versions, nothing older; the rest is GnuTLS's own choice.
                "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2".withCString { priorities in
                    certificate.withUnsafeBytes { certificate in
                        key.withUnsafeBytes { key in
                            settings.certificate_pem = certificate.baseAddress?.assumingMemoryBound(to: CChar.self)
                            settings.key_pem = key.baseAddress?.assumingMemoryBound(to: CChar.self)
                            settings.tls_priorities = priorities
                            return start()
                        }
                    }
                }
            } else {
                start()
            }
        guard let started else {
            log.deallocate()
            context.release()
            return nil
        }
        bits = UInt(bitPattern: started)
        logState = UInt(bitPattern: log)
        self.context = context
    }

    /// Stops accepting; the listening socket is the caller's from now on. -1 when there is none.
    func quiesce() -> Int32 { MHD_quiesce_daemon(pointer) }

    /// Joins the event thread and closes everything. No connection may be suspended.
    func stop(listening: Int32) {
        MHD_stop_daemon(pointer)
        if listening >= 0 { close(listening) }
        UnsafeMutablePointer<hc_mhd_log_state>(bitPattern: logState)?.deallocate()
        context.release()
    }
}

/// The whole file, with a NUL at its end.
func readPEM(_ path: String) throws(HTTPServerError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .unreadableFile(path: path, errorNumber: errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while bytes.count < 1 << 20 {
        let count = read(file, &chunk, chunk.count)
        if count < 0 {
            if errno == EINTR { continue }
            throw .unreadableFile(path: path, errorNumber: errno)
        }
        if count == 0 { break }
        bytes.append(contentsOf: chunk[..<count])
    }
    bytes.append(0)
    return bytes
}
