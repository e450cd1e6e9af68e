"""Pages of the site that are made from other files of the repository."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("clauses/", "notebooks/")
"""Folders in the navigation whose pages other hooks make."""


def on_config(config: Any) -> Any:
    """Leave out of the navigation what has no page."""
    config.nav = [entry for entry in (_present(entry, config) for entry in config.nav) if entry]
    return config


def _present(entry: Any, config: Any) -> Any:
    if isinstance(entry, str):
        return entry if entry in MADE or (Path(config.docs_dir) / entry).is_file() else None
    title, value = next(iter(entry.items()))
    if isinstance(value, list):
        return {title: [one for one in (_present(one, config) for one in value) if one]}
    if value in FOLDERS:
        return {title: [f"{value}{name}" for name in _pages_of(value)]}
    return {title: value} if _present(value, config) else None


def _pages_of(folder: str) -> list[str]:
    if folder == "clauses/":
        return ["index.md", *(f"{path.parent.name}.md" for path in sorted(ROOT.glob("scenarios/*/rules.toml")))]
    return ["index.md", *(f"{path.stem}.md" for path in sorted(ROOT.glob("notebooks/*.ipynb")))]


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are made here."""
    for name, make in MADE.items():
        files.append(File.generated(config, name, content=make()))
    return files


def _contributing() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def _changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def _commands() -> str:
    """Return the page on the command line: every command with its arguments and options."""
    import click

    from quotaproof.cli import cli

    group = click.Context(cli, info_name="quotaproof")
    lines = [
        "# The command line",
        "",
        "Written from the program itself; `quotaproof COMMAND --help` says the same.",
        "",
    ]
    lines += [*_command(cli, group, 2)]
    for name in cli.list_commands(group):
        command = cli.get_command(group, name)
        if command is not None and not command.hidden:
            lines += _command(command, click.Context(command, info_name=name, parent=group), 2)
    return "\n".join(lines)


def _command(command: Any, context: Any, level: int) -> list[str]:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = [f"{'#' * level} {context.command_path}", "", inspect.cleandoc(command.help or ""), ""]
    lines += ["```text", usage, "```", "", "| option | |", "| :-- | :-- |"]
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            names, text = (part.replace("|", "&#124;") for part in record)
            lines.append(f"| <code>{names}</code> | {text.replace('[', '&#91;')} |")
    if hasattr(command, "commands"):
        lines += ["", "| command | |", "| :-- | :-- |"]
        for name in command.list_commands(context):
            one = command.get_command(context, name)
            if not one.hidden:
                anchor = f"{context.command_path}-{name}".replace(" ", "-")
                lines.append(f"| [{name}](#{anchor}) | {one.get_short_help_str(limit=200)} |")
    return [*lines, ""]


def _api() -> str:
    """Return the page on the Python interface: every public name, in groups."""
    import quotaproof

    public = [name for name in quotaproof.__all__ if name != "__version__"]
    values = {name: getattr(quotaproof, name) for name in public}
    errors = [n for n in public if inspect.isclass(values[n]) and issubclass(values[n], Exception)]
    classes = [n for n in public if inspect.isclass(values[n]) and n not in errors]
    functions = [n for n in public if n not in errors and n not in classes]
    lines = [
        "# The Python interface",
        "",
        "`import quotaproof` gives these names. They are the words of the command line; errors are what it prints.",
    ]
    for title, names in (("Functions", functions), ("Classes", classes), ("Errors", errors)):
        lines += ["", f"## {title}", ""]
        lines += [f"::: quotaproof.{name}\n" for name in names]
    return "\n".join(lines)


MADE = {
    "contributing.md": _contributing,
    "changelog.md": _changelog,
    "commands.md": _commands,
    "api.md": _api,
}
"""Page -> what makes it."""


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Let links that lead out of docs/ on a code host lead to the page here, where there is one."""
    for there, here in (("../CONTRIBUTING.md", "contributing.md"), ("../CHANGELOG.md", "changelog.md")):
        markdown = markdown.replace(f"]({there})", f"]({here})")
    markdown = re.sub(r"\]\(\.\./notebooks/([\w-]+)\.ipynb\)", r"](notebooks/\1.md)", markdown)
    # What is left leads to code, which is not a part of the site.
    markdown = re.sub(r"\[([^\]]+)\]\(\.\./(?!notebooks/)[\w./-]+\)", _code_host_only(page), markdown)
    if page.file.src_uri in MADE:
        markdown = markdown.replace("](docs/", "](")
    return markdown


def _code_host_only(page: Any) -> Any:
    """Return what turns a link from docs/ to another folder into its words; pages in folders link to docs/ so."""

    def words(match: re.Match[str]) -> str:
        return match[1] if "/" not in page.file.src_uri else match[0]

    return words
