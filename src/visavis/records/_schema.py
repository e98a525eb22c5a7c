"""The tables: what visavis keeps. ``tests/purpose`` holds this to a reviewed list.

No column can hold a picture, an open vector, a score, a claim or a name. Three choices to explain:

Times are days (UTC). Whoever steals the table should not be able to lay it beside a door's or a
till's log and read off who is who; retention counts in years, so days are enough. Only what delays
are counted from has seconds (``enrolments.last_attempt_at``, ``attempts.reserved_at``): the first
is erased by the next success, the second when the attempt is settled. The service's own tables have
seconds, too: ``answers.written_at`` is erased after a day, ``outbox.next_try_at`` on delivery.

No row has a number: on SQLite the tables are WITHOUT ROWID, ordered by random keys, so that nothing
tells who enrolled after whom. PostgreSQL keeps rows in the order of writing until the table is
rewritten; docs/store.md says so.

An enrolment and its records are two tables, because there are two records while a renewal is
pending: one key over both keeps every locator unique, and rotation has one table to go through.
"""

from __future__ import annotations

import sqlalchemy as sa

from visavis.sealing import BODY_OVERHEAD, KEK_ID_SIZE, LOCATOR_SIZE, MAX_CAPACITY, WRAP_SIZE
from visavis.transparency import BLINDING_SIZE, LEAF_SIZE

DIGEST_SIZE = 32  # bytes: SHA-256
WORD_SIZE = 64  # characters of an identifier, a purpose or a terminal, as in the log's events
LANGUAGE_SIZE = 35  # characters: what BCP 47 (RFC 5646, section 4.4.1) advises to provide for
SCOPES_SIZE = 64  # characters: all scopes together take 41
URL_SIZE = 512  # characters
LOG_KEY_SIZE = 256  # characters: a key takes 55 of them, its name the rest

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, METADATA, *parts, sqlite_with_rowid=False)


def _sized(column: str, size: int) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"length({column}) = {size}", name=f"{column}_size")


