public import HostedConnection

extension Caller {
    /// - Throws: ``RefusalCode/forbidden`` for anybody but staff.
    public func requireStaff(to act: String) throws(StepFailure) {
        guard case .staff = self else {
            throw .refused(
                Refusal(.forbidden, "Only the carrier's staff may \(act)", object: actor, next: "Use an operator's token"))
        }
    }
}

extension Step {
    /// What lies in another region than the one the caller works in is not operated.
    /// - Throws: ``RefusalCode/regionMismatch``.
    public func requireRegion(_ region: String, of object: String) throws(StepFailure) {
        guard self.region.isEmpty || self.region == region else {
            throw .refused(
                Refusal(
                    .regionMismatch, "\(object) is in region \(region), not in \(self.region)", field: "region", object: object,
                    next: "Work in region \(region)"))
        }
    }
}

extension Refusal {
    /// A port that is not there, or not for this caller.
    public static func noPort(_ id: PortID) -> Refusal {
        guard id.isSet else {
            return Refusal(.missingField, "No port is named", field: "portId", next: "Give the ID of one of your ports")
        }
        return Refusal(
            .notFound, "Port \(id) was not found", field: "portId", object: id.description, next: "List your ports and choose one of them")
    }

    /// A VBR that is not there, or not for this caller.
    public static func noVBR(_ id: VBRID) -> Refusal {
        guard id.isSet else {
            return Refusal(.missingField, "No VBR is named", field: "vbrId", next: "Give the ID of one of your VBRs")
        }
        return Refusal(
            .notFound, "VBR \(id) was not found", field: "vbrId", object: id.description, next: "List your VBRs and choose one of them")
    }
}
