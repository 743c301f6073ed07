"""The early warning for professionals: what has risen beyond chance until the last month, and what became of the alarms before."""
