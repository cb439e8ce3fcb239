-- Ports on the tenant's side, from the offer on. Circuit and partner are the other service's facts. A port's connection has
-- the port's id.
CREATE TABLE port (
    id {id} NOT NULL PRIMARY KEY,
    circuit_id {id} NOT NULL,
    partner_account {int} NOT NULL,
    tenant_account {int} NOT NULL REFERENCES account (account_id),
    region {text} NOT NULL,
    access_point {text} NOT NULL,
    name {text} NOT NULL,
    resource_group {text} NOT NULL,
    vlan {int} NOT NULL,
    bandwidth_mbps {int} NOT NULL,
    payer {int} NOT NULL,
    offered_at {int} NOT NULL,
    is_from_transformation {int} NOT NULL,
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
    -- R-044
    CONSTRAINT port_vlan CHECK (vlan BETWEEN 0 AND 2999),
    CONSTRAINT port_bandwidth CHECK (bandwidth_mbps > 0),
    -- R-143, R-144: what is asked for is asked for by a change that is under way.
    CONSTRAINT port_change CHECK (saga_id IS NOT NULL OR (requested_vlan IS NULL AND requested_mbps IS NULL)),
    CONSTRAINT port_change_cancelled CHECK (change_cancellation = '' OR requested_mbps IS NOT NULL),
    CONSTRAINT port_payer CHECK (payer IN (1, 2)),
    -- R-071, R-073: nothing is enabled that is not accepted.
    CONSTRAINT port_enabled_is_accepted CHECK (service = 1 OR service BETWEEN 6 AND 7 OR acceptance <> 1),
    CONSTRAINT port_association CHECK (association = CASE WHEN vbr_id IS NULL THEN 1 ELSE 2 END)
) {keyed};
CREATE INDEX port_tenant ON port (tenant_account);

-- The tenants' virtual border routers. Their account is their port's.
CREATE TABLE vbr (
    id {id} NOT NULL PRIMARY KEY,
    port_id {id} NOT NULL REFERENCES port (id),
    account {int} NOT NULL,
    name {text} NOT NULL,
    vlan {int} NOT NULL,
    bandwidth_mbps {int} NOT NULL,
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
    CONSTRAINT vbr_bandwidth CHECK (bandwidth_mbps > 0),
    -- R-094
    CONSTRAINT vbr_addresses CHECK (cloud_ipv4 <> client_ipv4 AND prefix_length BETWEEN 24 AND 30),
    CONSTRAINT vbr_ipv6 CHECK (
        (cloud_ipv6 IS NULL) = (ipv6_prefix IS NULL) AND (client_ipv6 IS NULL) = (ipv6_prefix IS NULL)
        AND (is_ipv6_enabled = 0 OR ipv6_prefix IS NOT NULL)),
    CONSTRAINT vbr_detection CHECK (
        (detect_multiplier IS NULL OR detect_multiplier BETWEEN 3 AND 10)
        AND (min_rx_ms IS NULL OR min_rx_ms BETWEEN 200 AND 1000) AND (min_tx_ms IS NULL OR min_tx_ms BETWEEN 200 AND 1000))
) {keyed};
-- R-059: one VBR for each port; the record of a deleted one stays.
CREATE UNIQUE INDEX vbr_port ON vbr (port_id) WHERE state <> 3;
CREATE INDEX vbr_account ON vbr (account);
