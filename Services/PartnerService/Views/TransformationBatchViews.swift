import HostedConnection
import PartnerDomain
import PortRecords
import Schema
import TransformationSaga

extension TransformationBatchView {
    /// A batch as APIs show it.
    /// - Parameter isBrief: whether its VBRs are left out, as in lists.
    init(_ row: TransformationBatchRow, _ batch: TransformationBatch, isBrief: Bool = false) {
        let progress = batch.progress
        self.init()
        batchID = row.id
        partnerAccountID = row.partner
        switch row.scope {
        case .circuit(let circuit): circuitID = circuit
        case .tenant(let tenant): tenantAccountID = tenant
        }
        payer = Payer(row.payer)
        atOnce = UInt32(row.limit)
        state = batch.state.name
        waiting = UInt32(progress.waiting)
        running = UInt32(progress.running)
        needOperator = UInt32(progress.needOperator)
        refused = UInt32(progress.refused)
        completed = UInt32(progress.completed)
        compensated = UInt32(progress.compensated)
        startedAt = Timestamp(row.startedAt)
        endedAt = row.endedAt.map(Timestamp.init)
        guard !isBrief else { return }
        report = batch.report
        items = batch.items.map(TransformationBatchItem.init)
    }
}

extension TransformationBatchItem {
    fileprivate init(_ item: TransformationBatch.Item) {
        self.init(vbrID: item.vbr, state: item.state.name)
        switch item.state {
        case .waiting: break
        case .refused(let code, let text):
            self.code = code.rawValue
            reason = text
        case .running(let saga), .needsOperator(let saga), .completed(let saga): sagaID = saga
        case .compensated(let saga, let why):
            sagaID = saga
            reason = why
        }
    }
}
