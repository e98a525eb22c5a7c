"""The first store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table. A migration is history: it repeats the schema and never imports it."""
    _institutions()
    _leaves()
    _checkpoints()
    _enrolments()
    _keys()
    _openings()
    _terminal_failures()
    _attempts()
    _consents()
    _failures()
    _records()
    if op.get_bind().dialect.name == "postgresql":
        # Sealed bytes are random: trying to compress them is time lost.
        op.execute("ALTER TABLE records ALTER COLUMN body SET STORAGE EXTERNAL")


def _institutions() -> None:
    op.create_table(
        "institutions",
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("log_key", sa.String(length=256), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("institution", name="pk_institutions"),
        sqlite_with_rowid=False,
    )


def _leaves() -> None:
    op.create_table(
        "leaves",
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("length(leaf) = 32", name="ck_leaves_leaf_size"),
        sa.PrimaryKeyConstraint("leaf", name="pk_leaves"),
        sa.UniqueConstraint("institution", "position", name="uq_leaves_institution_position"),
        sqlite_with_rowid=False,
    )


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution"], ["institutions.institution"], name="fk_checkpoints_institutions"
        ),
        sa.PrimaryKeyConstraint("institution", "size", name="pk_checkpoints"),
        sqlite_with_rowid=False,
    )


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=False),
        sa.Column("consecutive_failures", sa.Integer(), nullable=False),
        sa.Column("last_attempt_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'disabled')", name="ck_enrolments_state"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institutions.institution"], name="fk_enrolments_institutions"
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name="pk_enrolments"),
        sqlite_with_rowid=False,
    )


def _keys() -> None:
    op.create_table(
        "keys",
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("kek_id", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(kek_id) = 16", name="ck_keys_kek_id_size"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institutions.institution"], name="fk_keys_institutions"
        ),
        sa.PrimaryKeyConstraint("institution", "kek_id", name="pk_keys"),
        sa.UniqueConstraint("institution", "epoch", name="uq_keys_institution_epoch"),
        sqlite_with_rowid=False,
    )


def _openings() -> None:
    op.create_table(
        "openings",
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("blinding", sa.LargeBinary(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(blinding) = 32", name="ck_openings_blinding_size"),
        sa.ForeignKeyConstraint(["leaf"], ["leaves.leaf"], name="fk_openings_leaves"),
        sa.PrimaryKeyConstraint("leaf", name="pk_openings"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_openings_enrolment_id", "openings", ["enrolment_id"], unique=False)
    op.create_index("ix_openings_written_on", "openings", ["written_on"], unique=False)


def _terminal_failures() -> None:
    op.create_table(
        "terminal_failures",
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("terminal", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution"], ["institutions.institution"], name="fk_terminal_failures_institutions"
        ),
        sa.PrimaryKeyConstraint("institution", "terminal", "day", name="pk_terminal_failures"),
        sqlite_with_rowid=False,
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("terminal", sa.String(length=64), nullable=True),
        sa.Column("reserved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.enrolment_id"],
            name="fk_attempts_enrolments",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_attempts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_attempts_enrolment_id", "attempts", ["enrolment_id"], unique=False)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("wording_digest", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(wording_digest) = 32", name="ck_consents_wording_digest_size"),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.enrolment_id"],
            name="fk_consents_enrolments",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consent_id", name="pk_consents"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_consents_enrolment_id", "consents", ["enrolment_id"], unique=False)


def _failures() -> None:
    op.create_table(
        "failures",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.enrolment_id"],
            name="fk_failures_enrolments",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "day", name="pk_failures"),
        sqlite_with_rowid=False,
    )


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("locator", sa.LargeBinary(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("kek_id", sa.LargeBinary(), nullable=False),
        sa.Column("model_digest", sa.LargeBinary(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrap", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(body) BETWEEN 64 AND 65598", name="ck_records_body_size"),
        sa.CheckConstraint("length(locator) = 32", name="ck_records_locator_size"),
        sa.CheckConstraint("length(model_digest) = 32", name="ck_records_model_digest_size"),
        sa.CheckConstraint("length(wrap) = 233", name="ck_records_wrap_size"),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.consent_id"], name="fk_records_consents"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.enrolment_id"],
            name="fk_records_enrolments",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["institution", "kek_id"], ["keys.institution", "keys.kek_id"], name="fk_records_keys"
        ),
        sa.PrimaryKeyConstraint("locator", name="pk_records"),
        sa.UniqueConstraint("enrolment_id", "pending", name="uq_records_enrolment_id_pending"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_records_consent_id", "records", ["consent_id"], unique=False)
    op.create_index(
        "ix_records_institution_kek_id_locator",
        "records",
        ["institution", "kek_id", "locator"],
        unique=False,
    )