def _institution(*, primary_key: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("institutions.institution")
    return sa.Column(
        "institution", sa.String(WORD_SIZE), key, primary_key=primary_key, nullable=False
    )


def _enrolment(*, primary_key: bool = False, index: bool = False) -> sa.Column[object]:
    key = sa.ForeignKey("enrolments.enrolment_id", ondelete="CASCADE")
    return sa.Column(
        "enrolment_id", sa.Uuid(), key, primary_key=primary_key, nullable=False, index=index
    )


institutions = _table(
    "institutions",
    sa.Column("institution", sa.String(WORD_SIZE), primary_key=True),
    sa.Column("log_key", sa.String(LOG_KEY_SIZE), nullable=False),  # public: VerifierKey.render()
    sa.Column("created_on", sa.Date(), nullable=False),
)

# A key must be listed before a record can be sealed with it, and cannot leave the list while one
# is. The foreign key makes that hold among running transactions, too.
keys = _table(
    "keys",
    _institution(primary_key=True),
    sa.Column("kek_id", sa.LargeBinary(), primary_key=True),
    sa.Column("epoch", sa.Integer(), nullable=False),
    sa.Column("started_on", sa.Date(), nullable=False),
    _sized("kek_id", KEK_ID_SIZE),
    sa.UniqueConstraint("institution", "epoch"),
)

enrolments = _table(
    "enrolments",
    sa.Column("enrolment_id", sa.Uuid(), primary_key=True),
    _institution(),
    sa.Column("state", sa.String(WORD_SIZE), nullable=False),
    sa.Column("enrolled_on", sa.Date(), nullable=False),
    sa.Column("last_used_on", sa.Date(), nullable=False),
    sa.Column("consecutive_failures", sa.Integer(), nullable=False),
    sa.Column("last_attempt_at", sa.BigInteger()),  # seconds since 1970, UTC
    sa.CheckConstraint("state IN ('active', 'disabled')", name="state"),
)

consents = _table(
    "consents",
    sa.Column("consent_id", sa.Uuid(), primary_key=True),
    _enrolment(index=True),
    sa.Column("purpose", sa.String(WORD_SIZE), nullable=False),
    sa.Column("wording_digest", sa.LargeBinary(), nullable=False),
    sa.Column("language", sa.String(LANGUAGE_SIZE), nullable=False),
    sa.Column("given_on", sa.Date(), nullable=False),
    sa.Column("expires_on", sa.Date()),
    sa.Column("withdrawn_on", sa.Date()),
    _sized("wording_digest", DIGEST_SIZE),
)

records = _table(
    "records",
    sa.Column("locator", sa.LargeBinary(), primary_key=True),
    _enrolment(),
    sa.Column("institution", sa.String(WORD_SIZE), nullable=False),
    sa.Column("pending", sa.Boolean(), nullable=False),  # a renewal's, until its first use
    sa.Column("kek_id", sa.LargeBinary(), nullable=False),
    sa.Column("model_digest", sa.LargeBinary(), nullable=False),
    sa.Column("consent_id", sa.Uuid(), sa.ForeignKey("consents.consent_id"), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),  # for compare and set
    sa.Column("wrap", sa.LargeBinary(), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
    _sized("locator", LOCATOR_SIZE),
    _sized("model_digest", DIGEST_SIZE),
    _sized("wrap", WRAP_SIZE),
    sa.CheckConstraint(
        f"length(body) BETWEEN {BODY_OVERHEAD + 1} AND {BODY_OVERHEAD + MAX_CAPACITY}",
        name="body_size",
    ),
    sa.UniqueConstraint("enrolment_id", "pending"),
    sa.ForeignKeyConstraint(["institution", "kek_id"], ["keys.institution", "keys.kek_id"]),
    sa.Index(None, "institution", "kek_id", "locator"),
    sa.Index(None, "consent_id"),
)

attempts = _table(  # open ones only: a row goes when its attempt is settled
    "attempts",
    sa.Column("attempt_id", sa.Uuid(), primary_key=True),
    _enrolment(index=True),
    sa.Column("terminal", sa.String(WORD_SIZE)),
    sa.Column("reserved_at", sa.BigInteger(), nullable=False),  # seconds since 1970, UTC
)

failures = _table(
    "failures",
    _enrolment(primary_key=True),
    sa.Column("day", sa.Date(), primary_key=True),
    sa.Column("count", sa.Integer(), nullable=False),
)

terminal_failures = _table(
    "terminal_failures",
    _institution(primary_key=True),
    sa.Column("terminal", sa.String(WORD_SIZE), primary_key=True),
    sa.Column("day", sa.Date(), primary_key=True),
    sa.Column("count", sa.Integer(), nullable=False),
)

leaves = _table(
    "leaves",
    sa.Column("leaf", sa.LargeBinary(), primary_key=True),
    # No foreign key: on PostgreSQL every transaction would lock one and the same institution's row.
    sa.Column("institution", sa.String(WORD_SIZE), nullable=False),
    sa.Column("position", sa.BigInteger()),  # from 0 without gaps; none until it is sequenced
    _sized("leaf", LEAF_SIZE),
    sa.UniqueConstraint("institution", "position"),
)

# What a leaf says, apart from it: erased on forgetting and retention, and the log still adds up.
openings = _table(
    "openings",
    sa.Column("leaf", sa.LargeBinary(), sa.ForeignKey("leaves.leaf"), primary_key=True),
    sa.Column("blinding", sa.LargeBinary(), nullable=False),
    sa.Column("event", sa.LargeBinary(), nullable=False),
    sa.Column("enrolment_id", sa.Uuid(), index=True),
    sa.Column("written_on", sa.Date(), nullable=False, index=True),
    _sized("blinding", BLINDING_SIZE),
)

checkpoints = _table(
    "checkpoints",
    _institution(primary_key=True),
    sa.Column("size", sa.BigInteger(), primary_key=True),
    sa.Column("note", sa.LargeBinary(), nullable=False),
    sa.Column("peaks", sa.LargeBinary(), nullable=False),  # of the tree, so that it can grow on
)

credentials = _table(
    "credentials",
    sa.Column("credential_id", sa.Uuid(), primary_key=True),
    _institution(),
    sa.Column("digest", sa.LargeBinary(), nullable=False),  # SHA-256 of 32 random bytes
    sa.Column("scopes", sa.String(SCOPES_SIZE), nullable=False),
    sa.Column("issued_on", sa.Date(), nullable=False),
    sa.Column("expires_on", sa.Date(), nullable=False),
    sa.Column("revoked_on", sa.Date()),
    _sized("digest", DIGEST_SIZE),
    sa.UniqueConstraint("digest"),
)

# One row for each Idempotency-Key of the last day. Fingerprints are HMACs under the server's
# secret; an answer that carried a claim is never kept, only whose enrolment it was.
answers = _table(
    "answers",
    sa.Column("key_fingerprint", sa.LargeBinary(), primary_key=True),
    sa.Column("body_fingerprint", sa.LargeBinary(), nullable=False),
    sa.Column("state", sa.String(WORD_SIZE), nullable=False),
    # No foreign key: the row outlives the enrolment, or a late retry would enrol anew.
    sa.Column("enrolment_id", sa.Uuid(), index=True),
    sa.Column("answer", sa.LargeBinary()),
    sa.Column("written_at", sa.BigInteger(), nullable=False, index=True),  # seconds since 1970, UTC
    sa.CheckConstraint("state IN ('open', 'answered', 'enrolled', 'spent')", name="state"),
    _sized("key_fingerprint", DIGEST_SIZE),
    _sized("body_fingerprint", DIGEST_SIZE),
)

endpoints = _table(  # where an institution's webhooks go; the key that signs them is derived
    "endpoints",
    _institution(primary_key=True),
    sa.Column("endpoint_id", sa.Uuid(), nullable=False),
    sa.Column("url", sa.String(URL_SIZE), nullable=False),
    sa.Column("registered_on", sa.Date(), nullable=False),
)

outbox = _table(  # webhooks not delivered yet: a row goes when it is
    "outbox",
    sa.Column("message_id", sa.Uuid(), primary_key=True),
    _institution(),
    sa.Column("kind", sa.String(WORD_SIZE), nullable=False),
    # No foreign key: that an enrolment was forgotten is delivered after it is.
    sa.Column("enrolment_id", sa.Uuid(), nullable=False, index=True),
    sa.Column("happened_on", sa.Date(), nullable=False),
    sa.Column("tries", sa.Integer(), nullable=False),
    sa.Column("next_try_at", sa.BigInteger(), index=True),  # seconds since 1970; none: given up
)

# Uploads are allowed instead of a liveness session by a setting, and then counted.
uploads = _table(
    "uploads",
    _institution(primary_key=True),
    sa.Column("day", sa.Date(), primary_key=True),
    sa.Column("use", sa.String(WORD_SIZE), primary_key=True),
    sa.Column("count", sa.Integer(), nullable=False),
)
