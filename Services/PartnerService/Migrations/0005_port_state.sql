-- What changes with the steps of a port's life gets a table of its own: an update writes the whole row of its table anew, so rows that
-- are often changed are short. The table of ports is made anew, for constraints go with their columns.
CREATE TABLE port_anew (
    id {id} NOT NULL PRIMARY KEY,
    circuit_id {id} NOT NULL REFERENCES circuit (id),
    tenant_account {int} NOT NULL REFERENCES account (account_id),
    name {text} NOT NULL,
    resource_group {text} NOT NULL,
    offered_at {int} NOT NULL,
    -- The pushed VBR that the port is made of, whose connection is the port's, and when the partner confirmed the port.
    origin_vbr {id} REFERENCES pushed_vbr (id),
    confirmed_at {int},
    tellings {int} NOT NULL,
    vlan {int} NOT NULL,
    bandwidth_mbps {int} NOT NULL,
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
    -- What whoever pays on this side has tagged the port with (R-055): key 0x1f value, separated by 0x1e, in the order of the keys.
    tags {text} NOT NULL,
    -- R-044
    CONSTRAINT port_vlan CHECK (vlan BETWEEN 0 AND 2999),
    CONSTRAINT port_bandwidth CHECK (bandwidth_mbps > 0),
    -- R-143, R-144: what is asked for is asked for by a change that is under way.
    CONSTRAINT port_change CHECK (saga_id IS NOT NULL OR (requested_vlan IS NULL AND requested_mbps IS NULL)),
    CONSTRAINT port_change_cancelled CHECK (change_cancellation = '' OR requested_mbps IS NOT NULL),
    CONSTRAINT port_confirmed CHECK (confirmed_at IS NULL OR origin_vbr IS NOT NULL)
) {keyed};

-- Where a port's life stands: one row for each row of `port`.
CREATE TABLE port_state (
    id {id} NOT NULL PRIMARY KEY REFERENCES port_anew (id),
    -- Whose port it is and who pays, which never changes: what an account pays for is found by it.
    partner_account {int} NOT NULL REFERENCES account (account_id),
    payer {int} NOT NULL,
    sent_epoch {int} NOT NULL,
    sent_sequence {int} NOT NULL,
    handled_epoch {int} NOT NULL,
    handled_sequence {int} NOT NULL,
    newest_line {int} NOT NULL,
    acceptance {int} NOT NULL,
    service {int} NOT NULL,
    billing {int} NOT NULL,
    association {int} NOT NULL,
    vbr_id {id},
    accepted_at {int},
    activated_at {int},
    waiting_since {int} NOT NULL,
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

INSERT INTO port_anew (
    id, circuit_id, tenant_account, name, resource_group, offered_at, origin_vbr, confirmed_at, tellings, vlan, bandwidth_mbps,
    saga_id, requested_vlan, requested_mbps, change_attempts, change_cancellation, terminated_by, ended_at, end_reason, tags)
SELECT
    id, circuit_id, tenant_account, name, resource_group, offered_at, origin_vbr, confirmed_at, tellings, vlan, bandwidth_mbps,
    saga_id, requested_vlan, requested_mbps, change_attempts, change_cancellation, terminated_by, ended_at, end_reason, tags
FROM port ORDER BY id;
INSERT INTO port_state (
    id, partner_account, payer, sent_epoch, sent_sequence, handled_epoch, handled_sequence, newest_line, acceptance, service,
    billing, association, vbr_id, accepted_at, activated_at, waiting_since, attempt, charge, settled_attempts, amount_minor,
    currency, paid_until, expired_at, is_payer_locked, decline_reason, billing_version, vbr_state, vbr_name, vbr_mbps,
    vbr_disabled_with_port, device_desired, device_applied, device_forwarding, device_vlan, device_mbps, device_attempts,
    device_failure, device_may_pass)
SELECT
    id, partner_account, payer, sent_epoch, sent_sequence, handled_epoch, handled_sequence, newest_line, acceptance, service,
    billing, association, vbr_id, accepted_at, activated_at, waiting_since, attempt, charge, settled_attempts, amount_minor,
    currency, paid_until, expired_at, is_payer_locked, decline_reason, billing_version, vbr_state, vbr_name, vbr_mbps,
    vbr_disabled_with_port, device_desired, device_applied, device_forwarding, device_vlan, device_mbps, device_attempts,
    device_failure, device_may_pass
FROM port ORDER BY id;
DROP TABLE port;
ALTER TABLE port_anew RENAME TO port;
CREATE INDEX port_circuit ON port (circuit_id);
CREATE INDEX port_tenant ON port (tenant_account);
CREATE UNIQUE INDEX port_vbr ON port_state (vbr_id) WHERE vbr_id IS NOT NULL;
-- What an account pays for, found when billing locks or unlocks it.
CREATE INDEX port_charged ON port_state (partner_account, is_payer_locked) WHERE payer = 1 AND acceptance IN (1, 2);
