import AdminConsole
import HostedConnection
import LocalCluster
import Schema

/// `hcctl billing`: shows what the billing simulator has charged, and does on demand what time or people do at a real billing
/// system.
struct BillingCommand {
    private enum Action {
        case ledger
        case subscriptions
        /// A path below `/admin/v1` that is about a subscription, or an account.
        case subscription(String)
        case account(String)
    }

    private let action: Action
    private let billing: String
    private let tokenFile: String
    private let isJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        var arguments = arguments
        let word = arguments.positional() ?? ""
        switch word {
        case "ledger": action = .ledger
        case "subscriptions": action = .subscriptions
        case "expire", "renew":
            guard let id = arguments.positional().flatMap({ SubscriptionID($0) }) else {
                throw UsageError("\(word) needs a subscription: \(SubscriptionID.expectation)")
            }
            action = .subscription("/admin/v1/subscriptions/\(id):\(word)")
        case "lock", "unlock", "enable-outbound-billing":
            guard let id = arguments.positional().flatMap({ AccountID($0) }) else {
                throw UsageError("\(word) needs an account: \(AccountID.expectation)")
            }
            action = .account("/admin/v1/accounts/\(id):\(word)")
        default:
            throw UsageError("expected ledger, subscriptions, expire, renew, lock, unlock or enable-outbound-billing")
        }
        billing = try arguments.required("--billing")
        tokenFile = try arguments.required("--token-file")
        isJSON = arguments.flag("--json")
        try arguments.finish()
    }

    func run() throws -> Int32 {
        guard let token = Files.read(tokenFile)?.split(whereSeparator: \.isNewline).first.map(String.init) else {
            throw ClusterError("--token-file: \(tokenFile) can't be read")
        }
        let client = try AdminClient(baseURL: billing, token: token)
        switch action {
        case .ledger: show(try LocalCluster.ledger(client), Self.table)
        case .subscriptions: show(try LocalCluster.subscriptions(client), Self.table)
        case .subscription(let path): show([try client.post(path, as: BilledSubscriptionView.self)], Self.table)
        case .account(let path): show([try client.post(path, as: BilledAccountView.self)], Self.table)
        }
        return 0
    }

    private func show<View: WireMessage>(_ views: [View], _ table: ([View]) -> TextTable) {
        if isJSON {
            for view in views { Output.line(String(decoding: view.jsonBytes(), as: UTF8.self)) }
        } else {
            for line in table(views).lines { Output.line(line) }
        }
    }

    private static func table(_ entries: [LedgerEntry]) -> TextTable {
        var table = TextTable(["CHARGE", "PAYER", "KIND", "MBIT/S", "AMOUNT", "OUTCOME", "REFUNDED", "REASON"])
        for entry in entries {
            table.add([
                entry.chargeID.description, entry.payerAccountID.description, entry.kind, "\(entry.bandwidthMbps)",
                "\(entry.amountMinor) \(entry.currency)", entry.outcome, "\(entry.refundedMinor)", entry.reason,
            ])
        }
        return table
    }

    private static func table(_ subscriptions: [BilledSubscriptionView]) -> TextTable {
        var table = TextTable(["SUBSCRIPTION", "PAYER", "STATE", "MBIT/S", "REFUNDED", "REASON"])
        for view in subscriptions {
            table.add([
                view.subscriptionID.description, view.payerAccountID.description, view.state, "\(view.bandwidthMbps)",
                "\(view.refundedMinor)", view.reason,
            ])
        }
        return table
    }

    private static func table(_ accounts: [BilledAccountView]) -> TextTable {
        var table = TextTable(["ACCOUNT", "LOCKED", "OUTBOUND BILLING"])
        for view in accounts {
            table.add([view.accountID.description, view.locked ? "yes" : "no", view.outboundBilling ? "yes" : "no"])
        }
        return table
    }
}
