import FoundationEssentials
import Glibc

/// Small files of a local cluster, readable by their owner only.
public enum Files {
    public static func makeFolder(_ path: String) throws(ClusterError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ClusterError("the folder \(path) can't be made: \(error)")
        }
        chmod(path, 0o700)
    }

    public static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Replaces the file in one step, mode 0600.
    public static func write(_ text: String, to path: String) throws(ClusterError) { try write(bytes: Array(text.utf8), to: path) }

    /// Replaces the file in one step, mode 0600.
    public static func write(bytes: [UInt8], to path: String) throws(ClusterError) {
        let temporary = "\(path).\(getpid()).new"
        let isWritten = FileManager.default.createFile(
            atPath: temporary, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        guard isWritten, rename(temporary, path) == 0 else {
            unlink(temporary)
            throw ClusterError("\(path) can't be written: \(String(cString: strerror(errno)))")
        }
    }

    public static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    public static func remove(_ path: String) { unlink(path) }

    /// The names in a folder; none if it can't be read.
    public static func names(in folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

    /// Where a symbolic link leads.
    public static func target(of link: String) -> String? { try? FileManager.default.destinationOfSymbolicLink(atPath: link) }

    /// Removes a folder with everything in it.
    public static func removeFolder(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// The folder this program's executable lies in, where the other programs lie too.
    public static var ownFolder: String {
        (target(of: "/proc/self/exe") ?? "").split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
}

/// Short waits between looks at a condition of another process.
public enum Pause {
    public static func briefly() { usleep(20_000) }
}
