import HostedConnection
public import Schema

/// A message of a known type, on its way to a handler. Its body is valid for the length of the call only.
public struct InboundMessage {
    public let topic: Topic
    /// The connection or account it is about, on topics of channels.
    public let channel: ChannelKey?
    public let type: MessageType
    public let id: String
    public let source: String
    let encoding: EventEncoding
    let body: UnsafeRawBufferPointer
    /// The body as far as the engine has read it, on topics of channels.
    let opened: OpenedMessage?

    /// The message itself.
    public func decode<Message: EventMessage>(_ message: Message.Type = Message.self) throws(StepFailure) -> Message {
        do throws(CodecError) {
            if let opened { return try Message(opened) }
            return switch encoding {
            case .protobuf: try Message(protobuf: body)
            case .json: try Message(json: body)
            }
        } catch {
            throw .undecodable(error)
        }
    }
}
