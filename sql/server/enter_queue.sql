-- The queue package's own files name no schema: what they make in this transaction goes into the schema queue.
SET LOCAL search_path = queue, public
