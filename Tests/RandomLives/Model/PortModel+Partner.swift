import HostedConnection

/// What the partner does with one of its ports.
enum PartnerAct: Equatable {
    case withdraw
    case pay
    case terminate
    case recover
    case delete
    case terminateVBR
    case recoverVBR
    case deleteVBR
    case changeVLAN(UInt32?)
    case changeBandwidth(UInt32?)
    case cancelBandwidth
    case ask(RequestedAct)
    /// A request by its place among the port's.
    case refuse(Int)
    case takeBack(Int)
    case tag
    case setPayer(PayingParty)
    /// An operator has the access device asked again.
    case askDevice
}

// The partner's columns of the matrix (section 11).
extension PortModel {
    /// Carries an act of the port's partner out, up to rest.
    mutating func partner(_ act: PartnerAct, _ ground: Ground) -> Answer {
        switch act {
        case .withdraw: return withdraw(ground)
        case .pay:
            guard payer == .partner, !isEnded, change != .deletion, money.settled == 0, money.wasDeclined else {
                return .refused(.chargeNotRetriable)
            }
            payForPort(ground)
            return .done
        case .terminate:
            if payer == .tenant { return .refused(.notThePayer) }
            return stop(by: .partner, ground)
        case .recover: return recover(ground)
        case .delete:
            if payer == .tenant { return .refused(.notThePayer) }
            return delete(ground)
        case .terminateVBR, .recoverVBR, .deleteVBR:
            if router == nil { return .refused(.notFound) }
            if payer == .tenant { return .refused(.notThePayer) }
            if change != nil { return .refused(.changeInProgress) }
            return order(act, ground)
        case .changeVLAN(let new): return changeVLAN(new, ground)
        case .changeBandwidth(let new): return changeBandwidth(new, ground)
        case .cancelBandwidth: return cancelBandwidth(ground)
        case .ask(let kind): return ask(for: kind, by: .partner, bandwidth: nil, ground)
        case .refuse(let wish): return close(wish, as: .refused, by: .partner, ground)
        case .takeBack(let wish): return close(wish, as: .withdrawn, by: .partner, ground)
        case .tag: return tag(by: .partner)
        case .setPayer(let wanted): return wanted == payer ? .done : .refused(.payerFixed)
        case .askDevice:
            if device.isBehind, device.asked?.vlan != ground.faults.vlan { catchUp(ground) }
            return .done
        }
    }

    private mutating func withdraw(_ ground: Ground) -> Answer {
        switch acceptance {
        case .confirmed: return .refused(.offerNotPending)
        case .withdrawn: return .done
        case .rejected, .lapsed, .deleted: return .refused(.portEnded)
        case .unconfirmed:
            guard ground.mayWithdraw else { return .refused(.notEnabled) }
            if change != nil { return .refused(.changeInProgress) }
            endOffer(as: .withdrawn)
            return .done
        }
    }

    /// An offer ends without being taken; what a partner has paid goes back.
    mutating func endOffer(as acceptance: Acceptance) {
        refund()
        end(as: acceptance)
    }

    /// The access device has what it was asked for.
    mutating func catchUp(_ ground: Ground) {
        device.isBehind = false
        follow(ground)
    }

    // MARK: Terminate and recover

    /// What is in the way of stopping and starting; nil if nothing is.
    private func obstacle(seesChange: Bool) -> Answer? {
        if acceptance == .unconfirmed { return .refused(.portNotActive) }
        if isEnded { return .refused(.portEnded) }
        if seesChange { return .refused(.changeInProgress) }
        return service == .allocated ? .refused(.portNotActive) : nil
    }

    mutating func stop(by party: PayingParty, _ ground: Ground) -> Answer {
        if let obstacle = obstacle(seesChange: party == .partner ? change != nil : tenantSeesChange) { return obstacle }
        if party == .tenant {
            guard told == .enabled else { return .done }
            if router != nil { return .refused(.portHasVBR) }
            // The partner's side refuses what meets a change that the tenant's does not know of.
            if change != nil { return .done }
            told = .terminating
        }
        if service == .enabled || service == .recovering {
            service = .terminating
            terminatedBy = party
            follow(ground)
        }
        return .done
    }

    private mutating func recover(_ ground: Ground) -> Answer {
        if let obstacle = obstacle(seesChange: change != nil) { return obstacle }
        guard service == .terminated || service == .terminating else { return .done }
        guard payer == .partner || wish(.recoverPort) != nil else { return .refused(.recoveryNotRequested) }
        service = .recovering
        follow(ground)
        return .done
    }

    private mutating func order(_ act: PartnerAct, _ ground: Ground) -> Answer {
        guard let state = router?.state else { return .refused(.notFound) }
        switch act {
        case .terminateVBR:
            guard state == .enabled || state == .recovering else { return .done }
            router?.state = .terminating
            router?.wentWithPort = false
        case .recoverVBR:
            guard state == .terminated || state == .terminating else { return .done }
            guard service == .enabled else { return .refused(.portTerminated) }
            router?.state = .recovering
            router?.wentWithPort = false
        default:
            guard state == .terminated else { return .refused(.vbrNotTerminated) }
            router = nil
            answerWishes()
        }
        follow(ground)
        return .done
    }

