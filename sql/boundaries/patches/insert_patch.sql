-- Adds a patch; an empty result says that the name is taken. Grain: one row. Inputs: bound values.
INSERT INTO place.patch (
  name, source, source_edition, file_name, sha256, rule, people_reference, people_drawn, people_members, people_gained, people_lost,
  drawn_m2, members_m2, gained_m2, lost_m2, outside_m2, geom
)
VALUES (
  :name, :source, :source_edition, :file_name, :sha256, :rule, :people_reference, :people_drawn, :people_members, :people_gained,
  :people_lost, :drawn_m2, :members_m2, :gained_m2, :lost_m2, :outside_m2, cast(:geom AS GEOMETRY)
)
ON CONFLICT (name) DO NOTHING
RETURNING patch_id
