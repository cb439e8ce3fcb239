"""Example values of the messages that the admin APIs take and give."""

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field

TAIL = "01k3v7m2c9xw4r8t5n6p0q1s2d"
IDENTIFIERS = {
    "AccountID": "2000000000000001", "CircuitID": f"cir-{TAIL}", "PortID": f"pc-{TAIL}", "VBRID": f"vbr-{TAIL}",
    "TransformationBatchID": f"tfb-{TAIL}",
    "SubscriptionID": f"sub-{TAIL}", "ChargeID": f"chg-{TAIL}", "MessageID": f"msg-{TAIL}", "ConnectionID": f"pc-{TAIL}",
    "SagaID": f"saga-{TAIL}", "PartyRequestID": f"req-{TAIL}", "ApplicationID": f"app-{TAIL}",
    "ResourceGroupID": f"rg-{TAIL}", "AccessDeviceID": f"dev-{TAIL}",
}
# By the field's name, or by message and field where that matters.
VALUES = {
    "accessPoint": "fra-ap-1", "applied": "APPLIED_QUOTAS_VALID", "appliedBy": "1000000000000001", "action": "offered", "actor": "admin", "acceptance": "confirmed", "amountMinor": "120000",
    "association": "associated", "attempts": 0, "bandwidthMbps": 500, "billing": "paid", "carrier": "China Telecom",
    "cause": "undecodable", "circuitName": "fra-0007", "clause": "circuits_per_access_point", "clientIpv4": "10.0.0.2", "clientIpv6": "2001:db8::2", "connectionKind": "Shared Physical Connection", "cloudIpv4": "10.0.0.1", "cloudIpv6": "2001:db8::1",
    "code": "vlan_in_use", "currency": "EUR", "decision": "granted", "definition": "vlan-change", "description": "Ports of the logistics department", "detail": "VLAN 100, 500 Mbit/s", "deviceFailure": "",
    "declineReason": "", "diagram": "sequenceDiagram", "endReason": "", "entry": 1, "eventId": f"msg-{TAIL}", "eventSource": "tenant-service",
    "eventType": "hostedconnections.v1.PortAccepted", "field": "vlanId", "forwarding": "pass", "input": "step device done", "ipv6Prefix": "2001:db8::/56",
    "key": f"pc-{TAIL}", "location": "Frankfurt, room 12", "missing": "access point fra-ap-1 has one circuit and needs two", "met": False, "name": "Example Logistics", "next": "Choose another VLAN of 0 - 2999", "nextPageToken": "", "object": f"cir-{TAIL}",
    "outcome": "settled", "partition": 3, "partnerAccountId": "1000000000000001", "fromAccountId": "2000000000000001", "toAccountId": "1000000000000001", "payer": "PAYER_TENANT", "payerAccountId": "2000000000000001",
    "phase": "running", "quotaId": "ec/can_buy_1G_vpconn", "reason": "agreed by telephone", "ready": False, "refundId": f"rfd-{TAIL}", "refusal": "", "region": "eu-central-1", "regions": ["eu-central-1"], "requestedBandwidthMbps": 1000,
    "requestedVlanId": 200, "resourceGroup": "logistics", "remove": ["costcentre"], "role": "ACCOUNT_ROLE_TENANT", "rule": "R-005", "service": "enabled", "set": {"team": "logistics"}, "site": "international",
    "stage": "Completed", "state": "enabled", "status": "Active", "step": "device", "subnetMask": "255.255.255.252",
    "tags": {"team": "logistics"}, "tenantAccountId": "2000000000000001", "terminatedBy": "PAYER_UNSPECIFIED", "text": "VLAN 100 is in use",
    "token": "hca_0000000000000000000000000000000000000000000000000000", "topic": "hosted-connections.tenant", "trouble": "",
    "vbrState": "enabled", "verdict": "asked", "vlanId": 100, "warnings": [], "detectMultiplier": 3, "minRxIntervalMs": 200, "minTxIntervalMs": 200, "vlanIds": [666], "waitingFor": "", "why": "device: asked once, no answer yet",
    "CircuitInput.bandwidthMbps": 10000, "CircuitView.bandwidthMbps": 10000, "CircuitInput.name": "fra-0007", "CircuitView.name": "fra-0007",
    "OfferInput.name": "Frankfurt 1", "PortView.name": "Frankfurt 1", "VBRInput.name": "edge-1", "VBRChangeInput.name": "edge-1", "VBRView.name": "edge-1",
    "PrivilegeApplicationView.description": "Offering of shared ports", "PrivilegeView.description": "Offering of shared ports",
    "AccessDeviceInput.name": "fra-sw-3", "AccessDeviceView.name": "fra-sw-3", "ResourceGroupInput.name": "logistics",
    "ResourceGroupView.name": "logistics", "AccountView.closed": False, "AccountView.extraBandwidthsMbps": [],
    "RequestView.state": "open", "RequestView.closingReason": "", "DeletionView.next": "GET /admin/v1/ports/{id}",
    "RegionNames.items": ["eu-central-1"], "DeadLetterView.state": "open", "HeldChannelView.reason": "gap", "HeldChannelView.detail": "expects 4, has 5",
    "DeviceChange.reason": "", "DeviceChange.outcome": "applied", "DeviceFaults.reason": "no such interface", "LedgerEntry.reason": "",
    "LedgerEntry.kind": "first", "LedgerEntry.refundedMinor": "0", "BilledSubscriptionView.state": "paid",
    "BilledSubscriptionView.reason": "", "BilledSubscriptionView.refundId": "", "BilledSubscriptionView.refundedMinor": "0",
    "VBRFeeView.state": "running", "feePayer": "PAYER_TENANT", "how": "letter of 2 March to the network department", "informedBy": "1000000000000001",
    "informedHow": "letter of 2 March to the network department", "PushedVBRInput.name": "edge-old", "PushedVBRView.name": "edge-old", "unlimited": 0,
    "connectionIds": [f"vbr-{TAIL}"],
    "SagaView.waitingFor": "device", "SagaView.reason": "", "DeadLetterView.detail": "the body ends in the middle of a field",
}
TIME = "2026-03-02T09:30:00Z"


class Examples:
    """Makes an example of each message from the values above; what has none gets one of its type."""

    def __init__(self, messages, enums):
        self.messages, self.enums = messages, enums

    def of(self, name):
        message = self.messages[name]
        return {field.json_name: self.value(message.name, field) for field in message.fields if not self.is_error(message, field)}

    @staticmethod
    def is_error(message, field):
        """An item of a bulk answer has what was made or an error, not both."""
        return message.name.endswith("Answer") and field.json_name == "error"

    def value(self, message, field):
        if field.map_entry or not field.is_message:
            for name in (f"{message}.{field.json_name}", field.json_name):
                if name in VALUES:
                    return VALUES[name]
        if field.map_entry:
            return {"key": self.single(field.map_entry.fields[1])}
        return [self.single(field)] if field.is_repeated else self.single(field)

    def single(self, field):
        kind, type_name = field.descriptor.type, field.descriptor.type_name
        if field.identifier:
            return IDENTIFIERS[field.identifier]
        if kind == Field.TYPE_MESSAGE:
            return TIME if type_name == ".google.protobuf.Timestamp" else self.of(type_name.rsplit(".", 1)[1])
        if kind == Field.TYPE_ENUM:
            return self.enums[type_name].values[1][0]
        if kind == Field.TYPE_BOOL:
            return True
        if kind == Field.TYPE_STRING:
            return "text"
        return "1" if kind in (Field.TYPE_INT64, Field.TYPE_UINT64) else 1
