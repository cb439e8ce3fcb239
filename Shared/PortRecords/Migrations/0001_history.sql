-- What happened to each connection. The action's code, what it is about and the amount are facts; the sentence is made when
-- somebody reads it.
--
-- One journal in the order of the commits: all that a batch adds goes to the end of the table, which costs half of what places
-- sorted by connection do. A line names the one before it of its connection, and the connection's row names the newest, so a
-- history is read from its end. Written only together with that row, so no foreign key is checked for each line.
CREATE TABLE port_history (
    id {int} NOT NULL PRIMARY KEY,
    connection_id {id} NOT NULL,
    -- 0 for a connection's first line.
    previous {int} NOT NULL,
    at {int} NOT NULL,
    actor {text} NOT NULL,
    action {int} NOT NULL,
    subject {id},
    amount {int} NOT NULL,
    detail {text} NOT NULL,
    CONSTRAINT port_history_runs_forward CHECK (previous >= 0 AND previous < id)
) {table};
-- Where a VBR's life began: its connection, in whose history the rest is found.
CREATE INDEX port_history_vbr ON port_history (subject) WHERE action = 9;
