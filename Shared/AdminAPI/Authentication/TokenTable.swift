import HTTP
public import HostedConnection
public import ServiceKit
import Synchronization

/// Whom a bearer token acts as. In memory are the operator's token and the accounts' tokens, all as SHA-256 alone.
public final class TokenTable: Sendable {
    private let operatorDigest: Digest256
    private let operatorName: String
    private let accounts = Mutex<[Digest256: AccountID]>([:])

    /// - Parameters:
    ///   - operatorToken: acts as the carrier's staff.
    ///   - operatorName: how the operator stands in histories.
    public init(operatorToken: AccessToken, operatorName: String) throws(CryptoError) {
        operatorDigest = try operatorToken.digest()
        self.operatorName = operatorName
    }

    /// Lets a token act as an account. To be called when the database has the token for certain.
    public func add(_ digest: Digest256, actingAs account: AccountID) { accounts.withLock { $0[digest] = account } }

    /// Lets tokens act as accounts, those of the database at a start.
    public func add(_ tokens: some Sequence<(digest: Digest256, account: AccountID)>) {
        accounts.withLock { accounts in
            for token in tokens { accounts[token.digest] = token.account }
        }
    }

    /// Who presents this token; nil if nobody has it.
    ///
    /// The operator's is compared in constant time. The others are found by their hash, of which an attacker can't choose a
    /// prefix, so the time of the look-up tells nothing.
    public func caller(presenting token: String) throws(CryptoError) -> Caller? {
        let digest = try AccessToken(presented: token).digest()
        if digest.isSecurelyEqual(to: operatorDigest) { return .staff(name: operatorName) }
        return accounts.withLock { $0[digest] }.map { .account($0) }
    }
}

extension TokenTable {
    /// Who sends the request.
    func caller(of request: HTTPRequest, _ id: RequestID, _ logger: Logger) throws(APIError) -> Caller {
        guard let token = request.bearerToken else { throw .unauthenticated }
        let caller: Caller?
        do throws(CryptoError) {
            caller = try self.caller(presenting: token)
        } catch {
            logger.error("a token can't be checked", ["request": .string(id.text), "error": .string(error.description)])
            throw .internalFault(id)
        }
        guard let caller else { throw .unauthenticated }
        return caller
    }
}
