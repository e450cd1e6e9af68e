"""Mathematics as MathML, which browsers show by themselves: no script and no font is loaded."""

from __future__ import annotations

import html
import re
from typing import Any

from latex2mathml.converter import convert

FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)


def on_page_content(content: str, page: Any, config: Any, files: Any) -> str:
    """Replace each formula that pymdownx.arithmatex marked."""

    def formula(match: re.Match[str]) -> str:
        block = match[2] == "["
        mathml = convert(html.unescape(match[3]).strip(), display="block" if block else "inline")
        return f'<div class="formula">{mathml}</div>' if block else mathml

    return FORMULA.sub(formula, content)
