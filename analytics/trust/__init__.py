"""What a map is worth: its track record, how stable it is, and what patrols would feed back into it."""
