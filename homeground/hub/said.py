"""What the commands of a hub print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.release.hub.change import Changed


def of_change(changed: Changed) -> str:
    """What the hub shows after a crate came or left."""
    union = changed.union
    if union is None:
        return "no crate stands here any more, and the portal says that nothing is published"
    together = "; ".join(" and ".join(names) for names in changed.attacked.together)
    shown = int(union.values["count"].notna().sum())
    return (
        f"release {changed.release_id} of the hub is published: {len(union.members)} forces, {len(union.values):,} figures, of which"
        f" {shown:,} are shown\n"
        f"  attacked as one system: {together or 'none, because no two crates have a place in common'}\n"
        f"  added by the hub: {len(union.added):,} sums of printed figures\n"
        "  see it: homeground portal --audience community"
    )


def of_crate(row: Mapping[str, Any]) -> str:
    """One line of the list: a row of sql/hub/list.sql."""
    state = "stands" if row["left_at"] is None else f"left {row['left_at']:%Y-%m-%d %H:%M}: {row['why_left']}"
    without = f"  without {', '.join(row['left_out'])}" if row["left_out"] else ""
    return (
        f"{row['force_code']}  release {row['release']:>3}  published {row['published_at']:%Y-%m-%d}  added {row['added_at']:%Y-%m-%d %H:%M}"
        f"  key {row['public_key'][:12]}  {row['bytes'] / 1e6:.1f} MB  {state}{without}"
    )
