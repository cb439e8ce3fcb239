-- What a paying tenant has tagged its port with (R-055): key 0x1f value, separated by 0x1e, in the order of the keys.
ALTER TABLE port ADD COLUMN tags {text} NOT NULL DEFAULT '';
