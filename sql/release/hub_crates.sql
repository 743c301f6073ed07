-- How many crates a hub ever took in: 0 in a database of one force. Inputs: hub.crate.
SELECT count(*) AS crates
FROM hub.crate
