"""Problems and what was done: plan an evaluation before the response and read it afterwards, and problem files of the demo."""
