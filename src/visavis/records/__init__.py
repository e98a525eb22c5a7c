"""What is kept: schema and migrations, enrolments, consents, attempts, and the log's leaves.

One schema for SQLite and PostgreSQL. Everything that reads takes a ``Snapshot``, everything that
writes a ``Transaction``, so that a use case can put a change and its leaf into one transaction.
"""

from ._attempts import (
    AbandonedAttempt,
    Delayed,
    Disabled,
    Reserved,
    Settlement,
    Unknown,
    accept_attempt,
    erase_failures,
    reject_attempt,
    reserve_attempt,
    sweep_attempts,
)
from ._consents import Consent, find_consent, give_consent, list_consents, withdraw_consent
from ._enrolments import (
    Enrolment,
    EnrolmentState,
    count_enrolments,
    disable_enrolment,
    enable_enrolment,
    find_enrolment,
    forget_enrolment,
    forget_unused,
    insert_enrolment,
)
from ._institutions import (
    Institution,
    ListedKey,
    add_institution,
    add_key,
    list_institutions,
    list_keys,
    remove_key,
)
from ._leaves import append_leaf, erase_openings
from ._limits import WINDOW_DAYS, AttemptLimits
from ._log import (
    count_waiting,
    find_leaf,
    last_checkpoint,
    log_size,
    read_checkpoints,
    read_log,
    sequence_leaves,
)
from ._migrate import STORE_VERSION
from ._records import StoredRecord, complete_renewal, find_record, start_renewal
from ._rotation import Rotation, count_unrotated, rotate
from ._store import Store, create_store, open_store, upgrade_store
from ._transaction import Snapshot, Transaction

__all__ = [
    "STORE_VERSION",
    "WINDOW_DAYS",
    "AbandonedAttempt",
    "AttemptLimits",
    "Consent",
    "Delayed",
    "Disabled",
    "Enrolment",
    "EnrolmentState",
    "Institution",
    "ListedKey",
    "Reserved",
    "Rotation",
    "Settlement",
    "Snapshot",
    "Store",
    "StoredRecord",
    "Transaction",
    "Unknown",
    "accept_attempt",
    "add_institution",
    "add_key",
    "append_leaf",
    "complete_renewal",
    "count_enrolments",
    "count_unrotated",
    "count_waiting",
    "create_store",
    "disable_enrolment",
    "enable_enrolment",
    "erase_failures",
    "erase_openings",
    "find_consent",
    "find_enrolment",
    "find_leaf",
    "find_record",
    "forget_enrolment",
    "forget_unused",
    "give_consent",
    "insert_enrolment",
    "last_checkpoint",
    "list_consents",
    "list_institutions",
    "list_keys",
    "log_size",
    "open_store",
    "read_checkpoints",
    "read_log",
    "reject_attempt",
    "remove_key",
    "reserve_attempt",
    "rotate",
    "sequence_leaves",
    "start_renewal",
    "sweep_attempts",
    "upgrade_store",
    "withdraw_consent",
]
