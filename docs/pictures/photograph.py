"""The explorer's pages in the documentation, photographed afresh: `python docs/pictures/photograph.py`.

It needs Chromium, playwright and Pillow, and takes about two minutes. A picture changes with every font, so each is
looked at by a person.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
PAGES = {
    "web-home": "/",
    "web-verify": "/scenarios/beijing-2022",
    "web-changes": "/scenarios/sochi-2014",
    "web-whatif": "/scenarios/sochi-2014/whatif?decline=FRA&decline=KAZ&for=JPN",
    "web-list": "/scenarios/sochi-2014/lists/men-1000",
    "web-nation": "/scenarios/pyeongchang-2018/nations/GBR",
    "web-unknown": "/scenarios/beijing-2022/whatif?decline=JPN:men-relay",
    "web-rules": "/scenarios/beijing-2022/rules",
}
"""Picture -> the page it shows, in a window of 1280 by 900."""


def main(chosen: list[str]) -> None:
    """Photograph the chosen pages, or all."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    server = subprocess.Popen(
        [sys.executable, "-m", "quotaproof", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        found = re.search(r"http://\S+?(?=/ )", server.stderr.readline() if server.stderr else "")
        if found is None:
            raise SystemExit("quotaproof serve did not say its address")
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(120_000)
            for name, address in PAGES.items():
                if not chosen or name in chosen:
                    page.goto(found[0] + address)
                    page.wait_for_load_state("networkidle")
                    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                    picture.quantize(128, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
                    print(FOLDER / f"{name}.png")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
