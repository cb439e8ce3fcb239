CREATE TABLE embedded_example (id {id} NOT NULL PRIMARY KEY) {table};
