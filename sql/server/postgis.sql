-- Makes PostGIS where it is missing; only a superuser may.
CREATE EXTENSION IF NOT EXISTS postgis
