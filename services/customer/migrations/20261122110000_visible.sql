-- migrate:up
SET lock_timeout = '5s';
CREATE SCHEMA IF NOT EXISTS read;

-- Who sees a record, said once: everybody in `everything`, else the owners in `owners`, and records of nobody if `unowned`.
CREATE OR REPLACE FUNCTION read.visible(owner uuid, everything boolean, owners uuid[], unowned boolean)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN everything OR owner = ANY (owners) OR (owner IS NULL AND unowned);

-- migrate:down
DROP FUNCTION IF EXISTS read.visible(uuid, boolean, uuid[], boolean);
