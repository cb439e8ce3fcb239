import Accounts
public import HostedConnection
public import ServiceKit
public import Store

/// The tokens that a service's database has.
public enum StoredTokens {
    public static func load(_ connection: any StoreConnection) throws(StoreError) -> [(digest: Digest256, account: AccountID)] {
        var tokens: [(digest: Digest256, account: AccountID)] = []
        for (hash, account) in try AccountQueries(connection).tokens() {
            guard let digest = hash.withUnsafeBytes({ Digest256(bytes: $0) }) else {
                throw .corrupt("a token of account \(account) has a hash of \(hash.count) bytes")
            }
            tokens.append((digest, account))
        }
        return tokens
    }
}
