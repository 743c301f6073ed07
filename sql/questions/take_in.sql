-- Adds a question that came in online. Nothing comes back: the credential that runs it may read nothing. Table: asked.question. Parameters:
-- reference, code_hash, sort, geography, place_code, category, words.
INSERT INTO asked.question (reference, code_hash, sort, geography, place_code, category, words)
VALUES (:reference, :code_hash, :sort, :geography, :place_code, :category, :words)
