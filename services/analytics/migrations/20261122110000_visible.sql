-- migrate:up
SET lock_timeout = '5s';
CREATE SCHEMA IF NOT EXISTS read;

-- Who sees a record, said once: everybody in `everything`, else the owners in `owners`; records of nobody are everybody's.
CREATE OR REPLACE FUNCTION read.visible(owner uuid, everything boolean, owners uuid[])
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN everything OR owner IS NULL OR owner = ANY (owners);

-- migrate:down
DROP FUNCTION IF EXISTS read.visible(uuid, boolean, uuid[]);
