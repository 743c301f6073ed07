-- So that a tile finds its features.
CREATE INDEX background_feature_geom ON background_feature USING gist (geom)
