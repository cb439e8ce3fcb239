public import Schema

extension DeletionAnswers: ItemAnswers {
    public typealias View = DeletionView

    public mutating func append(_ view: consuming DeletionView) { items.append(DeletionAnswer(deletion: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(DeletionAnswer(error: error)) }
}

extension RequestAnswers: ItemAnswers {
    public typealias View = RequestView

    public mutating func append(_ view: consuming RequestView) { items.append(RequestAnswer(request: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(RequestAnswer(error: error)) }
}

extension DeletionView: ItemView {
    public var minimal: Self { Self(port: port?.minimal, refundID: refundID) }
}

extension RequestView: ItemView {
    public var minimal: Self { Self(requestID: requestID) }
}
