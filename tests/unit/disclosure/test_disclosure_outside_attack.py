"""An attack from outside on what is printed: it finds what was planted, and finds nothing in what the gate lets through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.gate import protect
from analytics.disclosure.plan import Counts, Level, PublicationPlan, load_plan
from analytics.disclosure.policy import Policy, Zeros, load_policy
from bench.histories import Source, read_source
from core.periods import Period, add_months
from core.settings import ReleaseSettings
from tests.builders.disclosure_systems import REGIONS, SUMS
from tests.builders.outside_attack.publications import county_of_the_tests, districts_of, printed, real_source, standard_release
from tests.builders.outside_attack.ranges import Attack
from tests.builders.outside_attack.reading import Printed, Told, read
from tests.builders.outside_attack.verdicts import Report, attack, check_printed_ranges
from tests.builders.rolling_releases import FIRST, areas as rolling_areas, counts as rolling_counts, roll
