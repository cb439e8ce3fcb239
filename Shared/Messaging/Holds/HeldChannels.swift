/// The channels whose messages wait, as the memory knows them; by what they wait for too, so that a release costs nothing
/// however many others are held.
struct HeldChannels {
    private var holds: [ChannelKey: Hold] = [:]
    private var waiting: [WaitKey: Set<ChannelKey>] = [:]

    init(_ holds: [ChannelKey: Hold]) {
        for (channel, hold) in holds { self[channel] = hold }
    }

    subscript(channel: ChannelKey) -> Hold? {
        get { holds[channel] }
        set {
            if case .waiting(let key) = holds[channel]?.reason {
                waiting[key]?.remove(channel)
                if waiting[key]?.isEmpty ?? false { waiting[key] = nil }
            }
            if case .waiting(let key) = newValue?.reason { waiting[key, default: []].insert(channel) }
            holds[channel] = newValue
        }
    }

    var count: Int { holds.count }
    var values: some Collection<Hold> { holds.values }

    /// The channels that wait for this, in the order of their keys.
    func waiting(for key: WaitKey) -> [ChannelKey] {
        guard let channels = waiting[key] else { return [] }
        return channels.sorted { $0.key < $1.key }
    }

    /// The channels whose next message is of an unknown type, in the order of their keys.
    var ofUnknownTypes: [ChannelKey] {
        let channels = holds.filter { hold in
            if case .unknownType = hold.value.reason { true } else { false }
        }
        return channels.keys.sorted { $0.key < $1.key }
    }
}
