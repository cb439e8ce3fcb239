-- VBRs of the old model that the partner has pushed. Each is a connection of its own, whose channel and history stand here, also
-- those of every port made of it.
CREATE TABLE pushed_vbr (
    id {id} NOT NULL PRIMARY KEY,
    circuit_id {id} NOT NULL REFERENCES circuit (id),
    partner_account {int} NOT NULL REFERENCES account (account_id),
    tenant_account {int} NOT NULL REFERENCES account (account_id),
    name {text} NOT NULL,
    vlan {int} NOT NULL,
    supports_bandwidth {int} NOT NULL,
    cloud_ipv4 {int} NOT NULL,
    client_ipv4 {int} NOT NULL,
    prefix_length {int} NOT NULL,
    fee_payer {int} NOT NULL,
    fee_prepaid {int} NOT NULL,
    pushed_at {int} NOT NULL,
    -- NULL while none is set, which is unlimited.
    bandwidth_mbps {int},
    fee_state {int} NOT NULL,
    fee_refund_minor {int} NOT NULL,
    fee_refund_currency {text} NOT NULL,
    state {int} NOT NULL,
    -- That the tenant was told of the upgrade (R-111).
    informed_at {int},
    informed_by {text},
    informed_how {text},
    port_id {id},
    saga_id {id},
    attached_at {int},
    device_desired {int} NOT NULL,
    device_applied {int} NOT NULL,
    device_forwarding {int} NOT NULL,
    device_vlan {int},
    device_mbps {int},
    device_attempts {int} NOT NULL,
    device_failure {text} NOT NULL,
    device_may_pass {int} NOT NULL,
    waiting_since {int} NOT NULL,
    deleted_at {int},
    sent_epoch {int} NOT NULL,
    sent_sequence {int} NOT NULL,
    handled_epoch {int} NOT NULL,
    handled_sequence {int} NOT NULL,
    newest_line {int} NOT NULL,
    -- R-044
    CONSTRAINT pushed_vbr_vlan CHECK (vlan BETWEEN 0 AND 2999),
    -- R-113, R-115
    CONSTRAINT pushed_vbr_bandwidth CHECK (bandwidth_mbps IS NULL OR (bandwidth_mbps > 0 AND supports_bandwidth = 1)),
    CONSTRAINT pushed_vbr_addresses CHECK (cloud_ipv4 <> client_ipv4 AND prefix_length BETWEEN 24 AND 30),
    CONSTRAINT pushed_vbr_state CHECK (state BETWEEN 1 AND 6 AND (state = 3) = (deleted_at IS NOT NULL)),
    -- R-126
    CONSTRAINT pushed_vbr_fee CHECK (
        fee_payer IN (1, 2) AND fee_state BETWEEN 1 AND 4 AND (fee_state < 3 OR (fee_prepaid = 1 AND fee_payer = 1))
        AND fee_refund_minor >= 0 AND (fee_refund_minor = 0 OR fee_state = 4)),
    CONSTRAINT pushed_vbr_informed CHECK (
        (informed_at IS NULL) = (informed_by IS NULL) AND (informed_at IS NULL) = (informed_how IS NULL)),
    CONSTRAINT pushed_vbr_attached CHECK (attached_at IS NULL OR port_id IS NOT NULL),
    CONSTRAINT pushed_vbr_device CHECK (
        device_applied BETWEEN 0 AND device_desired AND device_forwarding BETWEEN 1 AND 3
        AND (device_forwarding = 1 OR device_vlan IS NOT NULL) AND (device_mbps IS NULL OR device_vlan IS NOT NULL))
) {keyed};
CREATE INDEX pushed_vbr_circuit ON pushed_vbr (circuit_id);
CREATE INDEX pushed_vbr_partner ON pushed_vbr (partner_account);
CREATE INDEX pushed_vbr_tenant ON pushed_vbr (tenant_account);
CREATE UNIQUE INDEX pushed_vbr_port ON pushed_vbr (port_id) WHERE port_id IS NOT NULL;
-- What is in the way of offers on a circuit (A-11).
CREATE INDEX pushed_vbr_unlimited ON pushed_vbr (circuit_id) WHERE bandwidth_mbps IS NULL AND state <> 3;

-- Pushed VBRs without a bandwidth among the circuit's connections (A-11).
ALTER TABLE circuit ADD COLUMN unlimited {int} NOT NULL DEFAULT 0
    CONSTRAINT circuit_unlimited CHECK (unlimited >= 0 AND (unlimited = 0 OR unlimited <= connections));

-- The pushed VBR that a port is made of, whose connection is the port's, and when the partner confirmed the port.
ALTER TABLE port ADD COLUMN origin_vbr {id} REFERENCES pushed_vbr (id);
ALTER TABLE port ADD COLUMN confirmed_at {int}
    CONSTRAINT port_confirmed CHECK (confirmed_at IS NULL OR origin_vbr IS NOT NULL);
