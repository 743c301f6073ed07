-- Adds a question that came on paper; gives its number. Parameters: actor, reference, code_hash, sort, geography,
-- place_code, category, words.
SELECT asked.add_paper(:actor, :reference, :code_hash, :sort, :geography, :place_code, :category, :words) AS question_id
