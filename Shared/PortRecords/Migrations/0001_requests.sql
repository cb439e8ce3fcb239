-- What the parties ask of each other about a port. Closed requests are kept with the port's record.
CREATE TABLE party_request (
    id {id} NOT NULL PRIMARY KEY,
    port_id {id} NOT NULL,
    partner_account {int} NOT NULL,
    tenant_account {int} NOT NULL,
    act {int} NOT NULL,
    asker {int} NOT NULL,
    bandwidth_mbps {int},
    reason {text} NOT NULL,
    made_at {int} NOT NULL,
    standing {int} NOT NULL,
    closed_at {int},
    closing_reason {text} NOT NULL,
    CONSTRAINT party_request_codes CHECK (act BETWEEN 1 AND 4 AND asker IN (1, 2) AND standing BETWEEN 1 AND 4),
    CONSTRAINT party_request_closed CHECK ((standing = 1) = (closed_at IS NULL)),
    CONSTRAINT party_request_bandwidth CHECK ((act = 4) = (bandwidth_mbps IS NOT NULL))
) {keyed};
-- One open request of a kind for each port.
CREATE UNIQUE INDEX party_request_open ON party_request (port_id, act) WHERE standing = 1;
CREATE INDEX party_request_partner ON party_request (partner_account);
CREATE INDEX party_request_tenant ON party_request (tenant_account);
