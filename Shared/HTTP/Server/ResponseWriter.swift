import CMicrohttpd
import CMicrohttpdShims

/// Makes the library's response of ours and queues it.
struct ResponseWriter {
    let status: Int
    private let response: HTTPResponse
    private let standing: HTTPHeaders
    private let log: (String) -> Void

    init(_ response: HTTPResponse, standing: HTTPHeaders, log: @escaping (String) -> Void) {
        status = (200...599).contains(response.status) ? response.status : 500
        self.response = response
        self.standing = standing
        self.log = log
    }

    func queue(on connection: ConnectionHandle) -> MHD_Result {
        let made = response.body.withUnsafeBytes { body in
            // Copied by the library; the pointer is not kept.
            MHD_create_response_from_buffer(body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
        }
        return queue(made, on: connection)
    }

    func queue(_ stream: HTTPEventStream, on connection: ConnectionHandle, server: ServerCore) -> MHD_Result {
        let reader = Unmanaged.passRetained(EventStreamReader(stream: stream, connection: connection))
        guard let made = MHD_create_response_from_callback(UInt64.max, 4096, readEvents, reader.toOpaque(), freeEvents) else {
            reader.release()
            stream.close()
            return .NO
        }
        server.table.add(stream)
        return queue(made, on: connection)
    }

    private func queue(_ made: OpaquePointer?, on connection: ConnectionHandle) -> MHD_Result {
        guard let made else { return .NO }
        defer { MHD_destroy_response(made) }
        for header in response.headers { add(header, to: made) }
        for header in standing where response.headers[header.name] == nil { add(header, to: made) }
        if response.closesConnection { add(HTTPHeader("Connection", "close"), to: made) }
        return MHD_queue_response(connection.pointer, UInt32(status), made)
    }

    private func add(_ header: HTTPHeader, to made: OpaquePointer) {
        // Refused by the library: empty values, and line breaks, which would end the header.
        if MHD_add_response_header(made, header.name, header.value) == .NO {
            log("a response header was left out, because its name or value is not allowed: \(header.name.prefix(64))")
        }
    }
}

private func readEvents(
    _ context: UnsafeMutableRawPointer?, _: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int {
    guard let context else { return hc_mhd_end_of_stream() }
    let reader = Unmanaged<EventStreamReader>.fromOpaque(context).takeUnretainedValue()
    return reader.stream.read(reader.connection, into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
}

private func freeEvents(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<EventStreamReader>.fromOpaque(context).takeRetainedValue().stream.close()
}
