"""What was asked, answered and done about places, for professionals: it stands beside the map or the list that shows these places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.area.answers import OUTCOMES, SORTS
from app.look import wording
from app.person.reading import Reader
from app.problems import words
from core.languages.spoken import called
from published.answers import answers
from published.problem_file import problem_files


@dataclass(frozen=True)
class Beside:
    """code: of the place. about: its name, with the kind where it is about one figure. said: one sentence or two. link: '' for none."""

    code: str
    about: str
    heading: str
    said: str
    link: str


def beside(reader: Reader, places: Mapping[str, str], kinds: Mapping[str, str], today: date) -> tuple[Beside, ...]:
    """Answers and problem files about places, in the order of the places, newest first in each; as everyone may read them.

    places: code to name; kinds: label of each group. Places of areas alone have any: a hexagon is nothing that a resident asks about.
    """
    found = [
        Beside(
            a.place_code,
            places[a.place_code] if not a.category else f"{kinds.get(a.category, a.category)} in {places[a.place_code]}",
            f"{SORTS[a.sort]}: {a.question}",
            f"{called(OUTCOMES[a.outcome])}. {a.body[:1].upper()}{a.body[1:]}, {wording.day(a.answered_at)}: {a.answer}",
            "",
        )
        for a in answers(reader.connection)
        if a.place_code in places
    ]
    found += [
        Beside(
            f.place_code,
            f"{f.kind} in {places[f.place_code]}",
            f.title,
            " ".join(filter(None, (words.stage(f, today), words.kept_count(f.commitments)))),
            f"/problems?file={f.file_id}",
        )
        for f in problem_files(reader.connection)
        if f.place_code in places and reader.person.may_see(f.lad_code)
    ]
    order = {code: at for at, code in enumerate(places)}
    return tuple(sorted(found, key=lambda one: order[one.code]))
