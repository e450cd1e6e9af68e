"""The wheel has all that the program needs, and no file of development."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = {
    "quotaproof": "quotaproof",
    "model": "quotaproof/model",
    "solver": "quotaproof/solver",
    "scenarios": "quotaproof/scenarios",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy, with the setuptools that is here, so that nothing is left behind or fetched."""
    pytest.importorskip("setuptools", minversion="77", reason="setuptools 77 is not in this environment")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    for source_folder in PACKAGES:
        shutil.copytree(ROOT / source_folder, source / source_folder, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"{home}/{path.relative_to(ROOT / source_folder).as_posix()}"
        for source_folder, home in PACKAGES.items()
        for path in (ROOT / source_folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted
    assert wanted - packed == set()


def test_the_wheel_verifies_by_itself(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere and put first, so that not the checkout answers."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "unpacked")
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); sys.meta_path = [f for f in sys.meta_path "
        "if 'editable' not in getattr(f, '__name__', type(f).__name__).lower()]; "
        "import quotaproof, quotaproof.cli; print(quotaproof.__file__); quotaproof.cli.main()"
    )
    for scenario, exit_code, words in (
        ("beijing-2022", 0, "58 men and 54 women"),
        ("altered-beijing-2022", 1, "KAZ, men's relay, from 1 to 0"),
    ):
        done = subprocess.run(
            [sys.executable, "-P", "-c", code, str(tmp_path / "unpacked"), "verify", scenario],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == exit_code, done.stderr
        assert done.stdout.startswith(str(tmp_path / "unpacked"))
        assert words in done.stdout
