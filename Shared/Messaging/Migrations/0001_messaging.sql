-- The engine's own tables. A channel's counter and mark are not here: they stand in the row of its connection or account.

-- Single facts: the epoch, how far the log has acknowledged the outbox, the log's incarnation.
CREATE TABLE engine_state (
    name {text} NOT NULL PRIMARY KEY,
    number {int} NOT NULL,
    text {text} NOT NULL
) {keyed};

-- Messages sent and to be sent, ids without gaps in the order of the commits.
CREATE TABLE outbox (
    id {int} NOT NULL PRIMARY KEY,
    topic {int} NOT NULL,
    message_key {blob} NOT NULL,
    message_id {id} NOT NULL,
    type {int} NOT NULL,
    body {blob} NOT NULL,
    created_at {int} NOT NULL
) {table};

-- The next offset of each partition, in the same transaction as what its records did.
CREATE TABLE log_offset (
    topic {int} NOT NULL,
    partition {int} NOT NULL,
    next_offset {int} NOT NULL,
    PRIMARY KEY (topic, partition)
) {keyed};

-- Events of other systems that were handled: saves work and shows an id used twice for different things. Numbered in the order
-- in which they were handled, so the oldest come first.
CREATE TABLE inbox (
    id {int} NOT NULL PRIMARY KEY,
    source {text} NOT NULL,
    message_id {text} NOT NULL,
    digest {blob} NOT NULL,
    received_at {int} NOT NULL,
    UNIQUE (source, message_id)
) {table};

-- Channels whose messages wait, and why.
CREATE TABLE channel_hold (
    topic {int} NOT NULL,
    channel_key {id} NOT NULL,
    reason {int} NOT NULL,
    wait_kind {int} NOT NULL,
    wait_key {id} NOT NULL,
    detail {text} NOT NULL,
    since {int} NOT NULL,
    PRIMARY KEY (topic, channel_key)
) {keyed};

-- Messages that wait behind a hold, in the order of their places.
CREATE TABLE parked (
    topic {int} NOT NULL,
    channel_key {id} NOT NULL,
    epoch {int} NOT NULL,
    sequence {int} NOT NULL,
    after_epoch {int},
    after_sequence {int},
    message_id {text} NOT NULL,
    source {text} NOT NULL,
    type {text} NOT NULL,
    body {blob} NOT NULL,
    received_at {int} NOT NULL,
    PRIMARY KEY (topic, channel_key, epoch, sequence)
) {table};

-- Foreign events that came before what they are about.
CREATE TABLE parked_event (
    id {int} NOT NULL PRIMARY KEY,
    wait_kind {int} NOT NULL,
    wait_key {id} NOT NULL,
    topic {int} NOT NULL,
    message_key {blob} NOT NULL,
    message_id {text} NOT NULL,
    source {text} NOT NULL,
    type {text} NOT NULL,
    encoding {int} NOT NULL,
    body {blob} NOT NULL,
    received_at {int} NOT NULL
) {table};
CREATE INDEX parked_event_wait ON parked_event (wait_kind, wait_key);
CREATE INDEX parked_event_received_at ON parked_event (received_at);

-- What could not be handled, whole, with the cause.
CREATE TABLE dead_letter (
    id {int} NOT NULL PRIMARY KEY,
    topic {int} NOT NULL,
    partition {int} NOT NULL,
    log_offset {int} NOT NULL,
    message_key {blob} NOT NULL,
    message_id {text} NOT NULL,
    source {text} NOT NULL,
    type {text} NOT NULL,
    headers {blob} NOT NULL,
    encoding {int},
    body {blob} NOT NULL,
    cause {text} NOT NULL,
    detail {text} NOT NULL,
    channel_key {id},
    epoch {int},
    sequence {int},
    state {int} NOT NULL,
    received_at {int} NOT NULL,
    closed_at {int},
    closed_by {text}
) {table};
CREATE INDEX dead_letter_state ON dead_letter (state, id);

CREATE TABLE timer (
    owner {id} NOT NULL,
    name {int} NOT NULL,
    generation {int} NOT NULL,
    due {int} NOT NULL,
    PRIMARY KEY (owner, name)
) {keyed};
CREATE INDEX timer_due ON timer (due);

-- Answers kept with their idempotency keys.
CREATE TABLE idempotency (
    caller {text} NOT NULL,
    request_key {text} NOT NULL,
    digest {blob} NOT NULL,
    status {int} NOT NULL,
    body {blob} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (caller, request_key)
) {table};
CREATE INDEX idempotency_created_at ON idempotency (created_at);
