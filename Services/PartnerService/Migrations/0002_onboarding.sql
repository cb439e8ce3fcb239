-- What a paying partner has tagged its port with (R-055): key 0x1f value, separated by 0x1e, in the order of the keys.
ALTER TABLE port ADD COLUMN tags {text} NOT NULL DEFAULT '';

-- Every application for the privilege, with its decision: kept for audit (R-031).
CREATE TABLE privilege_application (
    id {id} NOT NULL PRIMARY KEY,
    account_id {int} NOT NULL REFERENCES account (account_id),
    -- 1 valid, 2 invalid.
    applied {int} NOT NULL,
    effective_at {int},
    expires_at {int},
    reason {text} NOT NULL,
    notify {int} NOT NULL,
    -- The code of its refusal; empty when it was granted or revoked the privilege.
    refusal {text} NOT NULL,
    applied_at {int} NOT NULL,
    applied_by {text} NOT NULL,
    CONSTRAINT privilege_application_value CHECK (applied IN (1, 2)),
    -- R-022
    CONSTRAINT privilege_application_time CHECK (applied = 2 OR (effective_at IS NOT NULL AND expires_at IS NOT NULL)),
    -- R-021
    CONSTRAINT privilege_application_reason CHECK (reason <> '')
) {keyed};
CREATE INDEX privilege_application_account ON privilege_application (account_id);

-- What each partner's privilege is: the window of the application that was decided last.
CREATE TABLE privilege (
    account_id {int} NOT NULL PRIMARY KEY REFERENCES account (account_id),
    application_id {id} NOT NULL,
    effective_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {table};

-- R-054
CREATE TABLE resource_group (
    partner_account {int} NOT NULL REFERENCES account (account_id),
    name {text} NOT NULL,
    id {id} NOT NULL,
    description {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (partner_account, name)
) {keyed};
CREATE UNIQUE INDEX resource_group_id ON resource_group (id);

-- Switches that connect tenants; R-006: each manages bandwidth and monitors traffic.
CREATE TABLE access_device (
    partner_account {int} NOT NULL REFERENCES account (account_id),
    name {text} NOT NULL,
    id {id} NOT NULL,
    location {text} NOT NULL,
    registered_at {int} NOT NULL,
    PRIMARY KEY (partner_account, name)
) {keyed};
CREATE UNIQUE INDEX access_device_id ON access_device (id);
