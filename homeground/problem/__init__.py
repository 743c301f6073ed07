"""Commands about problems and what was done: plan an evaluation before the response, and read it afterwards."""
