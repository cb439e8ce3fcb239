public import AdminAPI
public import HTTP
import HostedConnection
import Messaging
import Schema
import Store

extension AdminRoutes<NetworkApplication.Command> {
    /// Adds what the simulated device has, what happened on it, and what it is to refuse. For staff.
    public mutating func devices() throws(HTTPRouteError) {
        try list("/admin/v1/devices", isForStaff: true) { reader, _, page throws(StoreError) in
            try DeviceQueries(reader).devices(page)
        }
        try item("/admin/v1/devices/{id}", "port", PortID.self, isForStaff: true) { reader, id, _ throws(StoreError) in
            try DeviceQueries(reader).device(id)
        }
        let query = QueryParameters.paging.union(["portId"])
        try read("/admin/v1/changes", query: query, isForStaff: true, output: DeviceChanges.self) { request, reader throws(StepFailure) in
            let (port, page) = try ruled { () throws(Refusal) -> (PortID?, PageRequest) in
                (try request.query.id("portId"), try request.query.page())
            }
            return CommandAnswer(
                status: 200, try stored { () throws(StoreError) in try DeviceQueries(reader).changes(of: port, page) })
        }
        try write("/admin/v1/device-faults", DeviceFaults.self) { faults, caller in NetworkCommand(faults: faults, by: caller) }
    }
}
