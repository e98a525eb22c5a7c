from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tests.settings_page import PAGE, fields, page
from visavis.comparison import PROFILES
from visavis.errors import SettingsInvalid
from visavis.settings import Section, Settings, load_settings, setting
from visavis.verifier import UNUSED_DAYS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of our own, and nothing else in the environment."""
    for name, _ in fields():
        monkeypatch.delenv(f"VISAVIS_{name.upper()}", raising=False)
    monkeypatch.delenv("VISAVIS_CONFIG", raising=False)
    monkeypatch.setenv("VISAVIS_HOME", str(tmp_path))
    return tmp_path


def _refused(**options: object) -> str:
    with pytest.raises(SettingsInvalid) as raised:
        load_settings(options)
    return raised.value.detail


def test_defaults_follow_the_data_folder(home: Path) -> None:
    settings = load_settings()
    assert settings.home == home
    assert settings.store == f"sqlite:///{home}/store.db"
    assert settings.keys == home / "keys" / "keyring.json"
    assert (settings.institution, settings.retention_days) == ("default", UNUSED_DAYS)


def test_without_anything_it_is_the_platforms_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISAVIS_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert load_settings().home == Path("/somewhere/visavis")


def test_options_go_over_the_environment_over_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISAVIS_TERMINAL", "from-environment")
    monkeypatch.setenv("VISAVIS_LANGUAGE", "from-environment")
    monkeypatch.setenv("VISAVIS_INSTITUTION", "")  # as if it were not set
    (home / "visavis.toml").write_text(
        'pack = "from-file"\nterminal = "from-file"\nlanguage = "from-file"\n'
    )
    settings = load_settings({"language": "given"})
    assert (settings.pack, settings.terminal, settings.language) == (
        "from-file", "from-environment", "given",
    )  # fmt: skip
    assert settings.institution == "default"


def test_the_file_may_be_elsewhere_and_say_where_home_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "etc" / "visavis.toml"
    file.parent.mkdir()
    file.write_text('home = "~/faces"\nkeys = "/secret/keyring.json"\n')
    monkeypatch.setenv("VISAVIS_CONFIG", str(file))
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.delenv("VISAVIS_HOME")
    settings = load_settings()
    assert settings.store == "sqlite:////home/somebody/faces/store.db"
    assert settings.keys == Path("/secret/keyring.json")
    file.unlink()
    assert "VISAVIS_CONFIG" in _refused()


def test_what_does_not_fit_is_named_and_not_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "retention_days" in _refused(retention_days="swordfish")
    assert "swordfish" not in _refused(retention_days="swordfish")
    assert "swordfish" not in _refused(keys_from="swordfish")
    assert "nothing" in _refused(nothing=1)
    assert "home" in _refused(home=5)
    monkeypatch.setenv("VISAVIS_EPOCH_DAYS", "0")
    assert "epoch_days" in _refused()
    monkeypatch.delenv("VISAVIS_EPOCH_DAYS")
    (home / "visavis.toml").write_text("stroe = 'x'\n")
    assert "stroe" in _refused()
    for content in (b"store = ", b"\xff", b"#" * (1 << 20) + b"\n"):
        (home / "visavis.toml").write_bytes(content)
        assert "settings file" in _refused()
    (home / "visavis.toml").unlink()
    (home / "visavis.toml").mkdir()
    assert "cannot be read" in _refused()


def test_a_password_in_the_stores_address_is_not_shown() -> None:
    settings = load_settings({"store": "postgresql://visavis:swordfish@db/visavis"})
    assert "swordfish" not in repr(settings)
    assert "swordfish" not in str(settings)


def test_an_edge_adds_a_section(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Counter(Section):
        port: int = setting(1, what="a port", why="one")
        name: str = setting("a", what="a name", why="first")

    class WithCounter(Settings):
        counter: Counter = Counter()

    monkeypatch.setenv("VISAVIS_COUNTER__PORT", "7")
    (home / "visavis.toml").write_text('[counter]\nname = "b"\n')
    monkeypatch.setattr("visavis.settings._load.Settings", WithCounter)
    settings = load_settings({"counter": {}})
    assert isinstance(settings, WithCounter)
    assert (settings.counter.port, settings.counter.name) == (7, "b")
    assert [name for name, _ in fields(WithCounter)][-2:] == ["counter.port", "counter.name"]


def test_profiles_are_those_that_there_are() -> None:
    names = get_args(Settings.model_fields["profile"].annotation)
    assert set(names) == {profile.name for profile in PROFILES}


def test_every_setting_is_documented_as_it_is() -> None:
    assert PAGE.read_text() == page(), "write it anew: python -m tests.settings_page"
