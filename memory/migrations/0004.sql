-- Which process plays a batch (lease.go). An empty token: none does.
ALTER TABLE batches ADD COLUMN lease_token TEXT NOT NULL DEFAULT '';
ALTER TABLE batches ADD COLUMN lease_owner TEXT NOT NULL DEFAULT ''; -- JSON: host, process, domain, since
ALTER TABLE batches ADD COLUMN lease_beat INTEGER NOT NULL DEFAULT 0; -- Unix ms of the owner's last sign of life
