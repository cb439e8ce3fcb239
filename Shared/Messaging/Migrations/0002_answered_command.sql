-- Which command was answered, for the answer's repetitions; NULL in answers from before this migration.
ALTER TABLE idempotency ADD COLUMN command_id {id};
