-- The fees of pushed VBRs, a fourth kind of charge: the table is made anew, for a constraint cannot be changed.
CREATE TABLE ledger_anew (
    charge_id {id} NOT NULL PRIMARY KEY,
    subscription_id {id} NOT NULL,
    payer_account {int} NOT NULL,
    port_id {id} NOT NULL,
    region {text} NOT NULL,
    bandwidth_mbps {int} NOT NULL,
    kind {int} NOT NULL,
    amount_minor {int} NOT NULL,
    currency {text} NOT NULL,
    outcome {int} NOT NULL,
    reason {text} NOT NULL,
    -- The version of the event that told it.
    version {int} NOT NULL,
    -- How often the charge was asked for.
    requests {int} NOT NULL,
    decided_at {int} NOT NULL,
    paid_from {int},
    paid_until {int},
    refunded_minor {int} NOT NULL,
    refunded_at {int},
    CONSTRAINT ledger_outcome CHECK (outcome BETWEEN 1 AND 3 AND kind BETWEEN 1 AND 4),
    -- What is declined costs nothing; what is settled is paid until some day.
    CONSTRAINT ledger_declined_is_free CHECK (outcome <> 2 OR (amount_minor = 0 AND paid_until IS NULL)),
    CONSTRAINT ledger_settled_is_paid CHECK (outcome = 2 OR (paid_from IS NOT NULL AND paid_until IS NOT NULL)),
    -- No more goes back than was paid, and that once.
    CONSTRAINT ledger_refund CHECK (refunded_minor BETWEEN 0 AND amount_minor AND (outcome = 3) = (refunded_at IS NOT NULL))
) {keyed};
INSERT INTO ledger_anew (
    charge_id, subscription_id, payer_account, port_id, region, bandwidth_mbps, kind, amount_minor, currency, outcome, reason, version,
    requests, decided_at, paid_from, paid_until, refunded_minor, refunded_at)
SELECT
    charge_id, subscription_id, payer_account, port_id, region, bandwidth_mbps, kind, amount_minor, currency, outcome, reason, version,
    requests, decided_at, paid_from, paid_until, refunded_minor, refunded_at
FROM ledger ORDER BY charge_id;
DROP TABLE ledger;
ALTER TABLE ledger_anew RENAME TO ledger;

-- The VBR whose fee a subscription is; NULL of a port's.
ALTER TABLE subscription ADD COLUMN vbr_id {id};
