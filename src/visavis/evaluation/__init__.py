"""How far comparison scores can be trusted: error rates with their uncertainty.

From two lists of scores (a `ScoreSet`) to the measures of ISO/IEC 19795-1 and -10. A comparison
matches at ``score >= threshold``. Every error rate is an `Estimate`: a value, an interval, how it
was made, and a label where it deserves less trust than it seems to. Pass the people of each
comparison: without them independence must be assumed, and intervals are too narrow.

Results are aggregates: nothing public here tells who looks like whom.
"""

from visavis.evaluation._attempts import false_match_in_attempts
from visavis.evaluation._binomial import clopper_pearson, wilson
from visavis.evaluation._calibration import LogisticCalibration, PavCalibration
from visavis.evaluation._cllr import cllr, min_cllr
from visavis.evaluation._det import ErrorCurve, error_curve
from visavis.evaluation._dprime import d_prime
from visavis.evaluation._eer import EerMethod, eer
from visavis.evaluation._estimate import (
    DEFAULT_UNCERTAINTY,
    INDEPENDENCE_ASSUMED,
    Estimate,
    Method,
    Uncertainty,
)
from visavis.evaluation._fnmr_at_fmr import FnmrAtFmr, fnmr_at_fmr, fnmr_at_fmrs
from visavis.evaluation._iso19795_1 import fmr, fnmr, fta, fte, gfar, gfrr
from visavis.evaluation._iso19795_10 import (
    Differential,
    GroupReport,
    GroupResult,
    measure_groups,
)
from visavis.evaluation._iso30107_3 import (
    PadReport,
    PadResponse,
    Presentation,
    SpeciesResult,
    UnitRate,
    pad_report,
)
from visavis.evaluation._paired import paired_difference
from visavis.evaluation._people import Weights
from visavis.evaluation._planning import Plan, established, person_pairs, plan
from visavis.evaluation._rate import parse_rate
from visavis.evaluation._scores import ScoreSet
from visavis.evaluation._sp800_63a_4 import RuleResult, Verdict
from visavis.evaluation._threshold_at_fmr import PROVISIONAL, ThresholdAtFmr, threshold_at_fmr

__all__ = [
    "DEFAULT_UNCERTAINTY",
    "INDEPENDENCE_ASSUMED",
    "PROVISIONAL",
    "Differential",
    "EerMethod",
    "ErrorCurve",
    "Estimate",
    "FnmrAtFmr",
    "GroupReport",
    "GroupResult",
    "LogisticCalibration",
    "Method",
    "PadReport",
    "PadResponse",
    "PavCalibration",
    "Plan",
    "Presentation",
    "RuleResult",
    "ScoreSet",
    "SpeciesResult",
    "ThresholdAtFmr",
    "Uncertainty",
    "UnitRate",
    "Verdict",
    "Weights",
    "cllr",
    "clopper_pearson",
    "d_prime",
    "eer",
    "error_curve",
    "established",
    "false_match_in_attempts",
    "fmr",
    "fnmr",
    "fnmr_at_fmr",
    "fnmr_at_fmrs",
    "fta",
    "fte",
    "gfar",
    "gfrr",
    "measure_groups",
    "min_cllr",
    "pad_report",
    "paired_difference",
    "parse_rate",
    "person_pairs",
    "plan",
    "threshold_at_fmr",
    "wilson",
]
