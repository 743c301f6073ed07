"""`homeground group`: many forces on one server, a database a force and one hub."""
