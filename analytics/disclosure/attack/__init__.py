"""The auditor: what an attacker can work out from everything published. Shares no code with what protects."""
