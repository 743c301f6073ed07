-- Keeps what the person of this transaction chose; row-level security by person. Parameters: person, patch, kind, until, page.
INSERT INTO person.setting (person, patch, kind, until, page)
VALUES (:person, :patch, :kind, :until, :page)
ON CONFLICT (person) DO UPDATE
  SET
    patch = excluded.patch,
    kind = excluded.kind,
    until = excluded.until,
    page = excluded.page,
    changed_at = clock_timestamp();
