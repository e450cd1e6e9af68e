"""Files that hold no tables that are read here, recognised by name or first bytes, each with what to do instead."""

from __future__ import annotations

import re

PDF = "a table of a PDF can be imported once it is saved as CSV, or pasted as text"
PICTURE = "a picture has no text; type the table into a spreadsheet, or find the page it was taken from"
WORD = "save it as HTML"
OLD_EXCEL = "save it as .xlsx"
FLAT = "open it in a spreadsheet and save it as .xlsx or .ods"
WEB_ARCHIVE = "save the page as HTML"
PACKED = "unpack it and import what is in it"
MAIL = "copy the table of the message into a spreadsheet, or save the message as HTML"
DATA = "only tables are read: HTML, text, wikitext, CSV, JSON, Excel or OpenDocument"
XML = f"open it in a spreadsheet and save it as CSV; {DATA}"
YAML = f"save it as JSON or CSV; {DATA}"

FOREIGN = {
    ".pdf": PDF, ".png": PICTURE, ".jpg": PICTURE, ".jpeg": PICTURE, ".gif": PICTURE, ".webp": PICTURE, ".tif": PICTURE,
    ".tiff": PICTURE, ".bmp": PICTURE, ".heic": PICTURE, ".svg": PICTURE, ".doc": WORD, ".docx": WORD, ".odt": WORD,
    ".rtf": WORD, ".pages": WORD, ".ppt": WORD, ".pptx": WORD, ".xls": OLD_EXCEL, ".xlsb": OLD_EXCEL,
    ".numbers": OLD_EXCEL, ".gsheet": OLD_EXCEL, ".mht": WEB_ARCHIVE, ".mhtml": WEB_ARCHIVE, ".webarchive": WEB_ARCHIVE,
    ".xml": XML, ".yaml": YAML, ".yml": YAML, ".toml": YAML, ".parquet": "save it as CSV",
    ".fods": FLAT, ".sxc": FLAT, ".dif": FLAT, ".slk": FLAT, ".dbf": FLAT, ".fodt": WORD, ".eml": MAIL, ".msg": MAIL,
    ".mbox": MAIL, ".zip": PACKED, ".gz": PACKED, ".tex": "save its table as CSV",
}  # fmt: skip
"""Suffix -> what to do with such a file."""

SIGNATURES = (
    (b"%PDF", PDF),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"RIFF", PICTURE),
    (b"\xd0\xcf\x11\xe0", f"{WORD} (a Word file) or .xlsx (an Excel workbook)"),
    (b"{\\rtf", WORD),
    (b"\x1f\x8b", PACKED),
    (b"PAR1", "save it as CSV"),
)
"""First bytes -> what to do with such a file."""


SPREADSHEET_XML = re.compile(
    rb'progid="excel\.sheet"|<office:document\s|<workbook[^>]{0,300}schemas-microsoft-com:office:spreadsheet'
)
MAIL_HEAD = re.compile(rb"(?:from|to|subject|date|return-path|received|delivered-to|message-id|content-type):\s")


def advice(suffix: str, data: bytes) -> str | None:
    """Return what to do with a file that is of a foreign kind, None if it may be one that is read."""
    head = data[:2000].lower()
    if SPREADSHEET_XML.search(head):
        return FLAT
    if suffix == ".xls" and not data.startswith(b"\xd0\xcf") and b"\0" not in data[:200]:
        return None  # what web pages call an Excel file is HTML or text more often than not
    if suffix in FOREIGN:
        return FOREIGN[suffix]
    found = next((words for mark, words in SIGNATURES if data.startswith(mark)), None)
    if found is None and data[:200].lower().startswith((b"from: <saved by", b"mime-version:")):
        return WEB_ARCHIVE
    if found is None and MAIL_HEAD.match(head) and b"\ncontent-type:" in head:
        return MAIL
    return found
