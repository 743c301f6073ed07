"""The worker: feeds loaded by their cadence, one at a time each, retried where they fail, taken up again where a worker died."""
