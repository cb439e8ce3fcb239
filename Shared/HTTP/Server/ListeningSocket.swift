import CMicrohttpdShims
import Glibc

/// A bound, listening TCP socket.
struct ListeningSocket {
    let descriptor: Int32
    let port: UInt16
    let isIPv6: Bool

    /// Listens on a numeric address; port 0 lets the kernel choose.
    init(address: String, port: UInt16) throws(HTTPServerError) {
        var storage = sockaddr_storage()
        let length: socklen_t
        if let v4 = Self.parseIPv4(address, port) {
            isIPv6 = false
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4, as: sockaddr_in.self) }
        } else if let v6 = Self.parseIPv6(address, port) {
            isIPv6 = true
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v6, as: sockaddr_in6.self) }
        } else {
            throw .invalidAddress(address)
        }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        func failure(_ step: String) -> HTTPServerError {
            let number = errno
            if descriptor >= 0 { close(descriptor) }
            return number == EADDRINUSE
                ? .addressInUse(address: address, port: port)
                : .cannotListen(address: address, port: port, step: step, errorNumber: number)
        }
        guard descriptor >= 0 else { throw failure("socket") }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var bound = length
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                if bind(descriptor, address, length) != 0 { return "bind" }
                if listen(descriptor, SOMAXCONN) != 0 { return "listen" }
                return getsockname(descriptor, address, &bound) == 0 ? "" : "getsockname"
            }
        }
        guard result.isEmpty else { throw failure(result) }
        self.descriptor = descriptor
        self.port = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { HTTPPeer($0).port }
        }
    }

    private static func parseIPv4(_ text: String, _ port: UInt16) -> sockaddr_in? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return inet_pton(AF_INET, text, &address.sin_addr) == 1 ? address : nil
    }

    private static func parseIPv6(_ text: String, _ port: UInt16) -> sockaddr_in6? {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        return inet_pton(AF_INET6, text, &address.sin6_addr) == 1 ? address : nil
    }
}

extension HTTPPeer {
    init(_ address: UnsafePointer<sockaddr>?) {
        guard let address else {
            self.init(address: "", port: 0)
            return
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        var port: UInt16 = 0
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { v4 in
                var binary = v4.pointee.sin_addr
                inet_ntop(AF_INET, &binary, &text, socklen_t(text.count))
                port = UInt16(bigEndian: v4.pointee.sin_port)
            }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { v6 in
                var binary = v6.pointee.sin6_addr
                inet_ntop(AF_INET6, &binary, &text, socklen_t(text.count))
                port = UInt16(bigEndian: v6.pointee.sin6_port)
            }
        default: break
        }
        self.init(address: String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self), port: port)
    }
}
