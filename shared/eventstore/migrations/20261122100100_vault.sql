-- migrate:up
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA IF NOT EXISTS vault;

-- One key per person (= per stream), wrapped; a destroyed key keeps its row without the key, so nobody makes a new one.
-- `sequence` grows in commit order (drawn under vault.lock) with every change, for whoever publishes the keys.
CREATE TABLE IF NOT EXISTS vault.keys (
  stream_id uuid PRIMARY KEY,
  key_id uuid NOT NULL UNIQUE,
  wrapped bytea,
  sequence bigint NOT NULL UNIQUE,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- migrate:down
DROP SCHEMA IF EXISTS vault CASCADE;
