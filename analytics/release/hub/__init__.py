"""A hub: crates of many forces are checked, attacked together and published as one release."""
