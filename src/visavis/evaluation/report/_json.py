"""A report for programs."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from visavis.evaluation._attempts import false_match_in_attempts

if TYPE_CHECKING:
    from visavis.evaluation._estimate import Estimate
    from visavis.evaluation._fnmr_at_fmr import FnmrAtFmr
    from visavis.evaluation._iso19795_10 import GroupReport, GroupResult
    from visavis.evaluation.report._report import DetCurve, Groups, Report

__all__ = ["ATTEMPTS", "report_json"]

ATTEMPTS: Final = (5, 10, 100)
"""What so many attempts of an impostor add up to: the limits of NIST SP 800-63B-4."""

_FORMAT: Final = "visavis-report/1"


def report_json(report: Report) -> str:
    """One JSON object (RFC 8259): rates are numbers, with their interval; infinity is a string."""
    run = report.run
    content = {
        "format": _FORMAT,
        "title": report.title,
        "data_set": report.data_set,
        "genuine": report.genuine,
        "impostor": report.impostor,
        "people": report.people,
        "pairs_of_people": report.pairs,
        "fnmr_at_fmr": [_point(point) for point in report.points],
        "eer": [{"method": rate.method, **_estimate(rate.estimate)} for rate in report.eer],
        "d_prime": _optional(report.d_prime),
        "cllr_bits": {
            "as_given": _optional(report.cllr),
            "calibrated": _optional(report.calibrated_cllr),
            "least": _optional(report.min_cllr),
        },
        "det": _det(report.det),
        "histograms": {
            "edges": report.histograms.edges.tolist(),
            "genuine": report.histograms.genuine.tolist(),
            "impostor": report.histograms.impostor.tolist(),
        },
        "groups": [_groups(groups) for groups in report.groups],
        "fta": None if report.fta is None else _estimate(report.fta),
        "failures": [
            {"number": failure.number, "reason": failure.reason} for failure in report.failures
        ],
        "notes": list(report.notes),
        "run": {
            "command": run.command,
            "date": run.date,
            "machine": run.machine,
            "visavis": run.version,
            "model": run.model_digest,
        },
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _point(point: FnmrAtFmr) -> dict[str, Any]:
    at = point.at
    return {
        "fmr": at.asked,
        "established": at.established,
        "fnmr": _estimate(point.fnmr),
        "threshold": _estimate(at.threshold),
        "fmr_of_sample": _estimate(at.fmr),
        "false_match_in_attempts": {
            str(attempts): _estimate(false_match_in_attempts(at.fmr, attempts))
            for attempts in ATTEMPTS
        },
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {
        "value": _number(estimate.value),
        "low": _number(estimate.low),
        "high": _number(estimate.high),
        "confidence": estimate.confidence,
        "method": estimate.method.value,
        "n": estimate.n,
        "people": estimate.people,
        "label": estimate.label,
    }


def _det(det: DetCurve) -> dict[str, Any]:
    band = det.band
    return {
        "threshold": [_number(threshold) for threshold in det.threshold.tolist()],
        "fmr": det.fmr.tolist(),
        "fnmr": det.fnmr.tolist(),
        "band": None
        if band is None
        else {
            "fmr": band.fmr.tolist(),
            "fnmr_low": band.low.tolist(),
            "fnmr_high": band.high.tolist(),
            "confidence": band.confidence,
        },
    }


def _groups(groups: Groups) -> dict[str, Any]:
    result: GroupReport = groups.result
    return {
        "kind": groups.kind,
        "threshold": _number(result.threshold),
        "unlabelled": result.unlabelled,
        "everybody": _group(result.everybody),
        "groups": [_group(group) for group in result.groups],
        "across": [_group(group) for group in result.across],
        "differentials": [
            {
                "name": differential.name,
                "estimate": None
                if differential.estimate is None
                else _estimate(differential.estimate),
                "sentence": differential.sentence,
            }
            for differential in result.differentials
        ],
        "rule_of_sp800_63a_4": [
            {
                "group": rule.group,
                "rate": rule.rate,
                "ratio": None if rule.ratio is None else _estimate(rule.ratio),
                "verdict": rule.verdict.value,
                "sentence": rule.sentence,
            }
            for rule in result.rule
        ],
    }


def _group(group: GroupResult) -> dict[str, Any]:
    return {
        "groups": list(group.groups),
        "people": group.people,
        "fmr": None if group.fmr is None else _estimate(group.fmr),
        "fnmr": None if group.fnmr is None else _estimate(group.fnmr),
    }


def _optional(value: float | None) -> float | str | None:
    return None if value is None else _number(value)


def _number(value: float) -> float | str:
    """JSON has no infinity."""
    if math.isfinite(value):
        return value
    return "inf" if value > 0 else "-inf"
