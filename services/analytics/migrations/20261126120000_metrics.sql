-- migrate:up
SET lock_timeout = '5s';
CREATE SCHEMA IF NOT EXISTS metric;

-- The values of every version of every metric: per month and process, and per month over all processes (NULL).
-- A build replaces the values of its version in one transaction; the log says which version is the live one.
CREATE TABLE metric.value (
  metric_id uuid NOT NULL,
  version int NOT NULL,
  month date NOT NULL,
  process_id uuid,
  value numeric,
  UNIQUE NULLS NOT DISTINCT (metric_id, version, month, process_id)
);
CREATE TABLE metric.build (
  metric_id uuid NOT NULL,
  version int NOT NULL,
  formula text NOT NULL,
  as_of timestamptz NOT NULL,
  built_at timestamptz NOT NULL,
  PRIMARY KEY (metric_id, version)
);

-- migrate:down
DROP SCHEMA IF EXISTS metric CASCADE;
