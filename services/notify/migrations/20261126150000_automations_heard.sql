-- migrate:up
SET lock_timeout = '5s';

-- From when on the requests of automations are news: one row, never changed. A service that was there already, and may
-- not have read everything yet, has heard them from its beginning.
CREATE TABLE public.automations_heard (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  since timestamptz NOT NULL
);
INSERT INTO public.automations_heard (since)
SELECT CASE WHEN EXISTS (SELECT FROM pj.projections WHERE name = 'inbox') THEN 'epoch'::timestamptz ELSE now() END;

-- migrate:down
DROP TABLE IF EXISTS public.automations_heard;
