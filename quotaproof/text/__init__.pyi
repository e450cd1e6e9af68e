from .backtest import backtest as backtest
from .check import (
    accepted as accepted,
    rejected as rejected,
)
from .comparison import comparison as comparison
from .explanation import explanation as explanation
from .importing import import_report as import_report
from .inference import inference as inference
from .joint_reserve import joint_reserve as joint_reserve
from .listed import (
    listed_allocation as listed_allocation,
    listed_standings as listed_standings,
)
from .reduction import reduction as reduction
from .scenarios import scenarios as scenarios
from .season import season as season
from .standings import standings as standings
from .sweep import sweep as sweep
from .tables import (
    allocation as allocation,
    quota_table as quota_table,
)
from .verification import verification as verification
from .whatif import (
    reserve as reserve,
    start_note as start_note,
    whatif as whatif,
)

__all__: list[str]
