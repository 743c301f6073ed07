-- Keeps a file of a batch. Parameters: batch, name, content.
INSERT INTO person.brief_file (batch_id, name, content)
VALUES (:batch, :name, :content)
ON CONFLICT (batch_id, name) DO NOTHING
