-- Sagas, those under way and those that ended not long ago. What the context means is their owner's business.
CREATE TABLE saga (
    id {id} NOT NULL PRIMARY KEY,
    definition {text} NOT NULL,
    version {int} NOT NULL,
    connection_id {id} NOT NULL,
    context {blob} NOT NULL,
    started_at {int} NOT NULL,
    phase {int} NOT NULL,
    step {int} NOT NULL,
    attempts {int} NOT NULL,
    attempts_before {int} NOT NULL,
    generation {int} NOT NULL,
    waiting_since {int} NOT NULL,
    deadline {int},
    is_overdue {int} NOT NULL,
    trouble {text} NOT NULL,
    is_turned_back {int} NOT NULL,
    reason {text} NOT NULL,
    late_replies {int} NOT NULL,
    repeated_replies {int} NOT NULL,
    early_replies {int} NOT NULL,
    stray_marks {int} NOT NULL,
    entries {int} NOT NULL,
    ended_at {int},
    CONSTRAINT saga_phases CHECK (phase BETWEEN 1 AND 5),
    CONSTRAINT saga_flags CHECK (is_overdue IN (0, 1) AND is_turned_back IN (0, 1)),
    CONSTRAINT saga_end CHECK ((ended_at IS NOT NULL) = (phase IN (3, 4))),
    -- Whoever waits for a reply has a deadline, whoever waits for an operator has none, and nobody waits for nothing.
    CONSTRAINT saga_waits CHECK ((deadline IS NOT NULL) = (phase IN (1, 2))),
    CONSTRAINT saga_way_back CHECK (is_turned_back = 0 OR phase <> 3)
) {keyed};
-- One saga at a time changes a connection.
CREATE UNIQUE INDEX saga_running ON saga (connection_id) WHERE ended_at IS NULL;
CREATE INDEX saga_connection ON saga (connection_id, id);
CREATE INDEX saga_ended ON saga (ended_at) WHERE ended_at IS NOT NULL;

-- What came to each saga, numbered within it, and what it decided. Written only together with the saga's row, so no foreign
-- key is checked for each line.
CREATE TABLE saga_journal (
    saga_id {id} NOT NULL,
    entry {int} NOT NULL,
    at {int} NOT NULL,
    actor {text} NOT NULL,
    -- The kind of input, the step and direction that a reply is to, a reason in words, a timer's generation.
    input {int} NOT NULL,
    reply_to {text} NOT NULL,
    direction {int} NOT NULL,
    reason {text} NOT NULL,
    generation {int} NOT NULL,
    verdict {int} NOT NULL,
    step {text} NOT NULL,
    attempt {int} NOT NULL,
    PRIMARY KEY (saga_id, entry)
) {keyed};