    // MARK: Delete

    /// The deletion of a port by a party that may.
    mutating func delete(_ ground: Ground) -> Answer {
        if acceptance == .deleted || change == .deletion { return .done }
        if acceptance == .unconfirmed { return .refused(.portNotActive) }
        if isEnded { return .refused(.portEnded) }
        if change != nil { return .refused(.changeInProgress) }
        if router != nil { return .refused(.portHasVBR) }
        change = .deletion
        service = .deleting
        told = .deleting
        follow(ground)
        return .done
    }

    // MARK: Changes

    private func notInUse() -> Answer {
        service == .terminated || service == .terminating ? .refused(.portTerminated) : .refused(.portNotActive)
    }

    private mutating func changeVLAN(_ new: UInt32?, _ ground: Ground) -> Answer {
        if isEnded { return .refused(.portEnded) }
        if change != nil { return .refused(.changeInProgress) }
        if service != .allocated, !isInUse { return notInUse() }
        guard let new else { return .refused(.missingField) }
        guard new <= 2999 else { return .refused(.invalidValue) }
        if new == vlan { return .done }
        if let objection = ground.objection { return .refused(objection) }
        change = .vlan(new)
        follow(ground)
        return .done
    }

    private mutating func changeBandwidth(_ new: UInt32?, _ ground: Ground) -> Answer {
        guard ground.hasPrivilege else { return .refused(.privilegeExpired) }
        if isEnded { return .refused(.portEnded) }
        if change != nil { return .refused(.changeInProgress) }
        if !isInUse { return notInUse() }
        guard let new else { return .refused(.missingField) }
        guard Ground.offered.contains(new) else { return .refused(.bandwidthNotOffered) }
        if new == bandwidth { return .done }
        if new < bandwidth {
            change = .less(new, .forward)
            // The device is asked with the command itself, whatever comes before its answer.
            ask(ground)
            follow(ground)
            return .done
        }
        if let objection = ground.objection { return .refused(objection) }
        change = .unpaid(new, until: ground.now + Ground.paymentTime)
        if payer == .partner || wish(.changeBandwidth)?.bandwidth == new { payForMore(new, ground) }
        return .done
    }

    mutating func payForMore(_ new: UInt32, _ ground: Ground) {
        change = charge(new, ground) ? .paid(new) : nil
        follow(ground)
    }

    private mutating func cancelBandwidth(_ ground: Ground) -> Answer {
        switch change {
        case nil, .vlan, .deletion: return .refused(.noChangeInProgress)
        case .paid: return .refused(.sagaPastReturn)
        case .unpaid:
            change = nil
            return .done
        case .less(let new, let course):
            if course == .back { return .refused(.contradictsState) }
            change = .less(new, .back)
            follow(ground)
            return .done
        }
    }

    // MARK: What one asks of the other

    mutating func ask(for act: RequestedAct, by party: PayingParty, bandwidth wanted: UInt32?, _ ground: Ground) -> Answer {
        if acceptance == .unconfirmed { return .refused(.portNotActive) }
        if isEnded { return .refused(.portEnded) }
        let seen = party == .partner ? service : told
        switch act {
        case .recoverPort:
            if party == .partner { return .refused(.invalidValue) }
            // It may be asked for while a termination is under way that will be refused.
            guard seen == .terminated || seen == .terminating || ground.isLate else { return .refused(.portNotTerminated) }
        case .deletePort: if payer == party { return .refused(.invalidValue) }
        case .deleteVBR:
            if party == .tenant { return .refused(.invalidValue) }
            if router == nil { return .refused(.portHasNoVBR) }
        case .changeBandwidth:
            if party == .partner { return .refused(.invalidValue) }
            guard let wanted, wanted > 0 else { return .refused(.missingField) }
            if !isInUseForTenant { return .refused(.portNotActive) }
            if wanted == bandwidth { return .refused(.invalidValue) }
        }
        if wish(act) != nil { return .refused(.requestExists) }
        wishes.append(Wish(id: .none, act: act, asker: party, bandwidth: act == .changeBandwidth ? wanted : nil))
        // What is so on the other side already is fulfilled at once.
        answerWishes()
        return .done
    }

    /// What is closed before the other side has done it stays so.
    mutating func close(_ place: Int, as standing: RequestStanding, by party: PayingParty, _ ground: Ground) -> Answer {
        guard wishes.indices.contains(place) else { return .refused(.notFound) }
        let isAsker = wishes[place].asker == party
        guard isAsker == (standing == .withdrawn) else { return .refused(.forbidden) }
        if wishes[place].standing == standing { return .done }
        guard wishes[place].standing == .open || ground.isLate && wishes[place].standing == .fulfilled else {
            return .refused(.requestClosed)
        }
        wishes[place].standing = standing
        return .done
    }

    func tag(by party: PayingParty) -> Answer {
        if payer != party { return .refused(.tagsBelongToPayer) }
        return isEnded ? .refused(.portEnded) : .done
    }
}
