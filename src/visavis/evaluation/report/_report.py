"""What a report says: numbers only, and no id of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from visavis.evaluation._eer import EerMethod
    from visavis.evaluation._estimate import Estimate
    from visavis.evaluation._fnmr_at_fmr import FnmrAtFmr
    from visavis.evaluation._iso19795_10 import GroupReport

__all__ = ["Band", "DetCurve", "EqualErrorRate", "Failure", "Groups", "Histograms", "Report", "Run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualErrorRate:
    """An equal error rate, and which of its definitions it follows."""

    method: EerMethod
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Band:
    """Intervals of the FNMR along the DET curve; element i of each array belongs to FMR i.

    Attributes:
        fmr: the FMR held, ascending (float64).
        low: lower end of the interval of the FNMR there.
        high: upper end; 1 where nothing is known.
        confidence: of each interval.
    """

    fmr: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    confidence: float

    def __post_init__(self) -> None:
        _same_length(self.fmr, self.low, self.high)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DetCurve:
    """Points of the sample's DET curve, none of them interpolated, and what they leave open.

    Attributes:
        threshold: a comparison matches at ``score >= threshold``; ascending (float64).
        fmr: false match rate at each.
        fnmr: false non-match rate at each.
        band: the intervals; None if none were made.
    """

    threshold: NDArray[np.float64]
    fmr: NDArray[np.float64]
    fnmr: NDArray[np.float64]
    band: Band | None

    def __post_init__(self) -> None:
        _same_length(self.threshold, self.fmr, self.fnmr)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Histograms:
    """How genuine and impostor scores are spread.

    Attributes:
        edges: of the bins, ascending, one more than there are bins (float64). A score lies in bin
            i where ``edges[i] <= score < edges[i + 1]``; the last bin holds its upper edge too.
        genuine: number of genuine scores in each bin (int64).
        impostor: number of impostor scores in each.
    """

    edges: NDArray[np.float64]
    genuine: NDArray[np.int64]
    impostor: NDArray[np.int64]

    def __post_init__(self) -> None:
        _same_length(self.edges[1:], self.genuine, self.impostor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Error rates of groups, and what the labels describe (``age``, ``skin tone``)."""

    kind: str
    result: GroupReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A sample that could not be used.

    Attributes:
        number: opaque: where the sample stood in the run, from 1. Never a name or a path.
        reason: a stable error code, such as ``face.none``.
    """

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Where a report comes from.

    Attributes:
        command: the command line.
        date: when, in UTC (ISO 8601).
        machine: processor, cores and system.
        version: of visavis.
        model_digest: of the pack that made the scores; None if they were given.
    """

    command: str
    date: str
    machine: str
    version: str
    model_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Report:
    """Everything a report says; `write_report` writes it.

    Attributes:
        title: the heading.
        data_set: what was compared, in a sentence or two.
        genuine: number of comparisons of a person with themselves.
        impostor: number of comparisons of two people.
        people: number of people; None where nobody noted whose scores they are.
        pairs: number of distinct pairs of people that were compared; likewise.
        points: the operating points, FMR descending.
        eer: the equal error rate, in each definition asked for.
        det: the DET curve.
        histograms: how the scores are spread.
        run: where all this comes from.
        d_prime: see `d_prime`; None if undefined or not measured, as for the next three.
        cllr: cost of the scores, taken as natural-log likelihood ratios, in bits.
        calibrated_cllr: the same after logistic calibration on these scores.
        min_cllr: the least it can be.
        groups: for each kind of label.
        fta: failure-to-acquire rate.
        failures: the samples that could not be used.
        notes: what a reader must know beside.
    """

    title: str
    data_set: str
    genuine: int
    impostor: int
    people: int | None
    pairs: int | None
    points: tuple[FnmrAtFmr, ...]
    eer: tuple[EqualErrorRate, ...]
    det: DetCurve
    histograms: Histograms
    run: Run
    d_prime: float | None = None
    cllr: float | None = None
    calibrated_cllr: float | None = None
    min_cllr: float | None = None
    groups: tuple[Groups, ...] = ()
    fta: Estimate | None = None
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Report {self.genuine} genuine, {self.impostor} impostor>"


def _same_length(*arrays: NDArray[np.float64] | NDArray[np.int64]) -> None:
    if len({array.shape for array in arrays}) != 1 or arrays[0].ndim != 1:
        raise InputInvalid("the arrays that describe one curve are 1-D and of the same length")
