-- The parents that one delivery gives. One row a child area and kind of parent.
CREATE TEMPORARY TABLE feeds_parent (
  child_geography TEXT NOT NULL,
  child_edition TEXT NOT NULL,
  child_code TEXT NOT NULL,
  parent_geography TEXT NOT NULL,
  parent_edition TEXT NOT NULL,
  parent_code TEXT NOT NULL,
  delivery_id BIGINT NOT NULL
) ON COMMIT DROP;
