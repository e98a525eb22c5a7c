"""Settings of the HTTP service."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from visavis.settings._setting import OwnPath, Section, setting

__all__ = ["ServiceSettings", "TokenIssuer"]

_Origin = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+$")]
_Address = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$")]


class TokenIssuer(BaseModel):
    """Who issues access tokens that are taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str
    audience: str
    institution: str
    keys_url: str


class ServiceSettings(Section):
    """How the HTTP service behaves."""

    host: str = setting(
        "127.0.0.1",
        what="The address that it listens on.",
        why="Nothing is open by default: a reverse proxy, or whoever sets another, opens it.",
    )
    port: int = setting(
        8460, ge=0, le=65535, what="The port; 0 takes a free one.", why="No other service's."
    )
    tls_certificate: OwnPath | None = setting(
        None,
        what="A file with the certificate (PEM) that it shows, and the chain to it.",
        why="On one machine, or behind a proxy that speaks TLS, none is needed.",
    )
    tls_key: OwnPath | None = setting(
        None, what="The file with the certificate's private key (PEM).", why="As before."
    )
    tls_clients: OwnPath | None = setting(
        None,
        what="A file with the authorities (PEM) whose client certificates are asked for (mTLS). "
        "It comes on top of a credential, never in its place.",
        why="Few callers have certificates.",
    )
    uploads: int = setting(
        0,
        ge=0,
        what="How many enrolments a day (UTC) an institution may make of pictures that the caller "
        "sends. Each is counted in the store, and noted in the service's log.",
        why="A picture sent says nothing of how it was taken.",
    )
    claim_in_answer: bool = setting(
        default=False,
        what="Whether enrolment and renewal answer with the claim. Each time is in its log.",
        why="Then the caller sees the claim once; it belongs to the holder alone.",
    )
    processes: int = setting(
        0,
        ge=0,
        le=256,
        what="Processes that look at pictures; 0 for one a core.",
        why="Each keeps a core busy and takes about 180 MiB. They hold no key and no claim.",
    )
    waiting: int = setting(
        16,
        ge=1,
        le=4096,
        what="Requests that may wait for each of these processes; what is more gets 503.",
        why="Who waits for longer than a second or two gives up, and tries again.",
    )
    max_body: int = setting(
        20 * 1024 * 1024,
        ge=1024,
        le=128 * 1024 * 1024,
        what="Bytes of a request's body.",
        why="Five photographs of a phone, in base64.",
    )
    body_seconds: float = setting(
        20.0,
        gt=0,
        what="Seconds in which a request must have come in, headers and body each.",
        why="Five photographs over a slow mobile line; who is slower holds a connection.",
    )
    answer_seconds: float = setting(
        30.0,
        gt=0,
        what="Seconds from a request's body to its answer.",
        why="Longer than any queue, shorter than the patience of proxies (60).",
    )
    drain_seconds: int = setting(
        30,
        ge=0,
        what="Seconds that requests have to finish when the service is stopped.",
        why="Kubernetes gives 30.",
    )
    token_issuers: tuple[TokenIssuer, ...] = setting(
        (),
        shown="none",
        what="Who issues access tokens (OAuth 2.0, RFC 9068) that are taken beside API keys; each "
        "with `issuer`, `audience`, `institution` (for whom its clients act) and `keys_url` (its "
        "JWK set, `https://`).",
        why="API keys need nobody else.",
    )
    rate: str = setting(
        "600/minute",
        what="How often a credential may be used, as `limits` writes it.",
        why="Ten a second, for each till or counter that has its own.",
    )
    enrolment_rate: str = setting(
        "30/minute",
        what="How often a credential may enrol or renew.",
        why="People enrol one by one, before somebody's eyes; in bulk nobody does.",
    )
    forgetting_rate: str = setting(
        "60/minute",
        what="How often a credential may forget.",
        why="A stolen credential should not empty the store before anybody looks.",
    )
    rate_storage: str = setting(
        "memory://",
        secret=True,  # it may hold a password
        what="Where uses are counted: `memory://` for each process by itself, or a Valkey or Redis "
        "that all of them share, as `valkey://host:6379` (`pip install 'visavis[valkey]'`).",
        why="One process needs no other.",
    )
    one_folder: bool = setting(
        default=False,
        what="Whether the store and the key ring may lie in one folder.",
        why="Who copies that folder has two of the three things that open a reference.",
    )
    public_url: _Origin | None = setting(
        None,
        what="The origin that browsers reach this service by, such as `https://verify.example`. "
        "Links to the capture page begin with it, and the page may only speak to it.",
        why="Without a proxy in front, the address of each request says it.",
    )
    embedders: tuple[_Origin, ...] = setting(
        (),
        shown="none",
        what="Origins whose pages may embed the capture page, and are told when it is done.",
        why="A page that embeds another can lay things over it.",
    )
    return_urls: tuple[str, ...] = setting(
        (),
        shown="none",
        what="Addresses that the capture page may lead back to.",
        why="An open redirect lends this service's name to whoever makes a link.",
    )
    traces: _Address | None = setting(
        None,
        what="Where traces of requests are sent: an OpenTelemetry collector's address for OTLP "
        "over HTTP, such as `http://collector:4318/v1/traces`. Needs `visavis[otel]`.",
        why="Nothing leaves this machine that nobody asked for.",
    )
    upkeep_seconds: float = setting(
        5.0,
        gt=0,
        what="Seconds between two rounds of upkeep: the log's order, open attempts, webhooks.",
        why="As long as a receipt may wait for its proof.",
    )
