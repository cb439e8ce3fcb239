-- Whether the bandwidth that a change is about to bring is paid: nothing more is due for it (R-144).
ALTER TABLE port ADD COLUMN requested_is_paid {int} NOT NULL DEFAULT 0;
