/// Who asks for something: the carrier's staff, or an account, which acts only as itself.
public enum Caller: Hashable, Sendable {
    case staff(name: String)
    case account(AccountID)

    /// How the caller stands in histories and messages.
    public var actor: String {
        switch self {
        case .staff(let name): "operator:\(name)"
        case .account(let account): account.description
        }
    }

    /// Whether the caller may act as this account. For anybody else its things do not exist.
    public func mayActFor(_ account: AccountID) -> Bool {
        switch self {
        case .staff: true
        case .account(let own): own == account
        }
    }
}
