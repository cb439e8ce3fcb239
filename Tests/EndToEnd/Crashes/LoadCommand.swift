import HostedConnection
import LocalCluster
import Schema
import ServiceKit

/// One write of the load, always sent with the same key and body.
struct LoadCommand {
    private enum Body {
        case offers(OffersInput)
        case acceptances(AcceptancesInput)
        case vbrs(VBRsInput)
    }

    private let body: Body
    private let key = "load-" + BinaryText.base32(randomBytes(10))
    /// Which walks the items belong to.
    var walks: [Int] = []

    static func offers(_ items: [OfferInput]) -> LoadCommand { LoadCommand(body: .offers(OffersInput(items: items))) }

    static func acceptances(_ ports: [PortID]) -> LoadCommand {
        LoadCommand(body: .acceptances(AcceptancesInput(items: ports.map { AcceptanceInput(portID: $0) })))
    }

    static func vbrs(_ ports: [PortID]) -> LoadCommand { LoadCommand(body: .vbrs(VBRsInput(items: ports.map(Stage.router)))) }

    private init(body: Body) { self.body = body }

    /// Sends it; one item by the plain call, several by the bulk call.
    /// - Returns: the items' ports.
    func send(on stage: Stage) throws -> [PortID] {
        switch body {
        case .offers(let input) where input.items.count == 1:
            let view: PortView = try stage.partner.post("/admin/v1/ports", input.items[0], idempotencyKey: key)
            return [view.portID]
        case .offers(let input):
            let answers: PortAnswers = try stage.partner.post("/admin/v1/ports:bulk", input, idempotencyKey: key)
            return try answers.items.map { try Self.port($0.port?.portID, $0.error) }
        case .acceptances(let input) where input.items.count == 1:
            let view: PortView = try stage.tenant.post("/admin/v1/acceptances", input.items[0], idempotencyKey: key)
            return [view.portID]
        case .acceptances(let input):
            let answers: PortAnswers = try stage.tenant.post("/admin/v1/acceptances:bulk", input, idempotencyKey: key)
            return try answers.items.map { try Self.port($0.port?.portID, $0.error) }
        case .vbrs(let input) where input.items.count == 1:
            let view: VBRView = try stage.tenant.post("/admin/v1/vbrs", input.items[0], idempotencyKey: key)
            return [view.portID]
        case .vbrs(let input):
            let answers: VBRAnswers = try stage.tenant.post("/admin/v1/vbrs:bulk", input, idempotencyKey: key)
            return try answers.items.map { try Self.port($0.vbr?.portID, $0.error) }
        }
    }

    private static func port(_ port: PortID?, _ error: ErrorDetail?) throws -> PortID {
        if let port { return port }
        throw ClusterError("an item was refused: \(error?.line ?? "no reason")", code: error?.code ?? "none", status: 400)
    }
}
