"""Access tokens: what RFC 9068 asks for, and each way to forge one."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from tests.records.house import NOW
from visavis.credentials import AccessTokenIssuer, IssuerKeys, Scope, authenticate
from visavis.errors import CredentialRefused, InputInvalid, IssuerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from visavis.credentials import Principal
    from visavis.records import Store

_NOBODY: Store = cast("Store", None)  # a token is read without a store
_SECONDS = int(NOW.timestamp())
_CLAIMS = {
    "iss": "https://login.example/",
    "aud": "visavis",
    "sub": "app",
    "client_id": "app",
    "jti": "1",
    "iat": _SECONDS,
    "exp": _SECONDS + 600,
    "scope": "verify openid enrol",
}


def _public(key: ECKey | RSAKey, kid: str) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": kid, "use": "sig"}


@dataclass
class Login:
    """Who issues access tokens."""

    key: ECKey | RSAKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    listed: list[dict[str, Any]] = field(default_factory=list)
    fetched: int = 0
    broken: bool = False

    def __post_init__(self) -> None:
        self.listed.append(_public(self.key, "k1"))

    def fetch(self) -> bytes:
        self.fetched += 1
        if self.broken:
            raise OSError
        return json.dumps({"keys": self.listed}).encode()

    def trusted(self, **changes: Any) -> AccessTokenIssuer:  # noqa: ANN401 - of several types
        given_: dict[str, Any] = {
            "issuer": "https://login.example/",
            "audience": "visavis",
            "institution": "default",
            "keys": IssuerKeys(self.fetch),
        }
        return AccessTokenIssuer(**(given_ | changes))

    def token(self, header: dict[str, Any] | None = None, /, **changes: Any) -> str:  # noqa: ANN401
        claims = {k: v for k, v in (_CLAIMS | changes).items() if v is not None}
        head = {"alg": "ES256", "typ": "at+jwt", "kid": "k1"} | (header or {})
        head = {name: value for name, value in head.items() if value is not None}
        registry = jws.JWSRegistry(algorithms=[head["alg"]], strict_check_header=False)
        return jws.serialize_compact(head, json.dumps(claims), self.key, registry=registry)


@pytest.fixture
def login() -> Login:
    return Login()


def _read(login: Login, token: str, **changes: Any) -> Principal:  # noqa: ANN401
    return authenticate(_NOBODY, token, now=NOW, issuers=[login.trusted(**changes)])


def test_a_good_token(login: Login) -> None:
    principal = _read(login, login.token())
    assert principal.institution == "default"
    assert principal.scopes == {Scope.VERIFY, Scope.ENROL}
    assert _read(login, login.token(jti="2")).credential_id == principal.credential_id
    assert _read(login, login.token(client_id="b")).credential_id != principal.credential_id
    assert _read(login, login.token(aud=["other", "visavis"])).scopes
    assert _read(login, login.token({"typ": "application/AT+JWT"})).scopes
    assert not _read(login, login.token(scope="openid")).scopes


def test_rsa(login: Login) -> None:
    login.key = RSAKey.generate_key(2048)
    login.listed[:] = [_public(login.key, "k1")]
    for algorithm in ("RS256", "PS256"):
        assert _read(login, login.token({"alg": algorithm})).institution == "default"
    with pytest.raises(CredentialRefused):
        _read(login, login.token({"alg": "PS256"}), algorithms=frozenset({"ES256"}))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://login.example"},
        {"iss": "https://other.example/"},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": "visavis2"},
        {"exp": _SECONDS - 60},
        {"iat": _SECONDS + 61},
        {"nbf": _SECONDS + 61},
        {"exp": "tomorrow"},
        {"exp": True},
        {"nbf": None, "exp": [1]},
        {"scope": ["verify"]},
        {"client_id": ""},
        {"sub": 7},
        *({name: None} for name in _CLAIMS),
    ],
)
def test_claims_that_are_refused(login: Login, changes: dict[str, Any]) -> None:
    with pytest.raises(CredentialRefused):
        _read(login, login.token(**changes))


def test_clocks_may_differ_by_a_minute(login: Login) -> None:
    late: list[dict[str, Any]] = [
        {"exp": _SECONDS - 59},
        {"iat": _SECONDS + 60},
        {"nbf": _SECONDS + 60},
    ]
    for changes in late:
        assert _read(login, login.token(**changes)).scopes


@pytest.mark.parametrize("kind", ["JWT", "jwt", "id+jwt", "visavis-match+jwt", "", None])
def test_other_types_of_token_are_refused(login: Login, kind: str | None) -> None:
    with pytest.raises(CredentialRefused):
        _read(login, login.token({"typ": kind}))


def _part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_forged_tokens(login: Login) -> None:
    mallory = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "k1"}
    claims = json.dumps(_CLAIMS)
    forged = [
        f"{_part({**header, 'alg': 'none'})}.{_part(_CLAIMS)}.",
        f"{_part({**header, 'alg': 'none'})}.{_part(_CLAIMS)}.AAAA",
        f"{_part({**header, 'crit': ['x'], 'x': 1})}.{_part(_CLAIMS)}.AAAA",
        jws.serialize_compact(header, claims, mallory, algorithms=["ES256"]),
        login.token({"kid": "unknown"}),
        login.token({"kid": None}),
        login.token()[:-4] + "AAAA",
    ]
    public = json.dumps(login.listed[0]).encode()
    for secret in (public, login.key.as_pem(private=False)):
        signed = f"{_part({**header, 'alg': 'HS256'})}.{_part(_CLAIMS)}"
        mac = hmac.digest(secret, signed.encode(), "sha256")
        forged.append(f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}")
    own = {
        "jwk": mallory.as_dict(private=False), "jku": "https://m.example/", "x5u": "https://m",
        "x5c": ["AAAA"],
    }  # fmt: skip
    for kid in ("k1", "mallory"):
        registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
        head = {**header, **own, "kid": kid}
        forged.append(jws.serialize_compact(head, claims, mallory, registry=registry))
    for token in forged:
        with pytest.raises(CredentialRefused):
            _read(login, token)
    genuine = {name: own[name] for name in ("jku", "x5u")}
    assert _read(login, login.token(genuine)).scopes  # ignored, and fetched from nowhere


def test_an_issuer_is_trusted_for_its_own_institution(login: Login) -> None:
    other = Login()
    issuers = [
        login.trusted(),
        login.trusted(audience="other", institution="bank"),
        other.trusted(issuer="https://other.example/", institution="airline"),
    ]
    read = authenticate(_NOBODY, login.token(aud="other"), now=NOW, issuers=issuers)
    assert read.institution == "bank"
    crossed = other.token()  # signed by one, in another's name
    with pytest.raises(CredentialRefused):
        authenticate(_NOBODY, crossed, now=NOW, issuers=issuers)


def test_symmetric_algorithms_cannot_be_configured(login: Login) -> None:
    for algorithms in ({"HS256"}, {"none"}, {"ES256", "HS256"}, set()):
        with pytest.raises(InputInvalid):
            login.trusted(algorithms=frozenset(algorithms))


@given(text=st.from_regex(r"[A-Za-z0-9_-]{0,30}(\.[A-Za-z0-9_-]{0,30}){1,4}", fullmatch=True))
def test_any_token_is_refused(text: str) -> None:
    _refused(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(value=_JSON, name=st.sampled_from(["alg", "typ", "kid", "iss", "aud"]))
def test_any_value_is_refused(value: object, name: str) -> None:
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "k1"}
    _refused(f"{_part({**header, name: value})}.{_part({**_CLAIMS, name: value})}.AAAA")


def _refused(text: str) -> None:
    with pytest.raises(CredentialRefused):
        _read(_SHARED, text, keys=_SHARED_KEYS)


_SHARED = Login()
_SHARED_KEYS = IssuerKeys(_SHARED.fetch)


@dataclass
class Ticking:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_keys_are_fetched_when_they_are_needed_and_not_more_often(login: Login) -> None:
    clock = Ticking()
    keys = IssuerKeys(login.fetch, clock=clock)
    assert login.fetched == 0
    for _ in range(3):
        assert keys.find("k1", algorithm="ES256") is not None
    assert login.fetched == 1
    login.listed.append(_public(ECKey.generate_key("P-256"), "k2"))
    assert keys.find("k2", algorithm="ES256") is None  # too soon
    clock.now += 60
    assert keys.find("k2", algorithm="ES256") is not None
    for number in range(100):
        keys.find(f"invented-{number}", algorithm="ES256")
    assert login.fetched == 2
    del login.listed[0]
    clock.now += 3601  # what was withdrawn goes within an hour
    assert keys.find("k1", algorithm="ES256") is None


def test_an_issuer_that_does_not_answer(login: Login) -> None:
    clock = Ticking()
    keys = IssuerKeys(login.fetch, clock=clock)
    login.broken = True
    for wait, fetched in ((0, 1), (4, 1), (1, 2), (9, 2), (1, 3), (600, 4)):
        clock.now += wait
        with pytest.raises(IssuerUnavailable):
            keys.find("k1", algorithm="ES256")
        assert login.fetched == fetched
    login.broken = False
    clock.now += 600
    assert keys.find("k1", algorithm="ES256") is not None
    login.broken = True
    clock.now += 86400  # a day on what there is
    assert keys.find("k1", algorithm="ES256") is not None
    clock.now += 1
    with pytest.raises(IssuerUnavailable):
        keys.find("k1", algorithm="ES256")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"keys": {}}', b"<html>"])
def test_an_answer_that_is_no_key_set(content: bytes) -> None:
    with pytest.raises(IssuerUnavailable):
        IssuerKeys(lambda: content).find("k1", algorithm="ES256")


def test_one_thread_fetches(login: Login) -> None:
    keys = IssuerKeys(login.fetch)
    found: list[object] = []
    find: Callable[[], None] = lambda: found.append(  # noqa: E731 - one line
        keys.find("k1", algorithm="ES256")
    )
    threads = [threading.Thread(target=find) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert None not in found
    assert login.fetched == 1
