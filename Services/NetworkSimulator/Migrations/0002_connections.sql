-- A state is of a connection: a port's, or that of a VBR that the partner has pushed with any port made of it.
ALTER TABLE device RENAME COLUMN port_id TO connection_id;
DROP INDEX device_change_port;
ALTER TABLE device_change RENAME COLUMN port_id TO connection_id;
CREATE INDEX device_change_connection ON device_change (connection_id, id);
