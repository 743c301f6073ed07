-- Takes a question in, with the words that may be shown. Parameters: question, shown.
SELECT asked.accept(:question, :shown)
