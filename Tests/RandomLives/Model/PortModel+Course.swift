import HostedConnection

// What happens by itself until everything is at rest again.
extension PortModel {
    /// What the access device is to have.
    private func wanted(_ ground: Ground) -> Device.Configuration {
        var wanted = Device.Configuration(traffic: traffic(ground), vlan: vlan, rate: bandwidth)
        switch change {
        case .vlan(let new): wanted.vlan = new
        case .paid(let new), .less(let new, .forward): wanted.rate = new
        case .less(_, .back), .unpaid, .deletion, nil: break
        }
        return wanted
    }

    private func traffic(_ ground: Ground) -> Device.Traffic {
        switch service {
        case .allocated, .released, .deleting: return .removed
        case .terminating, .terminated: return .block
        case .enabled, .recovering: break
        }
        if let router, !router.wentWithPort, router.state != .enabled, router.state != .recovering { return .block }
        if billing == .locked { return .block }
        //
        if billing == .expired, let expiredAt, ground.now >= expiredAt + Ground.grace { return .block }
        return .pass
    }

    /// Goes on as far as the access device and billing let it.
    mutating func follow(_ ground: Ground) {
        if ground.isLate { return }
        repeat {
            ask(ground)
            if device.isBehind, !giveUp(ground) { return }
        } while goOn(ground)
    }

    mutating func ask(_ ground: Ground) {
        let wanted = wanted(ground)
        let isNew = wanted.traffic == .removed ? (device.asked?.traffic ?? .removed) != .removed : wanted != device.asked
        guard isNew else { return }
        device.asked = wanted
        device.isBehind = wanted.vlan == ground.faults.vlan
    }

    /// A change that the device refuses for good is off, where there is a way back.
    private mutating func giveUp(_ ground: Ground) -> Bool {
        guard ground.faults.vlan != nil, !ground.faults.mayPass else { return false }
        switch change {
        case .vlan, .less(_, .forward):
            change = nil
            ask(ground)
            return !device.isBehind
        case .unpaid, .paid, .less, .deletion, nil: return false
        }
    }

    /// - Returns: whether anything has gone on.
    private mutating func goOn(_ ground: Ground) -> Bool {
        switch service {
        case .terminating: terminated()
        case .recovering: recovered()
        default:
            switch router?.state {
            case .terminating:
                router?.state = .terminated
                router?.told = .terminated
            case .recovering:
                router?.state = .enabled
                router?.told = .enabled
            default: return finishChange(ground)
            }
        }
        return true
    }

    private mutating func terminated() {
        service = .terminated
        told = .terminated
        toldTerminatedBy = terminatedBy
        guard let state = router?.state else { return }
        switch state {
        case .enabled, .recovering:
            router?.state = .terminated
            router?.told = .terminated
            router?.wentWithPort = true
        case .terminating:
            router?.state = .terminated
            router?.told = .terminated
        default: break
        }
    }

    private mutating func recovered() {
        service = .enabled
        told = .enabled
        terminatedBy = nil
        toldTerminatedBy = nil
        if router?.wentWithPort == true {
            router?.wentWithPort = false
            router?.state = .enabled
            router?.told = .enabled
        }
        answerWishes()
    }

    private mutating func finishChange(_ ground: Ground) -> Bool {
        switch change {
        case nil, .unpaid: return false
        case .vlan(let new): vlan = new
        case .less(_, .back): break
        case .less(let new, _), .paid(let new):
            bandwidth = new
            if let wide = router?.bandwidth, wide > new { router?.bandwidth = new }
            answerWishes()
        case .deletion:
            refund()
            end(as: .deleted)
            return false
        }
        change = nil
        return true
    }

    // MARK: Money

    /// Asks billing for the next attempt.
    /// - Returns: whether it is paid.
    mutating func charge(_ bandwidth: UInt32, _ ground: Ground) -> Bool {
        money.attempts += 1
        money.wasDeclined =
            isLocked || expiredAt != nil || ground.declining.declines(money.attempts, of: payingAccount, for: bandwidth)
        if money.wasDeclined { return false }
        money.settled += 1
        return true
    }

    /// Pays for the port itself. The payment may come to the partner's side after what met it.
    mutating func payForPort(_ ground: Ground) {
        guard charge(bandwidth, ground), !ground.isLate else { return }
        activate(ground)
    }

    /// What is accepted and paid is in use.
    mutating func activate(_ ground: Ground) {
        guard acceptance == .confirmed, money.settled > 0, service == .allocated else { return }
        service = .enabled
        told = .enabled
        follow(ground)
    }

    /// What was paid for the rest of the time goes back, once; of a paid time that is over nothing does.
    mutating func refund() {
        if money.settled > 0, expiredAt == nil { money.isRefunded = true }
    }

    // MARK: The end

    mutating func end(as acceptance: Acceptance) {
        self.acceptance = acceptance
        service = .released
        told = .released
        terminatedBy = nil
        toldTerminatedBy = nil
        change = nil
        answerWishes()
    }

    /// What was asked for and is so now is fulfilled; what cannot be any more is refused.
    mutating func answerWishes() {
        for place in wishes.indices where wishes[place].standing == .open {
            let isSo =
                switch wishes[place].act {
                case .recoverPort: service == .enabled
                case .deletePort: service == .released
                case .deleteVBR: router == nil
                case .changeBandwidth: bandwidth == wishes[place].bandwidth
                }
            if isSo {
                wishes[place].standing = .fulfilled
            } else if isEnded {
                wishes[place].standing = .refused
            }
        }
    }
}
