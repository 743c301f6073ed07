-- Lets this transaction see and decide as a member of the ethics board (analysis.on_the_board).
SELECT set_config('homeground.board', 'yes', TRUE) AS board
