-- A table of the columns of record.incident with no key, made anew. For core.db.run_script.
DROP TABLE IF EXISTS public.bench_copy;
CREATE TABLE public.bench_copy (LIKE record.incident);
