-- Many transformations as one, of a circuit's or a tenant's pushed VBRs.
CREATE TABLE transformation_batch (
    id {id} NOT NULL PRIMARY KEY,
    partner_account {int} NOT NULL REFERENCES account (account_id),
    circuit_id {id} REFERENCES circuit (id),
    tenant_account {int} REFERENCES account (account_id),
    payer {int} NOT NULL,
    at_once {int} NOT NULL,
    started_at {int} NOT NULL,
    state {int} NOT NULL,
    ended_at {int},
    CONSTRAINT transformation_batch_scope CHECK ((circuit_id IS NULL) <> (tenant_account IS NULL)),
    CONSTRAINT transformation_batch_state CHECK (
        payer IN (1, 2) AND at_once BETWEEN 1 AND 200 AND state BETWEEN 1 AND 3 AND (state = 3) = (ended_at IS NOT NULL))
) {keyed};
CREATE INDEX transformation_batch_partner ON transformation_batch (partner_account, id);

-- Its VBRs, in the order in which they are transformed.
CREATE TABLE transformation_item (
    batch_id {id} NOT NULL REFERENCES transformation_batch (id),
    place {int} NOT NULL,
    vbr_id {id} NOT NULL REFERENCES pushed_vbr (id),
    state {int} NOT NULL,
    saga_id {id},
    code {text} NOT NULL,
    reason {text} NOT NULL,
    PRIMARY KEY (batch_id, place),
    CONSTRAINT transformation_item_state CHECK (state BETWEEN 1 AND 6 AND (state <= 2) = (saga_id IS NULL)),
    CONSTRAINT transformation_item_refusal CHECK ((state = 2) = (code <> ''))
) {keyed};
