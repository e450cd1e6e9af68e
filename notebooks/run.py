"""The notebooks, run afresh, compared with what they keep.

`python notebooks/run.py` runs all of them and fails if a cell fails or prints something else than it keeps;
Names of notebooks may follow. `--keep` writes what came out into the notebooks instead.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NOTEBOOKS = tuple(sorted(FOLDER.glob("*.ipynb")))
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def executed(path: Path) -> Any:
    """Return a notebook with the outputs of a fresh run, and nothing in it that differs from run to run."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute()
    return tidied(notebook)


def tidied(notebook: Any) -> Any:
    """Strip counts, times and names of machines."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02}"
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = joined(cell.outputs)
            for output in cell.outputs:
                output.pop("execution_count", None)
                output.pop("metadata", None)
                if output.output_type == "execute_result":
                    output.execution_count = None
                if output.output_type in ("execute_result", "display_data"):
                    output.metadata = {}
    return notebook


def joined(outputs: Iterable[Any]) -> list[Any]:
    """Return outputs with what was printed in one go in one piece; how it arrives depends on the machine's load."""
    whole: list[Any] = []
    for output in outputs:
        last = whole[-1] if whole else None
        if last is not None and last.output_type == output.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            whole.append(output)
    return whole


def differences(kept: Any, fresh: Any) -> Iterator[str]:
    """Yield where two runs print something else; pictures need only be there, as their bytes depend on the machine."""
    for number, (old, new) in enumerate(zip(kept.cells, fresh.cells, strict=True), 1):
        if old.cell_type == "code" and seen(old) != seen(new):
            yield f"cell {number} keeps\n{seen(old)}\nand now gives\n{seen(new)}"


def seen(cell: Any) -> list[tuple[str, str]]:
    """Return what a reader sees of a cell's outputs, as (kind, text)."""
    found: list[tuple[str, str]] = []
    for output in cell.outputs:
        if output.output_type == "stream":
            found.append((output.name, output.text))
        elif output.output_type == "error":
            found.append(("error", output.evalue))
        elif "image/png" in output.data:
            found.append(("image/png", ""))
        else:
            found.append(("text/plain", ADDRESS.sub("0x", output.data.get("text/plain", ""))))
    return found


def main(arguments: Sequence[str]) -> int:
    """Run all notebooks; return 1 if one of them differs from what it keeps."""
    import nbformat

    failed = 0
    named = [FOLDER / argument for argument in arguments if not argument.startswith("--")]
    for path in named or NOTEBOOKS:
        fresh = executed(path)
        if "--keep" in arguments:
            nbformat.write(fresh, path)
            print(f"{path.name}: kept")
            continue
        found = list(differences(nbformat.read(path, as_version=4), fresh))
        print(f"{path.name}: {'differs' if found else 'as kept'}")
        for difference in found:
            print(difference, file=sys.stderr)
        failed |= bool(found)
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
