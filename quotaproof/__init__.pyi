from .api import (
    allocate as allocate,
    backtest as backtest,
    check as check,
    compare as compare,
    explain as explain,
    infer as infer,
    report as report,
    reserve as reserve,
    season as season,
    standings_from as standings_from,
    sweep as sweep,
    ties_that_matter as ties_that_matter,
    verify as verify,
    whatif as whatif,
)
from .importing import (
    Imported as Imported,
    ImportReport as ImportReport,
    import_scenario as import_scenario,
)
from .model.allocation import Allocation as Allocation
from .model.errors import (
    IncompleteError as IncompleteError,
    InputError as InputError,
    LimitError as LimitError,
    QuotaError as QuotaError,
    SolverError as SolverError,
)
from .model.published import Published as Published
from .model.rules import (
    Readings as Readings,
    Rules as Rules,
)
from .model.scenario import Scenario as Scenario
from .model.standings.rankings import Standings as Standings
from .scenarios import load_scenario as load_scenario
from .solver.certificate import certificate as certificate
from .solver.compare.comparison import Comparison as Comparison
from .solver.engines.batch import (
    Batch as Batch,
    BatchResult as BatchResult,
    allocate_batch as allocate_batch,
)
from .solver.explain import Explanation as Explanation
from .solver.season.answer import SeasonAnswer as SeasonAnswer
from .solver.season.backtest import Backtest as Backtest
from .solver.reduce.reduction import Reduction as Reduction, reduce as reduce
from .solver.infer import Inference as Inference
from .solver.verify.under_readings import table_under_readings as table_under_readings
from .solver.verify.verification import Verification as Verification
from .solver.whatif.consequences import WhatIf as WhatIf
from .solver.whatif.joint_reserve import JointReserve as JointReserve, joint_reserve as joint_reserve

__version__: str
__all__: list[str]
