-- Keeps the bytes of a held delivery.
INSERT INTO raw.held_file (delivery_id, content, name_groups)
VALUES (:delivery_id, :content, cast(:name_groups AS JSONB));
