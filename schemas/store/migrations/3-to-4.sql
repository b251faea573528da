-- A file without a row may come again for another month.
DROP INDEX batch_once;
CREATE UNIQUE INDEX batch_once ON batch (provider, sha256) WHERE state = 'active' AND rows > 0;
