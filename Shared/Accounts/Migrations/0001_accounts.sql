-- Accounts this service holds, and its copies of those the other service holds. The channel on which the facts travel has
-- its counter (held accounts) or its mark (copies) here.
CREATE TABLE account (
    account_id {int} NOT NULL PRIMARY KEY,
    name {text} NOT NULL,
    is_partner {int} NOT NULL,
    carrier {text} NOT NULL,
    site {text} NOT NULL,
    -- Separated by commas; none means all.
    regions {text} NOT NULL,
    outbound_billing {int} NOT NULL,
    is_closed {int} NOT NULL,
    version {int} NOT NULL,
    is_held {int} NOT NULL,
    registered_at {int} NOT NULL,
    is_locked {int} NOT NULL,
    lock_version {int} NOT NULL,
    sent_epoch {int} NOT NULL,
    sent_sequence {int} NOT NULL,
    handled_epoch {int} NOT NULL,
    handled_sequence {int} NOT NULL,
    CONSTRAINT account_id_has_16_digits CHECK (account_id BETWEEN 1000000000000000 AND 9999999999999999),
    CONSTRAINT account_version_counts CHECK (version > 0)
) {table};

-- Bearer tokens that act as one account, by their hash alone.
CREATE TABLE account_token (
    hash {blob} NOT NULL PRIMARY KEY,
    account_id {int} NOT NULL REFERENCES account (account_id),
    issued_at {int} NOT NULL,
    CONSTRAINT account_token_hash_is_sha256 CHECK (length(hash) = 32)
) {keyed};
