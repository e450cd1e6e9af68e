"""Small scenarios of which single statements are all that is known."""

from __future__ import annotations

from pathlib import Path

from quotaproof.scenarios import FOLDER

WOMEN = """
[[events]]
id = "women-500"
gender = "women"
kind = "individual"
start-places = 2
per-noc = 2

[[pathways]]"""

SCENARIO = """title = "Synthetic: told in part"
games = "None (synthetic)"
rules = "rules.toml"
complete = []
sources = ["Synthetic: invented"]
"""

KNOWN = """event,fact,noc,value,source,qualifier
men-500,start-places,JPN,1,https://example.org/1,
all,athletes,JPN,1,https://example.org/2,
men-1000,start-places,KOR,1,https://example.org/3,
"""


def told_in_part(folder: Path, *, women: bool = True) -> Path:
    """Make a scenario of two events for men and one for women; without women's event nothing can be inferred."""
    folder.mkdir(parents=True)
    rules = (FOLDER / "synthetic-rerun-takes" / "rules.toml").read_text("utf-8")
    if women:
        rules = rules.replace("athletes = 2", "athletes = 6", 1).replace("\nmen = 2\nwomen = 0", "\nmen = 3\nwomen = 3")
        rules = rules.replace("start-places = 1", "start-places = 2").replace("[[pathways]]", WOMEN.strip(), 1)
        rules = rules.replace('["men-500", "men-1000"]', '["men-500", "men-1000", "women-500"]')
    (folder / "rules.toml").write_text(rules, "utf-8")
    (folder / "scenario.toml").write_text(SCENARIO, "utf-8")
    (folder / "known.csv").write_text(KNOWN, "utf-8")
    (folder / "SOURCES.md").write_text("# Sources\n\nInvented.\n", "utf-8")
    return folder
