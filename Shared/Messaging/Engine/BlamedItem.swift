import HostedConnection
import Store

extension StoreError {
    /// The refusal of the one item that brought this about by what it holds; nil where the database itself has failed.
    /// Other items of the batch are none the worse for it.
    var refusalOfItem: Refusal? {
        switch self {
        case .constraint(let violation):
            Refusal(
                .internalError, "The database refused the change: \(violation)",
                next: "Report this: the rules should have refused it first")
        case .invalidText: Refusal(.invalidValue, "A text holds a NUL or is no UTF-8", next: "Send it without")
        case .tooLarge(let what): Refusal(.invalidValue, "Too large: \(what)", next: "Send less")
        case .unexpectedRowCount:
            Refusal(.internalError, "The database does not hold what the change is about: \(self)", next: "Report this")
        default: nil
        }
    }
}
