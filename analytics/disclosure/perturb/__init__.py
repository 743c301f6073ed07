"""Controlled rounding and cell keys: the other two methods behind the same gate."""
