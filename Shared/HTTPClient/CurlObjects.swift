import CCurl

/// Owns an easy handle, and with it the open connection.
final class EasyHandle {
    let curl: UnsafeMutableRawPointer

    init?() {
        guard let curl = curl_easy_init() else { return nil }
        self.curl = curl
    }

    deinit { curl_easy_cleanup(curl) }
}

/// Owns a list of header lines.
final class HeaderList {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    func add(_ line: String) {
        if let longer = curl_slist_append(first, line) { first = longer }
    }

    deinit { curl_slist_free_all(first) }
}

/// The place where libcurl writes what went wrong.
final class ErrorText {
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init() { clear() }

    func clear() { buffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE)) }

    var text: String { String(cString: buffer) }

    deinit { buffer.deallocate() }
}
