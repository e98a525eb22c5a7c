"""What a test found, for people (HTML), programs (JSON) and spreadsheets (CSV).

`measure_report` makes a `Report` of scores that fit in memory; whoever streams them fills one in.
`write_report` writes it. A report holds aggregates and opaque numbers, never an id of a person.
"""

from visavis.evaluation.report._measure import measure_report, standard_fmrs
from visavis.evaluation.report._measure_groups import groups_by_label
from visavis.evaluation.report._report import (
    Band,
    DetCurve,
    EqualErrorRate,
    Failure,
    Groups,
    Histograms,
    Report,
    Run,
)
from visavis.evaluation.report._run import this_run
from visavis.evaluation.report._write import write_report

__all__ = [
    "Band",
    "DetCurve",
    "EqualErrorRate",
    "Failure",
    "Groups",
    "Histograms",
    "Report",
    "Run",
    "groups_by_label",
    "measure_report",
    "standard_fmrs",
    "this_run",
    "write_report",
]
