-- What happened to each connection, numbered within it. The action's code, what it is about and the amount are facts; the
-- sentence is made when somebody reads it. Written only together with the connection's row, so no foreign key is checked for
-- each line.
CREATE TABLE port_history (
    connection_id {id} NOT NULL,
    entry {int} NOT NULL,
    at {int} NOT NULL,
    actor {text} NOT NULL,
    action {int} NOT NULL,
    subject {id},
    amount {int} NOT NULL,
    detail {text} NOT NULL,
    PRIMARY KEY (connection_id, entry)
) {keyed};
-- What happened to a VBR: its creation, refusals, changes, terminations, recoveries, deletion, orders.
CREATE INDEX port_history_vbr ON port_history (subject) WHERE action IN (9, 10, 28, 29, 30, 31, 32);
