-- Takes a published answer down. Parameter: answer.
SELECT asked.take_down(:answer)
