"""The process that takes in what residents ask: it may add a question and read nothing, and it draws nothing but what became of a form."""
