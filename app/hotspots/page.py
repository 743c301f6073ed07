"""Professional: hot spots of a patch, with their certainty."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.hotspots import next_page, plain_page, report
from app.hotspots.choice import EARLY_WARNING, choose
from app.hotspots.content import Asked, HotSpots, build
from app.look import wording
from app.look.folium_map import show_map
from app.look.frame import theme
from app.look.markup import beside_map, legend, macro, paragraphs, plain, table
from app.person.entrance import head, record_once
from app.person.reading import reading
from app.person.sign_in import Person
from app.person.take_away import download
from app.warning import page as warning_page

_MOST_ROWS = 2_000


def show(person: Person) -> None:
    with st.container(key="hg-hot"):
        _page(person)


def _page(person: Person) -> None:
    with reading(person) as reader:
        head(reader)
        heading = st.empty()
        shown = choose(reader)
        if shown is None:
            return
        foretold = None if shown.next is None else next_page.read(reader, shown, shown.next)
        recorded = None if shown.plain is None else plain_page.read(reader, shown, shown.plain)
        warned = warning_page.read(reader, shown.patch) if shown.which == EARLY_WARNING else None
        content = None if shown.hot is None else build(reader, Asked(shown.patch, shown.group, shown.hot, shown.choices))
    if foretold is not None:
        heading.title(plain(next_page.title(foretold)), anchor=False)
        next_page.show(person, foretold)
    if recorded is not None:
        heading.title(plain(plain_page.title(recorded)), anchor=False)
        plain_page.show(person, recorded)
    if warned is not None:
        heading.title(plain(warning_page.title(warned)), anchor=False)
        warning_page.show(person, warned)
    if content is not None:
        heading.title(plain(content.title), anchor=False)
        _show(person, content)


def _show(person: Person, content: HotSpots) -> None:
    view = _view(content.asked)
    record_once(person, "hot_spots", {**view, "places": len(content.spots)}, view=view)
    if not content.spots:
        st.info(
            plain(
                f"No {report.place_word(content.asked.choice.geography)} of {content.asked.patch.name} are part of this analysis."
            )
        )
        return
    first, *more = content.certainty
    st.html(paragraphs([first], lead=True))
    if content.expired:
        st.html(f'<p class="hg-note">{escape(content.until)}</p>')
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _tables(content)
    with right:
        _map(content)
    if content.beside:
        hot = {s.code: report.spot_words(s) for s in content.spots if s.kind != "not_significant"}
        st.header("Asked and done about places here", anchor=False)
        st.html(
            paragraphs(["What residents asked, which body answered, and which problems are worked on, as everyone can read it."])
        )
        st.html(macro("beside.html", "beside_list", content.beside, hot))
    st.header("How far to trust this map", anchor=False)
    st.html(paragraphs([*more, content.meaning]))
    if content.missing:
        st.html(f'<p class="hg-note">{escape(content.missing)}</p>')
    if content.trust:
        st.html(paragraphs(content.trust))
    if content.track is not None:
        st.html(table(content.track))
    st.header("When", anchor=False)
    st.html(paragraphs(content.when))
    if content.times:
        with st.expander("Months and hours as tables"):
            for one in content.times:
                st.html(table(one))
    if content.overlap:
        st.header("Overlap with deprivation", anchor=False)
        st.html(paragraphs(content.overlap))
    st.header("How sure we are", anchor=False)
    st.html(paragraphs(content.sure))
    _download(person, content)


def _view(asked: Asked) -> dict[str, str]:
    """What the audit trail says of a view or an export."""
    choice, patch = asked.choice, asked.patch
    return {
        **patch.seen,
        "group": choice.group_id,
        "measure": choice.measure,
        "geography": f"{choice.geography} {choice.edition}",
        "period_end": choice.covered.last_day.isoformat(),
    }


def _tables(content: HotSpots) -> None:
    asked, spots = content.asked, content.spots
    significant = report.strongest_first([s for s in spots if s.kind != "not_significant"])
    st.header("Hot and cold spots", anchor=False)
    caption = f"{asked.group.label} in {asked.patch.name}, hot before cold, the surest first. {wording.HANDLING}"
    if content.held:
        caption += " Other grids: on how many it holds, at half, the same and double the cell size."
    if significant:
        drawn = report.spots_table(significant, asked.choice, caption, content.holds)
        st.html(beside_map([drawn], "Hot and cold spots", tall=True))
    else:
        places = f"{len(spots):,} {report.place_word(asked.choice.geography, len(spots))}"
        st.html(f'<p class="hg-note">No cluster beyond chance. The whole table of {places} stands below the map.</p>')


def _map(content: HotSpots) -> None:
    choice, patch = content.asked.choice, content.asked.patch
    st.header("On the map", anchor=False)
    # on the map itself, before a colour is seen: what this layer is worth as a forecast, and until when it stands
    lines = [*content.record, "" if content.expired else content.until]
    st.html('<div class="hg-trust">' + "".join(f"<p>{escape(line)}</p>" for line in lines if line) + "</div>")
    st.html(
        legend(
            report.legend_of(content.spots, theme()),
            f"Gi* of the {report.measure_name(choice.measure)}, {choice.covered}",
            before_map=True,
        )
    )
    holds = {code: f"Other grids: {words}" for code, words in content.holds.items()}
    areas = report.areas_of(content.spots, choice, content.outlines, theme(), holds=holds)
    if not areas:
        st.info("No outlines are held for these places.")
        return
    code = show_map(
        areas,
        title=f"Map of {wording.lower(content.title)}",
        key=f"hs-{patch.code}-{choice.geography}-{choice.edition}-{choice.grid_id}",
    )
    if code is not None:
        st.session_state["hs-place"] = code
    chosen = next((s for s in content.spots if s.code == st.session_state.get("hs-place")), None)
    if chosen is not None:
        st.html(table(report.spots_table([chosen], choice, "The place chosen on the map", content.holds)))


def _download(person: Person, content: HotSpots) -> None:
    asked, spots = content.asked, content.spots
    choice, patch = asked.choice, asked.patch
    # made when somebody asks for it: it is a third of what another measure would send
    if st.toggle(plain(f"All {len(spots):,} {report.place_word(choice.geography)} as a table"), key="hs-all"):
        if len(spots) <= _MOST_ROWS:
            caption = f"Every place of {patch.name}, {choice.covered.in_sentence}, by name. {wording.HANDLING}"
            st.html(table(report.spots_table(spots, choice, caption)))
        else:
            st.html(f"<p>More than {_MOST_ROWS:,} rows: use the download, or choose a part of the patch.</p>")

    name = "-".join(filter(None, ("homeground-hot-spots", patch.code or "all", choice.group_id, f"{choice.period.end:%Y-%m}")))
    download(
        person, "Download the table (CSV)", f"{name}.csv", "text/csv", lambda: report.spots_csv(spots, choice, content.holds),
        "hot_spots", {**_view(asked), "rows": len(spots)}, key="hs-download",
    )  # fmt: skip
    st.html(f'<p class="hg-kind">{wording.HANDLING} Downloads are recorded in the audit trail.</p>')
