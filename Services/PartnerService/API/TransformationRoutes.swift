import AdminAPI
import HTTP
import HostedConnection
import Messaging
import Schema
import Store

extension AdminRoutes<PartnerCommand> {
    /// Adds the transformation of pushed VBRs to shared ports, one by one and many as one.
    mutating func transformations() throws(HTTPRouteError) {
        try write("/admin/v1/transformations", TransformationInput.self) { input, caller in PartnerCommand(.transform([input]), by: caller)
        }
        try writeMany("/admin/v1/transformations:bulk", TransformationsInput.self) { input, shape, caller in
            PartnerCommand(.transform(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/confirmations", ConfirmationInput.self) { input, caller in PartnerCommand(.confirm([input]), by: caller) }
        try writeMany("/admin/v1/confirmations:bulk", ConfirmationsInput.self) { input, shape, caller in
            PartnerCommand(.confirm(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/transformations:cancel", TransformationEndInput.self) { input, caller in
            PartnerCommand(.cancelTransformations([input]), by: caller)
        }
        try batches()
    }

    private mutating func batches() throws(HTTPRouteError) {
        try write("/admin/v1/transformation-batches", TransformationBatchInput.self) { input, caller in
            PartnerCommand(.transformMany(input), by: caller)
        }
        try list("/admin/v1/transformation-batches") { reader, request, page throws(StoreError) in
            try PartnerQueries(reader).transformationBatches(of: request.caller, page)
        }
        try item("/admin/v1/transformation-batches/{id}", "batch", TransformationBatchID.self) { reader, id, caller throws(StoreError) in
            try PartnerQueries(reader).transformationBatch(id, of: caller)
        }
        try change("/admin/v1/transformation-batches/{id}:pause", "batch", TransformationBatchID.self, TransformationBatchOrder.self) {
            id, _, caller in PartnerCommand(.pauseBatch(id), by: caller)
        }
        try change("/admin/v1/transformation-batches/{id}:resume", "batch", TransformationBatchID.self, TransformationBatchOrder.self) {
            id, _, caller in PartnerCommand(.resumeBatch(id), by: caller)
        }
    }
}
