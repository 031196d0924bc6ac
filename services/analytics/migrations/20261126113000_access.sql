-- migrate:up
SET lock_timeout = '5s';

-- What a reader may do with something shared, said once: 3 it is their own, 2 edit, 1 view, 0 it is hidden from them.
-- `teams`: the reader's team and all teams above it. What belongs to nobody is everybody's own.
CREATE OR REPLACE FUNCTION read.access(owner uuid, shares jsonb, everything boolean, person uuid, teams uuid[])
RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN everything OR owner IS NULL OR owner = person THEN 3 ELSE coalesce((
  SELECT max(CASE share->>'right' WHEN 'edit' THEN 2 ELSE 1 END)
  FROM jsonb_array_elements(shares) AS share
  WHERE share->>'kind' = 'everybody'
    OR share->>'kind' = 'person' AND (share->>'id')::uuid = person
    OR share->>'kind' = 'team' AND (share->>'id')::uuid = ANY (teams)
), 0) END;

-- migrate:down
DROP FUNCTION IF EXISTS read.access(uuid, jsonb, boolean, uuid, uuid[]);
