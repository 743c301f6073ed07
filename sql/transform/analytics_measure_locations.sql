-- Tell the planner how many locations there are: it joins a new table as if it were small.
ANALYZE analytics_location
