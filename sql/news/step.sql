-- What the owner of an address does by the link of a letter; done by the table's trigger, which keeps no row. Table: asked.alert_step.
-- Parameters: step (confirm, stop), token.
INSERT INTO asked.alert_step (step, token)
VALUES (:step, :token)
