import HostedConnection
import Store
import Testing

@Suite("Broken constraints say which")
struct ConstraintConformanceTests {
    static let schema = """
        CREATE TABLE circuit (id {int} NOT NULL PRIMARY KEY, used {int} NOT NULL, capacity {int} NOT NULL,
            CONSTRAINT circuit_capacity CHECK (used <= capacity)) {table};
        CREATE TABLE allocation (circuit {int} NOT NULL REFERENCES circuit (id), vlan {int} NOT NULL, port {int} NOT NULL,
            state {int} NOT NULL, PRIMARY KEY (circuit, vlan)) {keyed};
        CREATE UNIQUE INDEX one_allocation_per_port ON allocation (port);
        CREATE UNIQUE INDEX one_active_per_circuit ON allocation (circuit, state) WHERE state = 1;
        INSERT INTO circuit VALUES (1, 5, 10), (2, 0, 10);
        INSERT INTO allocation VALUES (1, 100, 7, 1)
        """

    @Test(
        arguments: Driver.allCases,
        [
            ("INSERT INTO circuit VALUES (1, 0, 0)", ConstraintViolation(kind: .primaryKey, table: "circuit", columns: ["id"])),
            (
                "INSERT INTO allocation VALUES (1, 100, 8, 0)",
                ConstraintViolation(kind: .primaryKey, table: "allocation", columns: ["circuit", "vlan"])
            ),
            (
                "INSERT INTO allocation VALUES (1, 101, 7, 0)",
                ConstraintViolation(kind: .unique, table: "allocation", columns: ["port"], name: "one_allocation_per_port")
            ),
            (
                "INSERT INTO allocation VALUES (1, 102, 9, 1)",
                ConstraintViolation(kind: .unique, table: "allocation", columns: ["circuit", "state"], name: "one_active_per_circuit")
            ),
            ("UPDATE circuit SET used = 11 WHERE id = 1", ConstraintViolation(kind: .check, table: "circuit", name: "circuit_capacity")),
            ("INSERT INTO circuit VALUES (3, 2, 1)", ConstraintViolation(kind: .check, table: "circuit", name: "circuit_capacity")),
            ("INSERT INTO circuit VALUES (3, NULL, 1)", ConstraintViolation(kind: .notNull, table: "circuit", columns: ["used"])),
            ("INSERT INTO allocation VALUES (9, 1, 10, 0)", ConstraintViolation(kind: .foreignKey, table: "allocation")),
            ("DELETE FROM circuit WHERE id = 1", ConstraintViolation(kind: .foreignKey, table: "circuit")),
        ])
    func named(_ driver: Driver, _ sample: (sql: String, violation: ConstraintViolation)) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let statement = try writer.prepare(sample.sql)
        let error = failure { () throws(StoreError) in try statement.run() }
        #expect(error == .constraint(sample.violation))
        #expect(error?.isRetriable == false)
        #expect(error?.code == "constraint.\(sample.violation.kind.rawValue)")
        #expect(try writer.number("SELECT COUNT(*) FROM circuit") == 2)
        #expect(try writer.number("SELECT COUNT(*) FROM allocation") == 1)
    }

    @Test(arguments: Driver.allCases) func wrongType(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(Self.schema)
        let insert = try writer.prepare("INSERT INTO allocation VALUES (2, 1, ?1, 0)")
        insert.bindText(1, "seven")
        #expect(
            failure { () throws(StoreError) in try insert.run() }
                == .constraint(ConstraintViolation(kind: .type, table: "allocation", columns: ["port"])))
    }

    @Test(arguments: Driver.allCases) func uniquenessWithoutAName(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(
            "CREATE TABLE item (a {int} NOT NULL PRIMARY KEY, b {int} UNIQUE) {table}; INSERT INTO item VALUES (1, 1)")
        #expect(
            failure { () throws(StoreError) in try writer.run("INSERT INTO item VALUES (?1, ?2)", 2, 1) }
                == .constraint(ConstraintViolation(kind: .unique, table: "item", columns: ["b"])))
    }

    @Test(arguments: Driver.allCases) func atCommitTheTransactionIsGone(_ driver: Driver) throws {
        let database = try TestDatabase(driver)
        let writer = try database.writer(
            """
            CREATE TABLE parent (id {int} NOT NULL PRIMARY KEY) {table};
            CREATE TABLE child (id {int} NOT NULL PRIMARY KEY, parent {int} REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED) {table}
            """)
        try writer.begin()
        try writer.run("INSERT INTO child VALUES (?1, ?2)", 1, 1)
        #expect(failure { () throws(StoreError) in try writer.commit() }?.code == "constraint.foreignKey")
        #expect(!writer.isInTransaction)
        #expect(try writer.number("SELECT COUNT(*) FROM child") == 0)
        try writer.transaction { () throws(StoreError) in
            try writer.run("INSERT INTO child VALUES (?1, ?2)", 1, 1)
            try writer.run("INSERT INTO parent VALUES (?1)", 1)
        }
        #expect(try writer.number("SELECT COUNT(*) FROM child") == 1)
    }
}
