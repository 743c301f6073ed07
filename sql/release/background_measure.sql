-- Tells the planner how many features there are, and where.
ANALYZE background_feature
