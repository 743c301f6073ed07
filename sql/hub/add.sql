-- One crate that was accepted. Returns the time.
INSERT INTO hub.crate (force_code, release, published_at, manifest, public_key, left_out, packed)
VALUES (:force_code, :release, :published_at, :manifest, :public_key, cast(:left_out AS TEXT[]), :packed)
RETURNING added_at
