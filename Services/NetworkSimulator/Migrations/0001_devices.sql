-- What the access device has for each port, and what it was asked for last.
CREATE TABLE device (
    port_id {id} NOT NULL PRIMARY KEY,
    circuit_id {id} NOT NULL,
    -- The state it has; version 0 and removed before the first.
    version {int} NOT NULL,
    forwarding {int} NOT NULL,
    vlan {int} NOT NULL,
    rate_mbps {int} NOT NULL,
    changed_at {int} NOT NULL,
    asked_version {int} NOT NULL,
    asked_forwarding {int} NOT NULL,
    asked_vlan {int} NOT NULL,
    asked_mbps {int} NOT NULL,
    attempts {int} NOT NULL,
    CONSTRAINT device_versions CHECK (version BETWEEN 0 AND asked_version)
) {keyed};

-- Every state that was taken or refused, in the order in which it happened.
CREATE TABLE device_change (
    id {id} NOT NULL PRIMARY KEY,
    at {int} NOT NULL,
    port_id {id} NOT NULL,
    circuit_id {id} NOT NULL,
    version {int} NOT NULL,
    forwarding {int} NOT NULL,
    vlan {int} NOT NULL,
    rate_mbps {int} NOT NULL,
    is_applied {int} NOT NULL,
    reason {text} NOT NULL
) {keyed};
CREATE INDEX device_change_port ON device_change (port_id, id);
