-- One row for each charge that was asked for, and for each renewal: how it was decided, once and for all, and what went back of it.
CREATE TABLE ledger (
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
    CONSTRAINT ledger_outcome CHECK (outcome BETWEEN 1 AND 3 AND kind BETWEEN 1 AND 3),
    -- What is declined costs nothing; what is settled is paid until some day.
    CONSTRAINT ledger_declined_is_free CHECK (outcome <> 2 OR (amount_minor = 0 AND paid_until IS NULL)),
    CONSTRAINT ledger_settled_is_paid CHECK (outcome = 2 OR (paid_from IS NOT NULL AND paid_until IS NOT NULL)),
    -- No more goes back than was paid, and that once.
    CONSTRAINT ledger_refund CHECK (refunded_minor BETWEEN 0 AND amount_minor AND (outcome = 3) = (refunded_at IS NOT NULL))
) {keyed};

-- One row for each subscription that anything was asked about.
CREATE TABLE subscription (
    id {id} NOT NULL PRIMARY KEY,
    payer_account {int} NOT NULL,
    port_id {id} NOT NULL,
    region {text} NOT NULL,
    state {int} NOT NULL,
    -- Of the last event about it.
    version {int} NOT NULL,
    -- What is paid for; 0 before anything is.
    bandwidth_mbps {int} NOT NULL,
    paid_until {int},
    last_attempt {int} NOT NULL,
    renewals {int} NOT NULL,
    ended_at {int},
    reason {text} NOT NULL,
    -- Its one refund (R-176); no version before it is asked for.
    refund_id {text} NOT NULL,
    refund_version {int} NOT NULL,
    refunded_minor {int} NOT NULL,
    refund_requests {int} NOT NULL,
    CONSTRAINT subscription_state CHECK (state BETWEEN 1 AND 5)
) {keyed};

-- Accounts that something was said about.
CREATE TABLE billed_account (
    account_id {int} NOT NULL PRIMARY KEY,
    version {int} NOT NULL,
    is_locked {int} NOT NULL,
    outbound_billing {int} NOT NULL
) {table};
