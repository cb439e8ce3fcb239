-- Whether a partner may pay for the ports that it makes of pushed VBRs (R-117).
ALTER TABLE account ADD COLUMN transformed_payment {int} NOT NULL DEFAULT 0;
