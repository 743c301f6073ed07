"""`homeground bench evaluation`: are the intervals, the power and the displacement of a problem file's evaluation what they say?"""

from bench.evaluation.scoring import run

__all__ = ["run"]
