-- What changes with the steps of a port's life gets a table of its own: an update writes the whole row of its table anew, so rows that
-- are often changed are short. The table of ports is made anew, for constraints go with their columns, and with it those that refer
-- to it.
CREATE TABLE port_anew (
    id {id} NOT NULL PRIMARY KEY,
    circuit_id {id} NOT NULL,
    partner_account {int} NOT NULL,
    tenant_account {int} NOT NULL REFERENCES account (account_id),
    region {text} NOT NULL,
    access_point {text} NOT NULL,
    name {text} NOT NULL,
    resource_group {text} NOT NULL,
    payer {int} NOT NULL,
    offered_at {int} NOT NULL,
    -- The pushed VBR that the port is made of, whose connection is the port's.
    origin_vbr {id},
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
    CONSTRAINT port_payer CHECK (payer IN (1, 2))
) {keyed};

-- Where a port's life stands: one row for each row of `port`.
CREATE TABLE port_state (
    id {id} NOT NULL PRIMARY KEY REFERENCES port_anew (id),
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
    -- R-071, R-073: nothing is enabled that is not accepted.
    CONSTRAINT port_enabled_is_accepted CHECK (service = 1 OR service BETWEEN 6 AND 7 OR acceptance <> 1),
    -- R-059
    CONSTRAINT port_association CHECK (association = CASE WHEN vbr_id IS NULL THEN 1 ELSE 2 END)
) {keyed};

CREATE TABLE vbr_anew (
    id {id} NOT NULL PRIMARY KEY,
    -- NULL of a pushed VBR that is on no port.
    port_id {id} REFERENCES port_anew (id),
    account {int} NOT NULL,
    name {text} NOT NULL,
    vlan {int} NOT NULL,
    -- NULL of a pushed VBR while none is set, which is unlimited.
    bandwidth_mbps {int},
    cloud_ipv4 {int} NOT NULL,
    client_ipv4 {int} NOT NULL,
    prefix_length {int} NOT NULL,
    -- NULL without IPv6.
    cloud_ipv6 {text},
    client_ipv6 {text},
    ipv6_prefix {text},
    is_ipv6_enabled {int} NOT NULL,
    -- Failure detection; NULL is left to the cloud.
    detect_multiplier {int},
    min_rx_ms {int},
    min_tx_ms {int},
    state {int} NOT NULL,
    -- Whether the termination of its port disabled it (A-27).
    disabled_with_port {int} NOT NULL,
    created_at {int} NOT NULL,
    deleted_at {int},
    CONSTRAINT vbr_state CHECK (state BETWEEN 1 AND 6 AND (state = 3) = (deleted_at IS NOT NULL)),
    CONSTRAINT vbr_vlan CHECK (vlan BETWEEN 0 AND 2999),
    CONSTRAINT vbr_bandwidth CHECK (bandwidth_mbps > 0 OR (bandwidth_mbps IS NULL AND port_id IS NULL)),
    -- R-094
    CONSTRAINT vbr_addresses CHECK (cloud_ipv4 <> client_ipv4 AND prefix_length BETWEEN 24 AND 30),
    CONSTRAINT vbr_ipv6 CHECK (
        (cloud_ipv6 IS NULL) = (ipv6_prefix IS NULL) AND (client_ipv6 IS NULL) = (ipv6_prefix IS NULL)
        AND (is_ipv6_enabled = 0 OR ipv6_prefix IS NOT NULL)),
    CONSTRAINT vbr_detection CHECK (
        (detect_multiplier IS NULL OR detect_multiplier BETWEEN 3 AND 10)
        AND (min_rx_ms IS NULL OR min_rx_ms BETWEEN 200 AND 1000) AND (min_tx_ms IS NULL OR min_tx_ms BETWEEN 200 AND 1000))
) {keyed};

