import CMicrohttpd
import CMicrohttpdShims

// Global functions: closures passed to C from inside other functions can inherit an isolation that traps on the event thread.

/// A connection was opened or is about to be closed; its object is owned by the library's socket context.
func daemonConnection(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ socketContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_ConnectionNotificationCode
) {
    guard let context, let connection, let socketContext else { return }
    switch code {
    case .CONNECTION_NOTIFY_STARTED:
        let daemon = Unmanaged<DaemonContext>.fromOpaque(context).takeUnretainedValue()
        socketContext.pointee = Unmanaged.passRetained(Connection(daemon, pointer: connection)).toOpaque()
    case .CONNECTION_NOTIFY_CLOSED:
        guard let object = socketContext.pointee else { return }
        socketContext.pointee = nil
        Unmanaged<Connection>.fromOpaque(object).takeRetainedValue().close()
    }
}

/// The request line was read. What is returned is the per-request context of the later calls.
func daemonTarget(
    _: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let connection, let object = hc_mhd_socket_context(connection) else { return nil }
    var bytes: [UInt8] = []
    if let target {
        var end = 0
        var question: Int?
        while target[end] != 0 {
            if question == nil, target[end] == CChar(bitPattern: UInt8(ascii: "?")) { question = end }
            end += 1
        }
        bytes = Array(UnsafeRawBufferPointer(start: target, count: end))
        // The library's own query parser exhausts the connection's memory with a thousand parameters and then never
        // answers. The buffer is the library's and writable: it is given an empty query, we parse our copy.
        if let question, question + 1 < end { UnsafeMutablePointer(mutating: target)[question + 1] = 0 }
    }
    Unmanaged<Connection>.fromOpaque(object).takeUnretainedValue().begin(target: bytes)
    return object
}

/// A part of a request, or a resumed connection.
func daemonRequest(
    _: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _: UnsafePointer<CChar>?, _ method: UnsafePointer<CChar>?,
    _ version: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?, _ count: UnsafeMutablePointer<Int>?,
    _ requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let connection, let method, let version, let count, let object = requestContext?.pointee else { return .NO }
    let piece = UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : count.pointee)
    let result = Unmanaged<Connection>.fromOpaque(object).takeUnretainedValue()
        .advance(connection, method: String(cString: method), version: String(cString: version), data: piece)
    if !piece.isEmpty { count.pointee = 0 }
    return result
}

/// A request has ended.
func daemonCompleted(
    _: UnsafeMutableRawPointer?, _: OpaquePointer?, _ requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ code: MHD_RequestTerminationCode
) {
    guard let object = requestContext?.pointee else { return }
    requestContext?.pointee = nil
    Unmanaged<Connection>.fromOpaque(object).takeUnretainedValue().finish(completed: code == .REQUEST_TERMINATED_COMPLETED_OK)
}

func daemonLog(_ context: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?) {
    guard let context, let line else { return }
    Unmanaged<DaemonContext>.fromOpaque(context).takeUnretainedValue().core.log(String(cString: line))
}
