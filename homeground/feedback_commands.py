"""`homeground feedback`: how fast would a hot spot feed itself under a stated patrol response?"""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import click

_SHOWN = (1, 4, 13, 26, 52, 104)


@click.command()
@click.option("--rates", default="20,20", show_default=True, metavar="N,...", help="True incidents a week of each place.")
@click.option("--start", default="30,20", show_default=True, metavar="N,...", help="Recorded incidents of each place at the start.")
@click.option(
    "--found", default=0.3, show_default=True, type=click.FloatRange(0, 1), help="Share a full patrol finds of the unreported."
)
@click.option("--runs", default=500, show_default=True, type=click.IntRange(1, 100_000), help="Runs of each line.")
@click.option("--seed", default=20_260_101, show_default=True, help="Seed of every random number.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def feedback(rates: str, start: str, found: float, runs: int, seed: int, as_json: bool) -> None:
    """Play patrols that go where incidents are recorded, where what they find is recorded too. Assumptions, not findings."""
    from analytics.trust.feedback_loop import PatrolPlan, Response, simulate_feedback

    base = PatrolPlan(_numbers(rates, "--rates"), _numbers(start, "--start"), reported=0.0, found_by_full_patrol=found)
    fair = base.true_rate[0] / sum(base.true_rate)
    lines = []
    responses: tuple[Response, ...] = ("proportional", "hottest")
    for reported in (0.0, 0.3, 0.6):
        for response in responses:
            for counted in (True, False):
                # nothing reported and nothing counted is no record at all
                if not counted and reported == 0.0:
                    continue
                plan = replace(base, reported=reported, response=response, discovered_count=counted)
                played = simulate_feedback(plan, steps=max(_SHOWN), runs=runs, seed=seed)
                lines.append((plan, played))
    if as_json:
        click.echo(
            json.dumps(
                {
                    "seed": seed,
                    "runs": runs,
                    "fair_share": fair,
                    "lines": [
                        asdict(plan)
                        | {"share_by_week": {week: float(played.patrol[:, week - 1, 0].mean()) for week in _SHOWN}}
                        | {"weeks_to_excess_0.25": played.steps_to(0.25)}
                        for plan, played in lines
                    ],
                }
            )
        )
        return
    click.echo(f"Share of patrols that the first place gets; {fair:.2f} would be fair. Mean of {runs} runs, seed {seed}.")
    click.echo(
        f"True incidents a week {rates}; recorded at the start {start}; a full patrol finds {found:.0%} of what is not reported."
    )
    click.echo(
        f"{'reported':>8}  {'patrols go':<13} {'what patrols find':<17}" + "".join(f"{'week ' + str(w):>10}" for w in _SHOWN)
    )
    for plan, played in lines:
        shares = "".join(f"{played.patrol[:, week - 1, 0].mean():>10.2f}" for week in _SHOWN)
        goes = "by the record" if plan.response == "proportional" else "to the top"
        what_counts = "counts" if plan.discovered_count else "is left out"
        click.echo(f"{plan.reported:>8.0%}  {goes:<13} {what_counts:<17}{shares}")
    click.echo(
        "Where only what patrols find is recorded, a head start by chance is never corrected. Homeground leaves such offences out."
    )


def _numbers(text: str, option: str) -> tuple[float, ...]:
    from core.errors import UserError

    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise UserError(
            f"'{text}' is no list of numbers", where=option, hint="write numbers with commas, such as 20,20."
        ) from error
