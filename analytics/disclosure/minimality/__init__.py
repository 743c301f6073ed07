"""The attack of somebody who re-runs the suppressor on guessed counts and compares what it withholds; for the owner's eyes alone."""
