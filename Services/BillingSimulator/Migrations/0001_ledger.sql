-- One row for each charge that was asked for: how it was decided, once and for all.
CREATE TABLE ledger (
    charge_id {id} NOT NULL PRIMARY KEY,
    subscription_id {id} NOT NULL,
    payer_account {int} NOT NULL,
    port_id {id} NOT NULL,
    region {text} NOT NULL,
    bandwidth_mbps {int} NOT NULL,
    amount_minor {int} NOT NULL,
    currency {text} NOT NULL,
    outcome {int} NOT NULL,
    reason {text} NOT NULL,
    -- How often the charge was asked for.
    requests {int} NOT NULL,
    decided_at {int} NOT NULL,
    paid_until {int},
    CONSTRAINT ledger_outcome CHECK (outcome BETWEEN 1 AND 3),
    -- What is declined costs nothing; what is settled is paid until some day.
    CONSTRAINT ledger_declined_is_free CHECK (outcome <> 2 OR (amount_minor = 0 AND paid_until IS NULL)),
    CONSTRAINT ledger_settled_is_paid CHECK (outcome = 2 OR paid_until IS NOT NULL)
) {keyed};
