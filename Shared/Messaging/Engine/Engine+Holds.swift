import HostedConnection
import Schema
import ServiceKit
import Store

extension Engine {
    /// Keeps a message whose turn has not come.
    func park(_ arrival: Arrival, at place: Place, on channel: ChannelKey) throws(StoreError) {
        if holds[channel] != nil, try tables.parked.count(on: channel) >= settings.parkedPerChannel {
            // With its place, so that it can be put back when the channel has room again.
            try bury(
                arrival, DeadLetterCause("channel_overflow", "\(settings.parkedPerChannel) messages of the channel wait already"),
                on: channel, at: place.position)
            return
        }
        if try tables.parked.park(arrival, at: place, on: channel, now: step.now) {
            parkedNow += 1
            statistics.parked += 1
        } else {
            statistics.repeated += 1
        }
    }

    func hold(_ channel: ChannelKey, _ why: (reason: HoldReason, detail: String)) throws(StoreError) {
        let hold = Hold(reason: why.reason, detail: why.detail, since: holds[channel]?.since ?? step.now)
        holds[channel] = hold
        try tables.holds.save(hold, of: channel)
    }

    /// Handles what is parked on a channel, in order, as far as it goes.
    func replay(_ channel: ChannelKey) throws(StoreError) {
        while let parked = try tables.parked.firstParked(on: channel) {
            let mark = try application.handled(channel)
            switch parked.place.verdict(mark: mark) {
            case .repeated: break
            case .next:
                let why = try parked.lend(topic: channel.topic, key: Array(channel.text.utf8)) { arrival throws(StoreError) in
                    try handleParked(arrival, at: parked.place, on: channel)
                }
                try closeLiftedLetter(of: channel, now: why?.reason)
                if let why { return try hold(channel, why) }
            case .gap: return try hold(channel, (.gap, "messages after \(mark.epoch).\(mark.sequence) have not arrived"))
            case .diverged:
                return try hold(channel, (.diverged, "the sender has forgotten messages up to \(mark.epoch).\(mark.sequence)"))
            }
            try tables.parked.remove(parked.place.position, from: channel)
            parkedNow -= 1
            // It has moved: should it stop again, that counts from now.
            holds[channel] = nil
        }
        try free(channel)
    }

    /// Closes the dead letter of a head whose type was unknown, unless it still is.
    /// - Parameter reason: what holds the channel from now on; nil if nothing does.
    private func closeLiftedLetter(of channel: ChannelKey, now reason: HoldReason?) throws(StoreError) {
        guard case .unknownType(let number) = holds[channel]?.reason, reason != .unknownType(number),
            try tables.deadLetters.open(number) != nil
        else { return }
        try tables.deadLetters.close(number, as: .retried, by: application.source, now: step.now)
        openDeadLetters -= 1
    }

    /// Nothing of the channel waits any more.
    func free(_ channel: ChannelKey) throws(StoreError) {
        holds[channel] = nil
        try tables.holds.remove(channel)
    }

    private func handleParked(
        _ arrival: Arrival, at place: Place, on channel: ChannelKey
    ) throws(StoreError) -> (reason: HoldReason, detail: String)? {
        let opened: OpenedMessage
        do throws(CodecError) {
            opened = try OpenedMessage(arrival.body)
        } catch {
            // It was readable when it was parked.
            throw .corrupt("the parked message \(arrival.id) can't be read: \(error)")
        }
        return try handle(arrival, opened, at: place, on: channel)
    }

    /// Goes on with everything that waited for what the step has released.
    func settleReleased() throws(StoreError) {
        while true {
            let keys = step.takeReleased()
            if keys.isEmpty || parkedNow == 0 { return }
            for key in keys {
                for channel in holds.waiting(for: key) { try replay(channel) }
                try replayForeign(key)
            }
        }
    }

    /// At a start: types that were unknown may be known to this version.
    func retryUnknownTypes() throws(StoreError) {
        let channels = holds.ofUnknownTypes
        guard !channels.isEmpty else { return }
        // Item by item: a message that breaks a rule of the schema must not keep the service from starting.
        isolation.isActive = true
        defer { isolation.isActive = false }
        try runAlone { () throws(StoreError) in
            for channel in channels { try replay(channel) }
            try settleReleased()
        }
    }

    /// A transaction of the engine's own, apart from what arrives.
    func runAlone(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        step.now = clock.now()
        let before = statistics
        do throws(StoreError) {
            try connection.begin()
            try body()
            try writeItem()
            try connection.commit()
        } catch {
            undo(to: before)
            throw error
        }
        application.discard()
        firstUnwritten = 0
        statistics.sent += UInt64(step.events.count)
        sendCommitted()
    }
}
