/// Where a part of a cluster has its files.
struct NodeFiles {
    let configuration: String
    let database: String
    let log: String
    /// Where a part that serves HTTP says its address.
    let address: String

    init(of name: String, in folder: String) {
        configuration = "\(folder)/\(name).yaml"
        database = "\(folder)/\(name).db"
        log = "\(folder)/\(name).log"
        address = "\(folder)/\(name).address"
    }
}
