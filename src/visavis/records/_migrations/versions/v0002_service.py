"""What the service keeps: credentials, answers, webhooks, counts of uploads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add tables; what is there stays as it is."""
    _credentials()
    _answers()
    _endpoints()
    _outbox()
    _uploads()


def _credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(digest) = 32", name="ck_credentials_digest_size"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institutions.institution"], name="fk_credentials_institutions"
        ),
        sa.PrimaryKeyConstraint("credential_id", name="pk_credentials"),
        sa.UniqueConstraint("digest", name="uq_credentials_digest"),
        sqlite_with_rowid=False,
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("key_fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("body_fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "length(body_fingerprint) = 32", name="ck_answers_body_fingerprint_size"
        ),
        sa.CheckConstraint("length(key_fingerprint) = 32", name="ck_answers_key_fingerprint_size"),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'enrolled', 'spent')", name="ck_answers_state"
        ),
        sa.PrimaryKeyConstraint("key_fingerprint", name="pk_answers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_answers_enrolment_id", "answers", ["enrolment_id"], unique=False)
    op.create_index("ix_answers_written_at", "answers", ["written_at"], unique=False)


def _endpoints() -> None:
    op.create_table(
        "endpoints",
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=512), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution"], ["institutions.institution"], name="fk_endpoints_institutions"
        ),
        sa.PrimaryKeyConstraint("institution", name="pk_endpoints"),
        sqlite_with_rowid=False,
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution"], ["institutions.institution"], name="fk_outbox_institutions"
        ),
        sa.PrimaryKeyConstraint("message_id", name="pk_outbox"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_enrolment_id", "outbox", ["enrolment_id"], unique=False)
    op.create_index("ix_outbox_next_try_at", "outbox", ["next_try_at"], unique=False)


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("institution", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("use", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution"], ["institutions.institution"], name="fk_uploads_institutions"
        ),
        sa.PrimaryKeyConstraint("institution", "day", "use", name="pk_uploads"),
        sqlite_with_rowid=False,
    )
