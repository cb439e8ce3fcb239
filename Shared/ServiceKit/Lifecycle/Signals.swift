import Glibc

/// The signals of a service process: SIGTERM and SIGINT are waited for by a thread, SIGPIPE is nothing.
enum Signals {
    static let ofInterest: [Int32] = [SIGTERM, SIGINT]

    /// Must run on the main thread before any other thread is started, because threads inherit the mask. Sets the whole mask, so that
    /// what a parent had blocked when it started us does not stay blocked.
    static func prepare() {
        var mask = set
        pthread_sigmask(SIG_SETMASK, &mask, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Blocks the calling thread until one of the signals comes.
    static func wait() -> Int32 {
        var mask = set
        var number: Int32 = 0
        while sigwait(&mask, &number) != 0 {}
        return number
    }

    private static var set: sigset_t {
        var mask = sigset_t()
        sigemptyset(&mask)
        for number in ofInterest { sigaddset(&mask, number) }
        return mask
    }
}

/// `SIGTERM`, or `signal 63` for one without a common name.
func signalName(_ number: Int32) -> String {
    let names: [Int32: String] = [
        SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS",
        SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGTERM: "SIGTERM",
        SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2",
    ]
    return names[number] ?? "signal \(number)"
}
