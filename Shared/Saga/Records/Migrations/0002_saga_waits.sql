-- How long a saga waits at steps that are to be done in time, and the first line of its journal that a program without its
-- definition has kept for one that knows it (0: there is none).
ALTER TABLE saga ADD COLUMN time_limits {text} NOT NULL DEFAULT '';
ALTER TABLE saga ADD COLUMN kept_from {int} NOT NULL DEFAULT 0;
