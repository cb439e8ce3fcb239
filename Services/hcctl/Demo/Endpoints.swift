import HostedConnection
import LocalCluster
import Schema

/// Where everything of the demo answers and with which tokens, for programs that want to join in.
struct Endpoints {
    struct Account {
        var role: Inventory.Role
        var input: AccountInput
        var token: String
    }

    private let bootstrap: String
    private let topicPrefix: String
    private let partnerURL: String
    private let tenantURL: String
    private let accounts: [Account]

    /// Issues a token to each account of the inventory.
    init(_ cluster: LocalCluster, inventory: Inventory, partner: AdminClient, tenant: AdminClient) throws {
        bootstrap = try cluster.bootstrap()
        topicPrefix = cluster.options.topicPrefix
        partnerURL = partner.baseURL
        tenantURL = tenant.baseURL
        accounts = try inventory.accounts.map { account in
            let client = account.role == .partner ? partner : tenant
            let issued: TokenView = try client.post("/admin/v1/accounts/\(account.input.accountID):issue-token")
            return Account(role: account.role, input: account.input, token: issued.token)
        }
    }

    /// The first account of a role, acting as itself.
    func client(of role: Inventory.Role) throws -> AdminClient {
        guard let account = accounts.first(where: { $0.role == role }) else { throw ClusterError("the inventory has no \(role)") }
        return try AdminClient(baseURL: role == .partner ? partnerURL : tenantURL, token: account.token)
    }

    /// Each tenant, acting as itself.
    func tenantClients() throws -> [AccountID: AdminClient] {
        var clients: [AccountID: AdminClient] = [:]
        for account in accounts where account.role == .tenant {
            clients[account.input.accountID] = try AdminClient(baseURL: tenantURL, token: account.token)
        }
        return clients
    }

    var json: String {
        let topics = Topic.allCases.map { "      \(quoted($0.baseName)): \(quoted($0.name(prefix: topicPrefix)))" }
        let people = accounts.map { account in
            "    {\"id\": \(quoted(account.input.accountID.description)), \"name\": \(quoted(account.input.name)), "
                + "\"role\": \(quoted(account.role.rawValue)), \"adminToken\": \(quoted(account.token))}"
        }
        return """
            {
              "kafka": {
                "bootstrap": \(quoted(bootstrap)),
                "topics": {
            \(topics.joined(separator: ",\n"))
                }
              },
              "partner": {"admin": \(quoted(partnerURL + "/admin/v1"))},
              "tenant": {"admin": \(quoted(tenantURL + "/admin/v1"))},
              "accounts": [
            \(people.joined(separator: ",\n"))
              ]
            }

            """
    }

    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20: quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
