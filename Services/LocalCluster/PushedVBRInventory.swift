import HostedConnection
public import Schema
import ServiceKit

/// A VBR that a partner has pushed, as it stands in an inventory file.
public struct PushedVBREntry: Sendable {
    /// The circuit's name in the same file, or the ID of another one.
    public var circuit: String
    /// What is registered, but for the circuit.
    public var input: PushedVBRInput
    /// How the tenant was told of the upgrade; nil if it was not.
    public var informed: String?

    private enum Payer: String, CaseIterable, Sendable {
        case partner
        case tenant
    }

    init(_ value: YAMLValue) throws(YAMLError) {
        var fields = try value.fields()
        input = PushedVBRInput()
        circuit = try fields.take("circuit", .text)
        input.tenantAccountID = try fields.take("tenant", Inventory.accountForm)
        input.name = try fields.takeIfPresent("name", .text) ?? ""
        input.vlanID = UInt32(try fields.take("vlan", .integer(in: 0...2_999)))
        input.bandwidthMbps = try fields.takeIfPresent("bandwidthMbps", .integer(in: 1...100_000_000)).map { UInt32($0) }
        input.supportsBandwidth = try fields.takeIfPresent("supportsBandwidth", .boolean)
        input.cloudIPv4 = try fields.take("cloudIpv4", .text)
        input.clientIPv4 = try fields.take("clientIpv4", .text)
        input.subnetMask = try fields.take("subnetMask", .text)
        if let payer = try fields.takeIfPresent("feePayer", ScalarForm<Payer>.choice) {
            input.feePayer = payer == .partner ? .partner : .tenant
        }
        input.feePrepaid = try fields.takeIfPresent("feePrepaid", .boolean) ?? false
        informed = try fields.takeIfPresent("informed", .text)
        try fields.finish()
    }
}

extension Inventory {
    /// How long word of a new tenant may take from one service to the other.
    private static var patience: Duration { .seconds(30) }

    /// Pushes the VBRs, and records that their tenants were informed; what is there already is left as it is.
    /// - Parameter circuits: the file's circuits as registered.
    func pushVBRs(_ partner: AdminClient, on circuits: [CircuitView]) throws(ClusterError) -> [PushedVBRView] {
        guard !pushedVBRs.isEmpty else { return [] }
        var request = PushedVBRsInput()
        for entry in pushedVBRs {
            var input = entry.input
            guard let circuit = circuits.first(where: { $0.name == entry.circuit })?.circuitID ?? CircuitID(entry.circuit) else {
                throw ClusterError("pushed VBR \(entry.input.name): the file has no circuit \(entry.circuit)")
            }
            input.circuitID = circuit
            request.items.append(input)
        }
        let views = try push(request, partner)
        var attestations = AttestationsInput()
        for (entry, view) in zip(pushedVBRs, views) {
            guard let how = entry.informed, view.informedHow != how else { continue }
            attestations.items.append(AttestationInput(vbrID: view.vbrID, how: how))
        }
        guard !attestations.items.isEmpty else { return views }
        let answers: PushedVBRAnswers = try partner.post("/admin/v1/attestations:bulk", attestations)
        for answer in answers.items {
            if let error = answer.error { throw ClusterError("attestation: \(error.line)", code: error.code) }
        }
        return views
    }

    private func push(_ request: PushedVBRsInput, _ partner: AdminClient) throws(ClusterError) -> [PushedVBRView] {
        let deadline = MonotonicInstant.now + Self.patience
        while true {
            let answers: PushedVBRAnswers = try partner.post("/admin/v1/pushed-vbrs:bulk", request)
            let refused = zip(request.items, answers.items).compactMap { item, answer in answer.error.map { (item, $0) } }
            guard let (item, error) = refused.first(where: { $0.1.code != RefusalCode.accountUnknown.rawValue }) ?? refused.first
            else { return answers.items.compactMap(\.vbr) }
            guard error.code == RefusalCode.accountUnknown.rawValue, MonotonicInstant.now < deadline else {
                throw ClusterError("pushed VBR \(item.name): \(error.line)", code: error.code)
            }
            Pause.briefly()
        }
    }
}
