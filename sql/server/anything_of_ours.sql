-- Whether the database has a schema of ours or the table of migrations. One row.
SELECT
  to_regclass('homeground_migration') IS NOT NULL
  OR EXISTS (
    SELECT 1
    FROM pg_namespace
    WHERE
      nspname IN (
        'raw', 'place', 'record', 'analysis', 'published', 'audit', 'queue', 'counted', 'person', 'asked', 'answered',
        'steward', 'hub', 'problem'
      )
  ) AS found
