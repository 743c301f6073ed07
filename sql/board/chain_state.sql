-- Whether the chain of the audit trail holds (audit.chain_state). One row.
SELECT
  events,
  broken,
  end_holds
FROM audit.chain_state()
