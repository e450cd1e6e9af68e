"""The notebooks as pages, with the outputs that are kept in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

FOLDER = Path(__file__).parent.parent.parent / "notebooks"


def on_files(files: Files, config: Any) -> Files:
    """Add a page for each notebook with its pictures, and one that lists them."""
    from nbconvert import MarkdownExporter

    exporter = MarkdownExporter()
    rows = []
    for path in sorted(FOLDER.glob("*.ipynb")):
        body, resources = exporter.from_filename(str(path))
        for name, data in resources["outputs"].items():
            files.append(File.generated(config, f"notebooks/{path.stem}/{name}", content=data))
            body = body.replace(f"]({name})", f"]({path.stem}/{name})")
        body = body.replace("](../docs/", "](../")
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=body))
        title = next(line for line in body.splitlines() if line.startswith("# "))[2:]
        rows.append(f"- [{title}]({path.stem}.md)")
    index = [
        "# Notebooks",
        "",
        "Run them yourself from the folder `notebooks/`; `make notebooks` runs them all.",
        "",
        *rows,
    ]
    files.append(File.generated(config, "notebooks/index.md", content="\n".join(index)))
    return files