CREATE TABLE pushed_vbr_anew (
    id {id} NOT NULL PRIMARY KEY REFERENCES vbr_anew (id),
    partner_account {int} NOT NULL,
    tenant_account {int} NOT NULL REFERENCES account (account_id),
    circuit_id {id} NOT NULL,
    region {text} NOT NULL,
    access_point {text} NOT NULL,
    fee_payer {int} NOT NULL,
    fee_prepaid {int} NOT NULL,
    fee_state {int} NOT NULL,
    fee_refund_minor {int} NOT NULL,
    fee_refund_currency {text} NOT NULL,
    sent_epoch {int} NOT NULL,
    sent_sequence {int} NOT NULL,
    handled_epoch {int} NOT NULL,
    handled_sequence {int} NOT NULL,
    newest_line {int} NOT NULL,
    -- R-126
    CONSTRAINT pushed_vbr_fee CHECK (
        fee_payer IN (1, 2) AND fee_state BETWEEN 1 AND 4 AND (fee_state < 3 OR (fee_prepaid = 1 AND fee_payer = 2))
        AND fee_refund_minor >= 0 AND (fee_refund_minor = 0 OR fee_state = 4))
) {keyed};

INSERT INTO port_anew (
    id, circuit_id, partner_account, tenant_account, region, access_point, name, resource_group, payer, offered_at, origin_vbr,
    vlan, bandwidth_mbps, saga_id, requested_vlan, requested_mbps, change_attempts, change_cancellation, terminated_by, ended_at,
    end_reason, tags)
SELECT
    id, circuit_id, partner_account, tenant_account, region, access_point, name, resource_group, payer, offered_at, origin_vbr,
    vlan, bandwidth_mbps, saga_id, requested_vlan, requested_mbps, change_attempts, change_cancellation, terminated_by, ended_at,
    end_reason, tags
FROM port ORDER BY id;
INSERT INTO port_state (
    id, sent_epoch, sent_sequence, handled_epoch, handled_sequence, newest_line, acceptance, service, billing, association, vbr_id,
    accepted_at, activated_at, waiting_since, attempt, charge, settled_attempts, amount_minor, currency, paid_until, expired_at,
    is_payer_locked, decline_reason, billing_version)
SELECT
    id, sent_epoch, sent_sequence, handled_epoch, handled_sequence, newest_line, acceptance, service, billing, association, vbr_id,
    accepted_at, activated_at, waiting_since, attempt, charge, settled_attempts, amount_minor, currency, paid_until, expired_at,
    is_payer_locked, decline_reason, billing_version
FROM port ORDER BY id;
INSERT INTO vbr_anew (
    id, port_id, account, name, vlan, bandwidth_mbps, cloud_ipv4, client_ipv4, prefix_length, cloud_ipv6, client_ipv6, ipv6_prefix,
    is_ipv6_enabled, detect_multiplier, min_rx_ms, min_tx_ms, state, disabled_with_port, created_at, deleted_at)
SELECT
    id, port_id, account, name, vlan, bandwidth_mbps, cloud_ipv4, client_ipv4, prefix_length, cloud_ipv6, client_ipv6, ipv6_prefix,
    is_ipv6_enabled, detect_multiplier, min_rx_ms, min_tx_ms, state, disabled_with_port, created_at, deleted_at
FROM vbr ORDER BY id;
INSERT INTO pushed_vbr_anew (
    id, partner_account, tenant_account, circuit_id, region, access_point, fee_payer, fee_prepaid, fee_state, fee_refund_minor,
    fee_refund_currency, sent_epoch, sent_sequence, handled_epoch, handled_sequence, newest_line)
SELECT
    id, partner_account, tenant_account, circuit_id, region, access_point, fee_payer, fee_prepaid, fee_state, fee_refund_minor,
    fee_refund_currency, sent_epoch, sent_sequence, handled_epoch, handled_sequence, newest_line
FROM pushed_vbr ORDER BY id;
DROP TABLE pushed_vbr;
DROP TABLE vbr;
DROP TABLE port;
ALTER TABLE port_anew RENAME TO port;
ALTER TABLE vbr_anew RENAME TO vbr;
ALTER TABLE pushed_vbr_anew RENAME TO pushed_vbr;
CREATE INDEX port_tenant ON port (tenant_account);
-- R-059: one VBR for each port; the record of a deleted one stays.
CREATE UNIQUE INDEX vbr_port ON vbr (port_id) WHERE state <> 3;
CREATE INDEX vbr_account ON vbr (account);
CREATE INDEX pushed_vbr_tenant ON pushed_vbr (tenant_account);
