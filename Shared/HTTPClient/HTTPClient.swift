import CCurl
import CCurlShims

/// A blocking HTTP/1.1 client that keeps its connection open between requests.
///
/// Belongs to one thread at a time; use one client per thread. Redirects are not followed.
public final class HTTPClient {
    public let configuration: HTTPClientConfiguration
    private let handle: EasyHandle
    private let errorText = ErrorText()

    /// libcurl's own start, once per process.
    private static let started: CURLcode = hc_curl_start()

    /// - Throws: ``HTTPClientError/invalidRequest(detail:)`` when the base URL is not one.
    public init(_ configuration: HTTPClientConfiguration) throws(HTTPClientError) {
        guard Self.isBaseURL(configuration.baseURL) else {
            throw .invalidRequest(detail: "the base URL has to be http:// or https:// with host and port, without a path")
        }
        guard Self.started == CURLE_OK, let handle = EasyHandle() else {
            throw .transport(number: Int(Self.started.rawValue), detail: "libcurl cannot be started")
        }
        self.configuration = configuration
        self.handle = handle
    }

    /// Sends a request and waits for the answer.
    /// - Parameters:
    ///   - path: from the first `/`, already percent-encoded, with the query.
    ///   - timeout: nil means the client's.
    public func request(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeout: Duration? = nil
    ) throws(HTTPClientError) -> HTTPClientResponse {
        guard !method.isEmpty, method.utf8.allSatisfy({ $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }) else {
            throw .invalidRequest(detail: "the method has to be of upper-case letters")
        }
        guard path.first == "/", path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }) else {
            throw .invalidRequest(detail: "the path has to start with / and be percent-encoded")
        }
        let list = try headerList(headers)
        let collector = ResponseCollector(limit: configuration.responseLimit)
        let (result, status) = withExtendedLifetime((list, collector)) {
            (body ?? []).withUnsafeBytes { bytes in
                perform(method, path, list, body == nil ? nil : bytes, timeout ?? configuration.timeout, collector)
            }
        }
        guard result == CURLE_OK else { throw failure(result, collector) }
        return HTTPClientResponse(status: status, headers: collector.headers, body: collector.body)
    }

    private func perform(
        _ method: String, _ path: String, _ list: HeaderList, _ body: UnsafeRawBufferPointer?, _ timeout: Duration,
        _ collector: ResponseCollector
    ) -> (result: CURLcode, status: Int) {
        let curl = handle.curl
        // Forgets the options, which point into this call; the connection stays open.
        defer { curl_easy_reset(curl) }
        errorText.clear()
        var base = configuration.baseURL
        if base.last == "/" { base.removeLast() }
        let context = Unmanaged.passUnretained(collector).toOpaque()
        let settings: [CURLcode] = [
            hc_curl_set_string(curl, CURLOPT_URL, base + path),
            hc_curl_set_string(curl, CURLOPT_PROTOCOLS_STR, "http,https"),
            hc_curl_set_string(curl, CURLOPT_CUSTOMREQUEST, method),
            hc_curl_set_long(curl, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            hc_curl_set_long(curl, CURLOPT_PATH_AS_IS, 1),
            hc_curl_set_long(curl, CURLOPT_NOSIGNAL, 1),
            hc_curl_set_long(curl, CURLOPT_NOBODY, method == "HEAD" ? 1 : 0),
            hc_curl_set_long(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            hc_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.wholeMilliseconds),
            hc_curl_set_long(curl, CURLOPT_TIMEOUT_MS, timeout.wholeMilliseconds),
            hc_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText.buffer),
            hc_curl_set_list(curl, CURLOPT_HTTPHEADER, list.first),
            hc_curl_set_sink(curl, CURLOPT_WRITEFUNCTION, collectBody),
            hc_curl_set_pointer(curl, CURLOPT_WRITEDATA, context),
            hc_curl_set_sink(curl, CURLOPT_HEADERFUNCTION, collectHeader),
            hc_curl_set_pointer(curl, CURLOPT_HEADERDATA, context),
            configuration.usesProxyFromEnvironment ? CURLE_OK : hc_curl_set_string(curl, CURLOPT_PROXY, ""),
            configuration.unixSocketPath.map { hc_curl_set_string(curl, CURLOPT_UNIX_SOCKET_PATH, $0) } ?? CURLE_OK,
            configuration.certificateAuthorityPath.map { hc_curl_set_string(curl, CURLOPT_CAINFO, $0) } ?? CURLE_OK,
        ]
        if let failed = settings.first(where: { $0 != CURLE_OK }) { return (failed, 0) }
        if let body {
            // Not copied: the bytes outlive the transfer.
            for result in [
                hc_curl_set_long(curl, CURLOPT_POST, 1),
                hc_curl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, Int(body.count)),
                hc_curl_set_pointer(curl, CURLOPT_POSTFIELDS, body.baseAddress ?? UnsafeRawPointer(errorText.buffer)),
                hc_curl_set_string(curl, CURLOPT_CUSTOMREQUEST, method),
            ] where result != CURLE_OK { return (result, 0) }
        }
        let result = curl_easy_perform(curl)
        var status = 0
        _ = hc_curl_get_long(curl, CURLINFO_RESPONSE_CODE, &status)
        return (result, status)
    }

    private func headerList(_ headers: [(name: String, value: String)]) throws(HTTPClientError) -> HeaderList {
        let list = HeaderList()
        for (name, value) in headers {
            let isName = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }
            guard isName, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                throw .invalidRequest(detail: "a header holds a character that is not allowed")
            }
            // libcurl's way to send a header without a value.
            list.add(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        if let token = configuration.token {
            guard token.value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                throw .invalidRequest(detail: "the token holds a character that is not allowed")
            }
            list.add("Authorization: Bearer \(token.value)")
        }
        // Without it libcurl waits a second for 100 Continue before larger bodies.
        list.add("Expect:")
        return list
    }

    private func failure(_ result: CURLcode, _ collector: ResponseCollector) -> HTTPClientError {
        if collector.isTooLarge { return .responseTooLarge(limit: configuration.responseLimit) }
        let text = errorText.text
        let detail = text.isEmpty ? String(cString: curl_easy_strerror(result)) : text
        switch result {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .invalidRequest(detail: detail)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .hostNotFound(detail: detail)
        case CURLE_COULDNT_CONNECT: return .cannotConnect(detail: detail)
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(detail: detail)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
            return .tls(detail: detail)
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY:
            return .connectionLost(detail: detail)
        default: return .transport(number: Int(result.rawValue), detail: detail)
        }
    }

    private static func isBaseURL(_ text: String) -> Bool {
        for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
            var authority = text.dropFirst(scheme.count)
            if authority.last == "/" { authority.removeLast() }
            // No user information: secrets do not belong in URLs.
            return !authority.isEmpty && authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
                && !authority.contains { "/?#@".contains($0) }
        }
        return false
    }
}

extension Duration {
    /// At least 1: libcurl takes 0 for "for ever".
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
