"""Settings of the transparency logs."""

from __future__ import annotations

from visavis.settings._setting import OwnPath, Section, setting

__all__ = ["LogSettings"]


class LogSettings(Section):
    """What is done with the transparency logs."""

    copies: OwnPath | None = setting(
        None,
        what="A folder on another machine's disk, in which a copy of each institution's log is "
        "kept, a folder each. It goes on with each checkpoint, and no store that is older than its "
        "copies is served or changed: `visavis store replay`. `visavis log copy` makes the first.",
        why="Only the institution knows of another disk, and beside the store a copy is lost with "
        "it. Without one, what happened since a backup must be done again by hand.",
    )
