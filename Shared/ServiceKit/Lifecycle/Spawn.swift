import CLinux
import Glibc

/// One `posix_spawn`, with what must be opened before and closed after it.
struct Spawn {
    private let command: ChildProcess.Command

    init(_ command: ChildProcess.Command) { self.command = command }

    func run() throws(ChildProcessError) -> (processID: pid_t, lifeline: Int32?) {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        var lifeline: Int32?
        let input: Int32
        switch command.input {
        case .null: input = try open("/dev/null", O_RDONLY, &opened)
        case .descriptor(let descriptor): input = descriptor
        case .lifeline:
            var ends: [Int32] = [-1, -1]
            guard hc_pipe(&ends) == 0 else { throw error("make a pipe", errno) }
            opened.append(ends[0])
            lifeline = ends[1]
            input = ends[0]
        }
        do {
            let output = try target(command.output, STDOUT_FILENO, &opened)
            let errorOutput = try target(command.errorOutput, STDERR_FILENO, &opened)
            return (try spawn(input, output, errorOutput), lifeline)
        } catch {
            if let lifeline { close(lifeline) }
            throw error
        }
    }

    private func target(_ output: ChildProcess.Output, _ own: Int32, _ opened: inout [Int32]) throws(ChildProcessError) -> Int32 {
        switch output {
        case .inherited: own
        case .descriptor(let descriptor): descriptor
        case .null: try open("/dev/null", O_WRONLY, &opened)
        case .file(let path): try open(path, O_WRONLY | O_CREAT | O_APPEND, &opened)
        }
    }

    private func open(_ path: String, _ flags: Int32, _ opened: inout [Int32]) throws(ChildProcessError) -> Int32 {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw error("open \(path)", errno) }
        opened.append(descriptor)
        // Moved above the standard ones, so that putting one in its place can't cover another.
        guard descriptor <= STDERR_FILENO else { return descriptor }
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
        guard moved >= 0 else { throw error("open \(path)", errno) }
        opened.append(moved)
        return moved
    }

    private func spawn(_ input: Int32, _ output: Int32, _ errorOutput: Int32) throws(ChildProcessError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errorOutput, STDERR_FILENO)
        hc_spawn_close_from(&actions, STDERR_FILENO + 1)
        if let folder = command.workingFolder { hc_spawn_change_folder(&actions, folder) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)

        let environment = (command.environment ?? ConfigurationReader.processEnvironment).map { "\($0.key)=\($0.value)" }
        var processID: pid_t = 0
        let failure = withCStrings([command.executable] + command.arguments) { arguments in
            withCStrings(environment) { environment in
                posix_spawnp(&processID, command.executable, &actions, &attributes, arguments, environment)
            }
        }
        guard failure == 0 else { throw error("start", failure) }
        return processID
    }

    private func error(_ step: String, _ number: Int32) -> ChildProcessError {
        ChildProcessError(command: command.executable, step: step, errorNumber: number)
    }
}

/// The texts as a C array that ends with NULL.
private func withCStrings<Result>(_ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result) -> Result {
    let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    for (index, text) in texts.enumerated() { (array + index).initialize(to: strdup(text)) }
    (array + texts.count).initialize(to: nil)
    defer {
        for index in texts.indices { free(array[index]) }
        array.deallocate()
    }
    return body(array)
}
