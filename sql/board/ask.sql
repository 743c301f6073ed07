-- Puts a use before the board (analysis.ask_the_board). Returns its number. Parameters: title, what, why, algorithm.
SELECT analysis.ask_the_board(:title, :what, :why, :algorithm) AS use_id
