-- What a partner was granted: the network-product permissions (R-004), and bandwidths in Mbit/s that it may offer beside the
-- catalogue (A-09), separated by commas.
ALTER TABLE account ADD COLUMN product_permission {int} NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN extra_mbps {text} NOT NULL DEFAULT '';
