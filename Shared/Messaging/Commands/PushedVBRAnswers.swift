public import Schema

extension PushedVBRAnswers: ItemAnswers {
    public typealias View = PushedVBRView

    public mutating func append(_ view: consuming PushedVBRView) { items.append(PushedVBRAnswer(vbr: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(PushedVBRAnswer(error: error)) }
}

extension VBRFeeAnswers: ItemAnswers {
    public typealias View = VBRFeeView

    public mutating func append(_ view: consuming VBRFeeView) { items.append(VBRFeeAnswer(fee: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(VBRFeeAnswer(error: error)) }
}

extension PushedVBRView: ItemView {
    public var minimal: Self { Self(vbrID: vbrID) }
}

extension VBRFeeView: ItemView {
    public var minimal: Self { Self(vbrID: vbrID) }
}
