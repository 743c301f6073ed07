-- Ask that a held delivery is loaded or dropped. Parameters: delivery, decision ('accept' or 'refuse'), reason.
SELECT steward.decide(:delivery, :decision, :reason) AS task
