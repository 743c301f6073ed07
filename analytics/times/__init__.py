"""When: seasons, hours of the week."""
