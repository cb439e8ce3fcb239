import HostedConnection

/// A port as the rules want it at rest, on both sides at once: written from the guides' matrix, not from the services.
struct PortModel: Equatable {
    let id: PortID
    let circuit: Int
    let partner: AccountID
    let tenant: AccountID
    let payer: PayingParty
    var vlan: UInt32
    var bandwidth: UInt32
    var acceptance = Acceptance.unconfirmed
    /// As the partner's side has it.
    var service = ServiceState.allocated
    /// As the tenant's side was told; it differs only while the access device has not followed.
    var told = ServiceState.allocated
    /// When the paid time ran out; nil while it has not.
    var expiredAt: Instant?
    /// Whether the payer's account is locked for arrears.
    var isLocked = false
    var router: Router?
    /// The VBR that it has or had last.
    var lastVBR = VBRID.none
    var terminatedBy: PayingParty?
    /// The same as the tenant's side was told.
    var toldTerminatedBy: PayingParty?
    var change: Change?
    var money = Money()
    var wishes: [Wish] = []
    var device = Device()
    /// When the offer lapses, if it does.
    var lapsesAt: Instant?

    struct Router: Equatable {
        var id: VBRID
        var bandwidth: UInt32
        /// As the partner's side has it.
        var state = RouterState.enabled
        /// As the tenant's side has it.
        var told = RouterState.enabled
        /// Whether the port's termination disabled it (A-27).
        var wentWithPort = false
    }

    enum Change: Equatable {
        /// Waits for the access device.
        case vlan(UInt32)
        /// Waits for the tenant's payment until an instant.
        case unpaid(UInt32, until: Instant)
        /// Paid, and waits for the access device.
        case paid(UInt32)
        /// Less bandwidth waits for the access device, or is on its way back.
        case less(UInt32, Course)
        /// Waits for the access device.
        case deletion
    }

    /// Where a decrease goes that waits for the device.
    enum Course: Equatable {
        case forward
        case back
    }

    /// What was asked of billing.
    struct Money: Equatable {
        var attempts: UInt8 = 0
        var settled = 0
        var wasDeclined = false
        var isRefunded = false
    }

    /// What one party has asked of the other.
    struct Wish: Equatable {
        var id: PartyRequestID
        var act: RequestedAct
        var asker: PayingParty
        var bandwidth: UInt32?
        var standing = RequestStanding.open
    }

    struct Device: Equatable {
        var asked: Configuration?
        /// It was asked and has not followed.
        var isBehind = false

        struct Configuration: Equatable {
            var traffic: Traffic
            var vlan: UInt32
            var rate: UInt32
        }

        enum Traffic: String {
            case removed
            case block
            case pass
        }
    }

    var isEnded: Bool { acceptance.isEnded }
    var billing: BillingState {
        if money.isRefunded { return .refunded }
        if money.settled == 0 { return .unpaid }
        if isLocked { return .locked }
        return expiredAt == nil ? .paid : .expired
    }
    var payingAccount: AccountID { payer == .partner ? partner : tenant }

    /// Mbit/s that the port holds of its circuit: the higher of two while it grows or shrinks (R-053, R-144, R-146).
    var held: UInt32 {
        switch change {
        case .unpaid(let more, _), .paid(let more): max(bandwidth, more)
        case .vlan, .less, .deletion, nil: bandwidth
        }
    }

    /// In normal use, as the partner's side sees it (R-091).
    var isInUse: Bool { acceptance == .confirmed && billing == .paid && service == .enabled }
    /// The same as the tenant's side sees it.
    var isInUseForTenant: Bool { acceptance == .confirmed && billing == .paid && told == .enabled }

    /// Whether the tenant's side knows of the change: of a decrease it hears at the end.
    var tenantSeesChange: Bool {
        switch change {
        case nil, .less: false
        case .vlan, .unpaid, .paid, .deletion: true
        }
    }

    /// Nothing about a VBR is done while the VLAN changes or the port is being deleted (R-143, R-173).
    var isClosedToRouters: Bool {
        switch change {
        case .vlan, .deletion: true
        case .unpaid, .paid, .less, nil: false
        }
    }

    /// The state in a line, for reports.
    var summary: String {
        let router = router.map { "\($0.state.name)/\($0.told.name) \($0.bandwidth)\($0.wentWithPort ? " with port" : "")" } ?? "no"
        let change = change.map { "\($0)" } ?? "none"
        return """
            paid by \(payer), \(acceptance.name) \(service.name)/\(told.name) \(billing.name), VLAN \(vlan), \(bandwidth) Mbit/s, \
            VBR \(router), change \(change), charges \(money.settled)/\(money.attempts), device \(device.isBehind ? "behind" : "settled")
            """
    }

    func wish(_ act: RequestedAct) -> Wish? { wishes.first { $0.act == act && $0.standing == .open } }
}

/// What somebody is answered.
enum Answer: Equatable, CustomStringConvertible {
    case done
    case refused(RefusalCode)

    var description: String {
        switch self {
        case .done: "done"
        case .refused(let code): code.rawValue
        }
    }
}

/// What the rules ask of the world besides the port.
struct Ground {
    var now: Instant
    var mayWithdraw = false
    var mayReject = false
    var lifetime: Duration?
    var declining = Declining()
    var faults = Faults()
    /// The accounts that are locked for arrears.
    var locked: Set<AccountID> = []
    /// Whether the partner may offer and change bandwidths (R-025, R-026).
    var hasPrivilege = true
    /// What the circuit says to the VLAN or bandwidth that is asked for.
    var objection: RefusalCode?
    /// Whether what follows from a command by itself comes after the next one: of commands that met each other both is tried.
    var isLate = false

    static let paymentTime = Duration.seconds(86_400)
    static let grace = Duration.seconds(15 * 86_400)
    static let offered: Set<UInt32> = [50, 100, 200, 300, 400, 500, 1000]

    /// What billing declines: the first attempts for a bandwidth or an account.
    struct Declining {
        var bandwidths: Set<UInt32> = []
        var accounts: Set<AccountID> = []
        var attempts: UInt8 = 0

        func declines(_ attempt: UInt8, of account: AccountID, for bandwidth: UInt32) -> Bool {
            attempt <= attempts && (bandwidths.contains(bandwidth) || accounts.contains(account))
        }
    }

    /// What the access device refuses until it is repaired.
    struct Faults {
        var vlan: UInt32?
        var mayPass = false
    }
}
