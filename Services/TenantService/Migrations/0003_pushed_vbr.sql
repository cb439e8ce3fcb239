-- VBRs that partners have pushed are on no port, and may be without a bandwidth, until they are transformed: the table is made anew,
-- for a column cannot be made to take NULL.
CREATE TABLE vbr_anew (
    id {id} NOT NULL PRIMARY KEY,
    -- NULL of a pushed VBR that is on no port.
    port_id {id} REFERENCES port (id),
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
INSERT INTO vbr_anew (
    id, port_id, account, name, vlan, bandwidth_mbps, cloud_ipv4, client_ipv4, prefix_length, cloud_ipv6, client_ipv6, ipv6_prefix,
    is_ipv6_enabled, detect_multiplier, min_rx_ms, min_tx_ms, state, disabled_with_port, created_at, deleted_at)
SELECT
    id, port_id, account, name, vlan, bandwidth_mbps, cloud_ipv4, client_ipv4, prefix_length, cloud_ipv6, client_ipv6, ipv6_prefix,
    is_ipv6_enabled, detect_multiplier, min_rx_ms, min_tx_ms, state, disabled_with_port, created_at, deleted_at
FROM vbr ORDER BY id;
DROP TABLE vbr;
ALTER TABLE vbr_anew RENAME TO vbr;
-- R-059: one VBR for each port; the record of a deleted one stays.
CREATE UNIQUE INDEX vbr_port ON vbr (port_id) WHERE state <> 3;
CREATE INDEX vbr_account ON vbr (account);

-- Of a pushed VBR: where it lies, its fee, and the channel and history of its connection, also those of every port made of it.
CREATE TABLE pushed_vbr (
    id {id} NOT NULL PRIMARY KEY REFERENCES vbr (id),
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
CREATE INDEX pushed_vbr_tenant ON pushed_vbr (tenant_account);

-- The pushed VBR that a port is made of, whose connection is the port's: it says more than the flag that it takes the place of.
ALTER TABLE port ADD COLUMN origin_vbr {id};
ALTER TABLE port DROP COLUMN is_from_transformation;
