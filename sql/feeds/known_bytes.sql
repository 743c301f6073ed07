-- One row a hash of bytes that were offered. Inputs: raw.delivery.
SELECT DISTINCT sha256
FROM raw.delivery;
