-- migrate:up
SET LOCAL lock_timeout = '5s';
CREATE SCHEMA IF NOT EXISTS pj;

-- How far this service's log has been published, and in which life of its topic (see shared/messaging/relay.py).
CREATE TABLE IF NOT EXISTS pj.relay(
  service text PRIMARY KEY,
  fence bigint NOT NULL DEFAULT 0,            -- moves with every new leader
  incarnation bigint NOT NULL,                -- milliseconds of a clock, only ever higher
  epoch bigint NOT NULL DEFAULT 0,
  position bigint NOT NULL DEFAULT 0,
  keys_position bigint NOT NULL DEFAULT 0,
  moved_at timestamptz NOT NULL DEFAULT now());

-- The last record of ours in every partition: while it is there, the topic is the one we know.
CREATE TABLE IF NOT EXISTS pj.relay_partitions(
  service text NOT NULL REFERENCES pj.relay ON DELETE CASCADE,
  partition int NOT NULL,
  last_offset bigint NOT NULL,
  event_id uuid NOT NULL,
  PRIMARY KEY (service, partition));

-- The live instance of every asynchronous projection.
CREATE TABLE IF NOT EXISTS pj.projections(
  name text PRIMARY KEY,
  live int NOT NULL,
  fingerprint text NOT NULL,                  -- of the code and tables it was built with
  built_at timestamptz NOT NULL DEFAULT now());

-- Where each instance stands; moved by compare-and-set in the transaction that moves its rows.
CREATE TABLE IF NOT EXISTS pj.offsets(
  projection text NOT NULL,
  instance int NOT NULL,
  topic text NOT NULL,
  partition int NOT NULL,
  incarnation bigint NOT NULL DEFAULT 0,
  next_offset bigint NOT NULL DEFAULT 0,
  epoch bigint NOT NULL DEFAULT 0,
  position bigint NOT NULL DEFAULT 0,
  moved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (projection, instance, topic, partition)) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS pj.parked_streams(
  projection text NOT NULL,
  instance int NOT NULL,
  topic text NOT NULL,
  partition int NOT NULL,
  stream_id uuid NOT NULL,                    -- all zeros: messages that name no stream
  error text NOT NULL,
  attempts int NOT NULL DEFAULT 1,
  parked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (projection, instance, topic, partition, stream_id));

-- Every message of a parked stream since the one that could not be digested, as it came, in order.
CREATE TABLE IF NOT EXISTS pj.parked_events(
  place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  projection text NOT NULL,
  instance int NOT NULL,
  topic text NOT NULL,
  partition int NOT NULL,
  stream_id uuid NOT NULL,
  "offset" bigint NOT NULL,
  epoch bigint,
  position bigint,
  type text,
  message bytea NOT NULL,
  FOREIGN KEY (projection, instance, topic, partition, stream_id) REFERENCES pj.parked_streams ON DELETE CASCADE);
CREATE INDEX IF NOT EXISTS parked_events_of_stream ON pj.parked_events(projection, instance, topic, partition, stream_id, place);

-- migrate:down
DROP SCHEMA pj CASCADE;
