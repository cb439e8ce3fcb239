import HostedConnection

/// What the tenant does with one of its ports.
enum TenantAct: Equatable {
    case accept
    case reject
    case pay
    case createVBR(RouterShape)
    /// Sets the bandwidth of the VBR that the port has, or had last.
    case changeVBR(UInt32)
    case deleteVBR
    case terminate
    case recover
    case delete
    case declineBandwidth
    case ask(RequestedAct, UInt32?)
    /// A request by its place among the port's.
    case refuse(Int)
    case takeBack(Int)
    case tag
}

/// A VBR as it is asked for, right or wrong.
enum RouterShape: Equatable {
    case asThePort
    case narrow(UInt32)
    case otherVLAN
    case oneAddress
}

// The tenant's columns of the matrix (section 11).
extension PortModel {
    /// Carries an act of the port's tenant out, up to rest.
    mutating func tenant(_ act: TenantAct, _ ground: Ground) -> Answer {
        switch act {
        case .accept: return accept(ground)
        case .reject: return reject(ground)
        case .pay: return pay(ground)
        case .createVBR(let shape): return createVBR(shape, ground)
        case .changeVBR(let wide): return changeVBR(wide)
        case .deleteVBR: return deleteVBR(ground)
        case .terminate: return stop(by: .tenant, ground)
        case .recover:
            if acceptance == .unconfirmed { return .refused(.portNotActive) }
            return .refused(isEnded ? .portEnded : .partnerRecovers)
        case .delete:
            if payer == .partner, expiredAt == nil { return .refused(.notThePayer) }
            // The partner's side refuses what meets a decrease, of which the tenant's does not know.
            if case .less = change { return router == nil ? .done : .refused(.portHasVBR) }
            return delete(ground)
        case .declineBandwidth:
            switch change {
            case nil, .vlan, .less, .deletion: return .refused(.noChangeInProgress)
            case .unpaid, .paid: if payer == .partner { return .refused(.notThePayer) }
            }
            if case .paid = change { return .refused(.changeInProgress) }
            change = nil
            return .done
        case .ask(let kind, let bandwidth): return ask(for: kind, by: .tenant, bandwidth: bandwidth, ground)
        case .refuse(let wish): return close(wish, as: .refused, by: .tenant, ground)
        case .takeBack(let wish): return close(wish, as: .withdrawn, by: .tenant, ground)
        case .tag: return tag(by: .tenant)
        }
    }

    private mutating func accept(_ ground: Ground) -> Answer {
        if acceptance == .confirmed { return .done }
        if isEnded { return .refused(.offerNotPending) }
        acceptance = .confirmed
        lapsesAt = nil
        if payer == .tenant { payForPort(ground) } else { activate(ground) }
        return .done
    }

    private mutating func reject(_ ground: Ground) -> Answer {
        switch acceptance {
        case .confirmed: return .refused(.offerNotPending)
        case .rejected: return .done
        case .withdrawn, .lapsed, .deleted: return .refused(.portEnded)
        case .unconfirmed:
            guard ground.mayReject else { return .refused(.notEnabled) }
            if tenantSeesChange { return .refused(.changeInProgress) }
            endOffer(as: .rejected)
            return .done
        }
    }

    private mutating func pay(_ ground: Ground) -> Answer {
        guard payer == .tenant, acceptance == .confirmed, change != .deletion else { return .refused(.chargeNotRetriable) }
        if case .unpaid(let more, _) = change {
            payForMore(more, ground)
            return .done
        }
        guard money.settled == 0, money.wasDeclined else { return .refused(.chargeNotRetriable) }
        payForPort(ground)
        return .done
    }

    private mutating func createVBR(_ shape: RouterShape, _ ground: Ground) -> Answer {
        if isClosedToRouters { return .refused(.changeInProgress) }
        if !isInUseForTenant { return .refused(.portNotActive) }
        if router != nil { return .refused(.portHasVBR) }
        var wide = bandwidth
        switch shape {
        case .asThePort: break
        case .narrow(let wanted):
            guard wanted > 0, wanted <= bandwidth else { return .refused(.bandwidthAbovePort) }
            wide = wanted
        case .otherVLAN: return .refused(.vlanFixedByPartner)
        case .oneAddress: return .refused(.addressing)
        }
        router = Router(id: .none, bandwidth: wide)
        follow(ground)
        return .done
    }

    private mutating func changeVBR(_ wide: UInt32) -> Answer {
        if router == nil { return .refused(.vbrNotActive) }
        if isClosedToRouters { return .refused(.changeInProgress) }
        guard wide > 0, wide <= bandwidth else { return .refused(.bandwidthAbovePort) }
        router?.bandwidth = wide
        return .done
    }

    /// Its own the tenant deletes in any state.
    private mutating func deleteVBR(_ ground: Ground) -> Answer {
        if router == nil { return .done }
        if isClosedToRouters { return .refused(.changeInProgress) }
        router = nil
        answerWishes()
        follow(ground)
        return .done
    }
}
