"""Write scenarios/summaries.json anew: what `quotaproof list` says of each scenario, without reading it whole."""

from __future__ import annotations

from quotaproof.scenarios.summaries import KEPT, document

if __name__ == "__main__":
    KEPT.write_text(document(), encoding="utf-8")
