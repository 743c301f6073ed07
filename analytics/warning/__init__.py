"""Early warning: alarms of a scan for what is alive, kept as they were raised and judged by the month after."""
