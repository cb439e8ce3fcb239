public import HostedConnection
public import Messaging
public import Schema
public import Store

/// The accounts a service knows: those of its own side, which it holds and tells about, and copies of the other side's.
public final class AccountBook {
    /// Whether the accounts held here are partners'.
    private let holdsPartners: Bool
    let accounts: RowCache<AccountRow>
    private let tokens: InsertBuffer<TokenRow>
    /// Rows kept in memory from batch to batch.
    private static var rowsKept: Int { 20_000 }

    public init(_ connection: any StoreConnection, holdsPartners: Bool) throws(StoreError) {
        self.holdsPartners = holdsPartners
        accounts = try RowCache(connection)
        tokens = try InsertBuffer(connection)
    }

    // MARK: What is known

    public func facts(of account: AccountID) throws(StoreError) -> KnownAccount? { try accounts.row(account)?.facts }

    /// Whether this service holds the account.
    public func holds(_ account: AccountID) throws(StoreError) -> Bool {
        try accounts.read(account) { $0.isHeld } ?? false
    }

    // MARK: Commands

    /// Registers an account of this side and tells the other service. The same facts again change nothing.
    public func register(_ input: AccountInput, _ step: Step) throws(StepFailure) -> ItemOutcome<AccountView> {
        let facts = try ruled { () throws(Refusal) in try AccountRegistration.check(input, isPartner: holdsPartners) }
        if let known = try stored({ () throws(StoreError) in try accounts.row(facts.id) }) {
            var same = facts
            same.version = known.facts.version
            guard known.isHeld, known.facts == same else { throw .refused(Self.exists(known)) }
            return ItemOutcome(known.view, isNew: false)
        }
        var row = AccountRow(facts, isHeld: true, registeredAt: step.now)
        step.send(Self.announcement(of: facts), on: .accounts, about: facts.id, channel: &row.channel)
        try stored { () throws(StoreError) in try accounts.insert(row) }
        step.release(.account(facts.id))
        return ItemOutcome(row.view, isNew: true)
    }

    private static func exists(_ known: AccountRow) -> Refusal {
        Refusal(
            .accountExists,
            known.isHeld
                ? "Account \(known.key) is registered with other facts" : "Account \(known.key) is held by the other service",
            field: "accountId", object: known.key.description,
            next: known.isHeld ? "Give the same facts, or another account ID" : "Give another account ID")
    }

    private static func announcement(of facts: KnownAccount) -> AccountRegistered {
        AccountRegistered(
            accountID: facts.id, version: facts.version, name: facts.name, role: facts.isPartner ? .partner : .tenant,
            carrier: facts.carrier, site: facts.site, regions: facts.regions, outboundBilling: facts.outboundBilling)
    }

    /// Keeps the hash of a token that acts as an account held here.
    /// - Parameters:
    ///   - hash: SHA-256 of the token.
    ///   - text: the token itself, for the answer alone.
    public func store(tokenHash hash: [UInt8], text: String, of account: AccountID, _ step: Step) throws(StepFailure) -> TokenView {
        guard try stored({ () throws(StoreError) in try holds(account) }) else {
            throw .refused(
                Refusal(
                    .accountUnknown, "No account \(account) is held here", field: "accountId", object: account.description,
                    next: "Register the account first, or ask the service that holds it"))
        }
        guard hash.count == TokenRow.hashBytes else {
            throw .refused(Refusal(.invalidValue, "The token's hash is not a SHA-256", field: "token"))
        }
        tokens.append(TokenRow(hash: hash, account: account, issuedAt: step.now))
        return TokenView(accountID: account, token: text, issuedAt: Timestamp(step.now))
    }

    // MARK: The other service's messages

    /// Keeps what the other service tells about an account of its own.
    public func handle(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        switch message.type {
        case .accountRegistered:
            let event = try message.decode(AccountRegistered.self)
            try learn(try ruled { () throws(Refusal) in try AccountRegistration.check(event, isPartner: !holdsPartners) }, step)
        case .accountChanged:
            let event = try message.decode(AccountChanged.self)
            try change(event.accountID, version: event.version) { facts in
                facts.name = event.name
                facts.carrier = event.carrier
                facts.site = event.site
                facts.regions = event.regions
                facts.outboundBilling = event.outboundBilling
            }
        case .accountClosed:
            let event = try message.decode(AccountClosed.self)
            try change(event.accountID, version: event.version) { $0.isClosed = true }
        default:
            throw .refused(Refusal(.contradictsState, "\(message.type.fullName) does not belong on \(message.topic.baseName)"))
        }
    }

    private func learn(_ facts: KnownAccount, _ step: Step) throws(StepFailure) {
        if try stored({ () throws(StoreError) in try accounts.row(facts.id) }) != nil {
            try change(facts.id, version: facts.version) { $0 = facts }
        } else {
            try stored { () throws(StoreError) in try accounts.insert(AccountRow(facts, isHeld: false, registeredAt: step.now)) }
        }
        step.release(.account(facts.id))
    }

    private func change(_ account: AccountID, version: UInt64, _ body: (inout KnownAccount) -> Void) throws(StepFailure) {
        guard var row = try stored({ () throws(StoreError) in try accounts.row(account) }) else {
            throw .refused(Refusal(.accountUnknown, "Account \(account) was never registered", object: account.description))
        }
        guard !row.isHeld else {
            throw .refused(Refusal(.contradictsState, "Account \(account) is held here, not by the sender", object: account.description))
        }
        guard version > row.facts.version else { return }
        body(&row.facts)
        row.facts.version = version
        try stored { () throws(StoreError) in _ = try accounts.replace(row) }
    }

    // MARK: Channels and batches

    public func handled(_ account: AccountID) throws(StoreError) -> ChannelPosition {
        try accounts.read(account) { $0.channel.handled } ?? .beginning
    }

    public func advance(_ account: AccountID, to position: ChannelPosition) throws(StoreError) -> Bool {
        try accounts.change(account) { row in row.channel.handled = position } != nil
    }

    public func flush() throws(StoreError) {
        try accounts.flush()
        try tokens.flush()
    }

    /// The batch is committed: rows stay in memory for the next one, within bounds.
    public func committed() {
        if accounts.count > Self.rowsKept { accounts.clear() }
    }

    public func discard() {
        accounts.clear()
        tokens.clear()
    }
}
