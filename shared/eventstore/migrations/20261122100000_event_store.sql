-- migrate:up
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA IF NOT EXISTS ev;
CREATE SCHEMA IF NOT EXISTS read;

-- Which Postgres this is: a restored or promoted copy answers differently, and then may not go on with our positions.
-- The timeline is that of the log being written now; pg_control_checkpoint() lags behind it after a promotion.
CREATE OR REPLACE FUNCTION ev.identity(OUT system_identifier bigint, OUT timeline int)
LANGUAGE sql AS $$
  SELECT c.system_identifier, ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
  FROM pg_control_system() c
$$;

-- One row: positions have no gaps, recorded_at never goes back.
CREATE TABLE IF NOT EXISTS ev.head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  position bigint NOT NULL DEFAULT 0,
  recorded_at timestamptz NOT NULL DEFAULT '2000-01-01Z',
  epoch int NOT NULL DEFAULT 1,
  system_identifier bigint NOT NULL,
  timeline int NOT NULL,
  partitions int CHECK (partitions > 0)
) WITH (fillfactor = 10);
INSERT INTO ev.head (system_identifier, timeline) SELECT * FROM ev.identity() ON CONFLICT DO NOTHING;

-- Where each epoch began: its events have positions above `after`.
CREATE TABLE IF NOT EXISTS ev.epochs (
  epoch int PRIMARY KEY,
  after bigint NOT NULL,
  began_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO ev.epochs (epoch, after) VALUES (1, 0) ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS ev.streams (
  stream_id uuid PRIMARY KEY,
  version int NOT NULL
) WITH (fillfactor = 85);

-- A unique key and the stream that holds it; NULL when it was given back.
CREATE TABLE IF NOT EXISTS ev.guards (
  key text PRIMARY KEY,
  holder uuid
) WITH (fillfactor = 85);

CREATE TABLE IF NOT EXISTS ev.commands (
  key text PRIMARY KEY,
  request_hash bytea NOT NULL,
  answer jsonb NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS commands_recorded_at ON ev.commands (recorded_at);

CREATE TABLE IF NOT EXISTS ev.events (
  position bigint PRIMARY KEY,
  stream_id uuid NOT NULL,
  version int NOT NULL,
  epoch int NOT NULL,
  event_id uuid NOT NULL UNIQUE,
  schema_version smallint NOT NULL,
  type text NOT NULL,
  data jsonb NOT NULL,
  metadata jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (stream_id, version)
);

-- The builds of each inline read model: schema rm_<name>_<instance>, filled up to `position` by the code `fingerprint`.
CREATE TABLE IF NOT EXISTS ev.read_models (
  name text NOT NULL,
  instance int NOT NULL,
  fingerprint text NOT NULL,
  position bigint NOT NULL DEFAULT 0,
  ready boolean NOT NULL DEFAULT false,
  live boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (name, instance)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX IF NOT EXISTS read_models_live ON ev.read_models (name) WHERE live;

-- The group append: many appends, one transaction, one verdict per append
-- ('ok', 'known' = key seen before, 'stale' = a version differs, 'taken' = a guard is held by another stream).
-- The caller never puts two appends that share a stream, a guard or a key into one call.
-- a_*: one element per append; s_*: per (append, stream); g_*: per (append, guard); e_*: per event, in order of appends.
-- models, fingerprints: the inline read models that the caller brings up to date in this same transaction: it gets the
-- instance and its old cursor (NULL when there is none for this code), and the cursor is moved here.
CREATE OR REPLACE FUNCTION ev.append(
  a_key text[], a_hash bytea[], a_answer jsonb[], a_events int[],
  s_append int[], s_stream uuid[], s_expected int[], s_version int[],
  g_append int[], g_key text[], g_stream uuid[], g_held boolean[],
  e_append int[], e_stream uuid[], e_version int[], e_id uuid[], e_type text[], e_schema smallint[],
  e_data jsonb[], e_metadata jsonb[], e_at timestamptz[],
  models text[], fingerprints text[],
  OUT verdicts text[], OUT base bigint, OUT now_at timestamptz, OUT at_epoch int, OUT instances int[], OUT cursors bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  written int;
BEGIN
  -- First: each later statement takes its snapshot after every earlier append has committed.
  PERFORM pg_advisory_xact_lock(7310868735400001);

  -- Scalar subqueries, so that every look-up goes through its index however stale the statistics are.
  SELECT array_agg(CASE WHEN k.known THEN 'known' WHEN s.good THEN 'ok' ELSE 'stale' END ORDER BY k.a) INTO verdicts
  FROM (SELECT u.a, (SELECT true FROM ev.commands c WHERE c.key = u.key) AS known
        FROM unnest(a_key) WITH ORDINALITY u(key, a)) k
  JOIN (SELECT r.a, bool_and(coalesce((SELECT t.version FROM ev.streams t WHERE t.stream_id = r.stream_id), 0) = r.expected) AS good
        FROM unnest(s_append, s_stream, s_expected) r(a, stream_id, expected) GROUP BY r.a) s ON s.a = k.a;

  IF cardinality(g_key) > 0 THEN
    SELECT array_agg(CASE WHEN v.verdict = 'ok' AND g.taken THEN 'taken' ELSE v.verdict END ORDER BY v.a) INTO verdicts
    FROM unnest(verdicts) WITH ORDINALITY v(verdict, a)
    LEFT JOIN (SELECT u.a, bool_or(u.held AND coalesce((SELECT t.holder FROM ev.guards t WHERE t.key = u.key), u.stream_id) <> u.stream_id) AS taken
               FROM unnest(g_append, g_key, g_stream, g_held) u(a, key, stream_id, held) GROUP BY u.a) g ON g.a = v.a;
    INSERT INTO ev.guards (key, holder)
      SELECT u.key, u.stream_id FROM unnest(g_append, g_key, g_stream, g_held) u(a, key, stream_id, held)
      WHERE u.held AND verdicts[u.a] = 'ok'
      ON CONFLICT (key) DO UPDATE SET holder = excluded.holder;
    IF false = ANY (g_held) THEN
      UPDATE ev.guards t SET holder = NULL
        FROM unnest(g_append, g_key, g_stream, g_held) u(a, key, stream_id, held)
        WHERE t.key = u.key AND t.holder = u.stream_id AND NOT u.held AND verdicts[u.a] = 'ok';
    END IF;
  END IF;

  SELECT h.position, greatest(h.recorded_at, clock_timestamp()), h.epoch INTO base, now_at, at_epoch FROM ev.head h;

  INSERT INTO ev.streams (stream_id, version)
    SELECT r.stream_id, r.version FROM unnest(s_append, s_stream, s_expected, s_version) r(a, stream_id, expected, version)
    WHERE r.version > r.expected AND verdicts[r.a] = 'ok'
    ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version;

  INSERT INTO ev.events (position, stream_id, version, epoch, event_id, schema_version, type, data, metadata, occurred_at, recorded_at)
    SELECT base + row_number() OVER (ORDER BY e.i), e.stream_id, e.version, at_epoch, e.id, e.schema_version, e.type, e.data, e.metadata, e.at, now_at
    FROM unnest(e_append, e_stream, e_version, e_id, e_type, e_schema, e_data, e_metadata, e_at)
         WITH ORDINALITY e(a, stream_id, version, id, type, schema_version, data, metadata, at, i)
    WHERE verdicts[e.a] = 'ok' ORDER BY e.i;
  GET DIAGNOSTICS written = ROW_COUNT;

  INSERT INTO ev.commands (key, request_hash, answer, recorded_at)
    SELECT k.key, k.hash, k.answer || jsonb_build_object('epoch', at_epoch, 'after', base + k.before), now_at
    FROM (SELECT u.*, sum(CASE WHEN verdicts[u.a] = 'ok' THEN u.n ELSE 0 END) OVER (ORDER BY u.a) - u.n AS before
          FROM unnest(a_key, a_hash, a_answer, a_events) WITH ORDINALITY u(key, hash, answer, n, a)) k
    WHERE k.key IS NOT NULL AND verdicts[k.a] = 'ok';

  IF written = 0 THEN
    RETURN;
  END IF;
  UPDATE ev.head SET position = base + written, recorded_at = now_at;

  IF cardinality(models) > 0 THEN
    SELECT array_agg(i.instance ORDER BY m.o), array_agg(i.position ORDER BY m.o) INTO instances, cursors
    FROM unnest(models, fingerprints) WITH ORDINALITY m(name, fingerprint, o)
    LEFT JOIN LATERAL (
      SELECT r.instance, r.position FROM ev.read_models r
      WHERE r.name = m.name AND r.fingerprint = m.fingerprint AND r.ready
      ORDER BY r.live DESC, r.instance DESC LIMIT 1) i ON true;
    UPDATE ev.read_models r SET position = base + written
      FROM unnest(models, instances) m(name, instance) WHERE r.name = m.name AND r.instance = m.instance;
  END IF;
END $$;

-- migrate:down
DROP SCHEMA IF EXISTS ev CASCADE;
