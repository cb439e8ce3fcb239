import HostedConnection

extension Walk {
    /// What commands may come to that met each other on the way: as if they had come one after the other in some order, and some
    /// of them had been refused. Those of one side too, for what the one begins ends after the other.
    func crossing(_ before: PortModel, _ given: [Given]) throws -> [PortModel] {
        let carriedOut = given.filter { $0.answer == .done }
        var found: [PortModel] = []
        try orders(of: carriedOut, from: before, &found)
        return found + (try lateAcceptances(before, carriedOut))
    }

    /// Every order of every choice of them.
    private func orders(of left: [Given], from port: PortModel, _ found: inout [PortModel]) throws {
        var rest = port
        rest.activate(ground)
        rest.follow(ground)
        if !found.contains(rest) { found.append(rest) }
        for (place, entry) in left.enumerated() {
            var rest = left
            rest.remove(at: place)
            for isLate in [false, true] {
                var after = port
                if try entry.apply(to: &after, isLate: isLate) == .done { try orders(of: rest, from: after, &found) }
            }
        }
    }

    /// An acceptance that met the offer's end: what it has paid goes back, and what was done besides ends with it.
    private func lateAcceptances(_ before: PortModel, _ given: [Given]) throws -> [PortModel] {
        guard before.acceptance == .unconfirmed, given.contains(where: \.item.isWithdrawal) else { return [] }
        var accepted: [PortModel] = []
        try orders(of: given.filter { !$0.item.isWithdrawal }, from: before, &accepted)
        return accepted.filter { $0.acceptance == .confirmed || $0.acceptance == .deleted }.map { accepted in
            var port = before
            port.money = accepted.money
            port.wishes = accepted.wishes
            port.lapsesAt = nil
            port.endOffer(as: .withdrawn)
            return port
        }
    }
}

extension Item {
    fileprivate var isWithdrawal: Bool {
        if case .partner(.withdraw) = deed { true } else { false }
    }
}

extension PortModel {
    /// Whether no traffic may pass, whatever the access device was asked last.
    var isStopped: Bool {
        service == .terminated || isEnded || router?.told == .terminated
    }

    /// What time alone may make of it.
    func later(_ now: Instant, _ ground: Ground) -> [PortModel] {
        var later = self
        if acceptance == .unconfirmed, let lapsesAt, lapsesAt <= now { later.endOffer(as: .lapsed) }
        later.follow(ground)
        switch later.change {
        case nil: return [later]
        case .unpaid(_, let until) where until <= now:
            later.change = nil
            return [later]
        case .vlan where ground.faults.mayPass:
            // The device was asked for it long enough.
            var undone = later
            undone.change = nil
            undone.follow(ground)
            return [later, undone]
        case .less(let new, .forward):
            var turnedBack = later
            turnedBack.change = .less(new, .back)
            return [later, turnedBack]
        default: return [later]
        }
    }
}
