-- A carrier's circuits with the sums that their connections use up.
CREATE TABLE circuit (
    id {id} NOT NULL PRIMARY KEY,
    partner_account {int} NOT NULL REFERENCES account (account_id),
    name {text} NOT NULL,
    region {text} NOT NULL,
    access_point {text} NOT NULL,
    capacity_mbps {int} NOT NULL,
    is_deployed {int} NOT NULL,
    allocated_mbps {int} NOT NULL,
    connections {int} NOT NULL,
    -- Whether the one connection is a routed interface, VLAN 0.
    is_routed {int} NOT NULL,
    registered_at {int} NOT NULL,
    -- R-053
    CONSTRAINT circuit_capacity CHECK (allocated_mbps >= 0 AND allocated_mbps <= capacity_mbps),
    -- R-048, R-049
    CONSTRAINT circuit_routed_alone CHECK (is_routed = 0 OR connections <= 1),
    CONSTRAINT circuit_connections_counted CHECK (connections >= 0),
    CONSTRAINT circuit_flags CHECK (is_routed IN (0, 1) AND is_deployed IN (0, 1))
) {keyed};
CREATE UNIQUE INDEX circuit_name ON circuit (partner_account, name);

-- Ports on the supply side. A port's connection has the port's id.
CREATE TABLE port (
    id {id} NOT NULL PRIMARY KEY,
    circuit_id {id} NOT NULL REFERENCES circuit (id),
    partner_account {int} NOT NULL REFERENCES account (account_id),
    tenant_account {int} NOT NULL REFERENCES account (account_id),
    name {text} NOT NULL,
    resource_group {text} NOT NULL,
    vlan {int} NOT NULL,
    bandwidth_mbps {int} NOT NULL,
    payer {int} NOT NULL,
    offered_at {int} NOT NULL,
    acceptance {int} NOT NULL,
    service {int} NOT NULL,
    billing {int} NOT NULL,
    association {int} NOT NULL,
    attempt {int} NOT NULL,
    charge {int} NOT NULL,
    settled_attempts {int} NOT NULL,
    amount_minor {int} NOT NULL,
    currency {text} NOT NULL,
    paid_until {int},
    expired_at {int},
    is_payer_locked {int} NOT NULL,
    decline_reason {text} NOT NULL,
    billing_version {int} NOT NULL,
    vbr_id {id},
    saga_id {id},
    requested_vlan {int},
    requested_mbps {int},
    -- The attempts to charge before the change: later ones pay for it.
    change_attempts {int} NOT NULL,
    -- Why the change was called off while billing decides about its charge; empty if it was not.
    change_cancellation {text} NOT NULL,
    terminated_by {int},
    ended_at {int},
    end_reason {text} NOT NULL,
    accepted_at {int},
    activated_at {int},
    waiting_since {int} NOT NULL,
    sent_epoch {int} NOT NULL,
    sent_sequence {int} NOT NULL,
    handled_epoch {int} NOT NULL,
    handled_sequence {int} NOT NULL,
    newest_line {int} NOT NULL,
    -- The tenant's VBR as tenant-service tells it.
    vbr_state {int},
    vbr_name {text} NOT NULL,
    vbr_mbps {int},
    vbr_disabled_with_port {int} NOT NULL,
    device_desired {int} NOT NULL,
    device_applied {int} NOT NULL,
    device_forwarding {int} NOT NULL,
    -- VLAN and rate asked for last; NULL before the first.
    device_vlan {int},
    device_mbps {int},
    device_attempts {int} NOT NULL,
    device_failure {text} NOT NULL,
    device_may_pass {int} NOT NULL,
    tellings {int} NOT NULL,
    -- R-044
    CONSTRAINT port_vlan CHECK (vlan BETWEEN 0 AND 2999),
    CONSTRAINT port_bandwidth CHECK (bandwidth_mbps > 0),
    -- R-143, R-144: what is asked for is asked for by a change that is under way.
    CONSTRAINT port_change CHECK (saga_id IS NOT NULL OR (requested_vlan IS NULL AND requested_mbps IS NULL)),
    CONSTRAINT port_change_cancelled CHECK (change_cancellation = '' OR requested_mbps IS NOT NULL),
    CONSTRAINT port_payer CHECK (payer IN (1, 2)),
    -- R-071, R-073: nothing is enabled that is not accepted.
    CONSTRAINT port_enabled_is_accepted CHECK (service = 1 OR service BETWEEN 6 AND 7 OR acceptance <> 1),
    -- R-059
    CONSTRAINT port_association CHECK (association = CASE WHEN vbr_id IS NULL THEN 1 ELSE 2 END),
    CONSTRAINT port_router CHECK ((vbr_id IS NULL) = (vbr_state IS NULL)),
    CONSTRAINT port_device CHECK (device_applied BETWEEN 0 AND device_desired AND device_forwarding BETWEEN 1 AND 3),
    CONSTRAINT port_device_asked CHECK (
        (device_vlan IS NULL) = (device_mbps IS NULL) AND (device_forwarding = 1 OR device_vlan IS NOT NULL))
) {keyed};
CREATE INDEX port_circuit ON port (circuit_id);
CREATE UNIQUE INDEX port_vbr ON port (vbr_id) WHERE vbr_id IS NOT NULL;
CREATE INDEX port_tenant ON port (tenant_account);
-- What an account pays for, found when billing locks or unlocks it.
CREATE INDEX port_charged ON port (partner_account, is_payer_locked) WHERE payer = 1 AND acceptance IN (1, 2);

-- What a connection that is not released holds of its circuit: VLAN and bandwidth. R-046: a VLAN is held once. While a
-- connection changes its VLAN it holds the new one too, in a second row without bandwidth (R-143).
CREATE TABLE allocation (
    circuit_id {id} NOT NULL REFERENCES circuit (id),
    vlan {int} NOT NULL,
    connection_id {id} NOT NULL,
    bandwidth_mbps {int} NOT NULL,
    PRIMARY KEY (circuit_id, vlan),
    CONSTRAINT allocation_vlan CHECK (vlan BETWEEN 0 AND 2999),
    CONSTRAINT allocation_bandwidth CHECK (bandwidth_mbps >= 0)
) {keyed};
