"""What is deployed fits the program: ports, probes, settings, users, places that are written to.

Nothing here needs a cluster or a container; docs/unverified.md says what was not run.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest

from tests.deploy.manifests import ROOT, VARIABLES, base, compose, containerfile, environment
from tests.service.test_credentials import ROUTES
from visavis.settings import ServiceSettings, Settings, load_settings

_PORT = ServiceSettings().port


def _pod() -> dict[str, Any]:
    pod: dict[str, Any] = base()["Deployment"]["spec"]["template"]["spec"]
    return pod


def _container() -> dict[str, Any]:
    (container,) = _pod()["containers"]
    return dict(container)


def _configured() -> dict[str, str]:
    """The variables that the container is given, the image's own included."""
    (generator,) = base()["Kustomization"]["configMapGenerator"]
    (source,) = _container()["envFrom"]
    assert source["configMapRef"]["name"] == generator["name"]
    own = {one["name"]: one["value"] for one in _container()["env"]}
    return environment() | dict(one.split("=", 1) for one in generator["literals"]) | own


def test_the_image_is_nobody_special_and_serves() -> None:
    said = dict(containerfile())
    assert said["USER"] == "10001:10001"
    assert said["ENTRYPOINT"] == '["visavis"]'
    assert said["CMD"] == '["serve"]'
    assert int(said["EXPOSE"]) == _PORT
    assert containerfile()[-1][0] == "CMD"


def test_the_image_copies_what_there_is_and_nothing_else() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied: set[str] = set()
    for name, rest in containerfile():
        if name == "COPY" and "--from" not in rest:
            copied |= set(rest.split()[:-1])
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def test_every_probe_asks_a_route_that_needs_no_credential() -> None:
    probes = [_container()[name] for name in ("startupProbe", "livenessProbe", "readinessProbe")]
    paths = [probe["httpGet"]["path"] for probe in probes]
    assert paths == ["/healthz", "/healthz", "/readyz"]
    assert all(ROUTES["GET", path] is None for path in paths)
    assert {probe["httpGet"]["port"] for probe in probes} == {"http"}


def test_there_is_one_port_everywhere() -> None:
    (port,) = _container()["ports"]
    assert (port["name"], port["containerPort"]) == ("http", _PORT)
    (served,) = base()["Service"]["spec"]["ports"]
    assert (served["port"], served["targetPort"]) == (_PORT, "http")
    (rule,) = base()["NetworkPolicy"]["spec"]["ingress"]
    assert [one["port"] for one in rule["ports"]] == [_PORT]
    (published,) = compose()["services"]["visavis"]["ports"]
    assert published == f"127.0.0.1:{_PORT}:{_PORT}"


@pytest.mark.parametrize("where", ["kustomize", "compose"])
def test_every_variable_is_a_setting_and_its_value_fits(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _configured()
    if where == "compose":
        given = environment() | compose()["services"]["visavis"]["environment"]
    ours = {name: value for name, value in given.items() if name.startswith("VISAVIS_")}
    assert set(ours) <= VARIABLES
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    settings = load_settings({})
    assert settings.service.host == "0.0.0.0"  # noqa: S104 - inside its own network
    assert settings.store.startswith("postgresql://visavis@")
    assert settings.service.uploads == 0
    assert not settings.service.claim_in_answer


def test_objects_name_each_other() -> None:
    objects = base()
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert objects["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert objects["Service"]["spec"]["selector"] == labels
    assert objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    # An empty selector would shut the whole namespace.
    assert objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels
    scaled = objects["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    deployment = objects["Deployment"]
    assert scaled == {
        "apiVersion": deployment["apiVersion"],
        "kind": "Deployment",
        "name": deployment["metadata"]["name"],
    }
    account = objects["ServiceAccount"]
    assert _pod()["serviceAccountName"] == account["metadata"]["name"]
    (image,) = objects["Kustomization"]["images"]
    assert {one["image"] for one in _all_containers()} == {image["name"]}
    pairs = [one["pairs"] for one in objects["Kustomization"]["labels"]]
    assert pairs == [labels]


def _all_containers() -> list[dict[str, Any]]:
    return [*_pod()["initContainers"], *_pod()["containers"]]


def test_it_may_do_nothing_that_it_need_not() -> None:
    user = dict(containerfile())["USER"].split(":")
    context = _pod()["securityContext"]
    assert context["runAsNonRoot"]
    assert [context["runAsUser"], context["runAsGroup"]] == [int(one) for one in user]
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not _pod()["automountServiceAccountToken"]
    assert not _pod()["enableServiceLinks"]
    for one in _all_containers():
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert one["resources"]["limits"]["memory"]
    local = compose()["services"]["visavis"]
    assert local["read_only"]
    assert local["cap_drop"] == ["ALL"]
    assert local["security_opt"] == ["no-new-privileges:true"]


def test_volumes_are_there_and_keys_stay_in_memory() -> None:
    volumes = {one["name"]: one for one in _pod()["volumes"]}
    mounted = {mount["name"] for one in _all_containers() for mount in one["volumeMounts"]}
    assert mounted == set(volumes)
    at = {mount["mountPath"]: mount["name"] for mount in _container()["volumeMounts"]}
    given = _configured()
    for variable in ("VISAVIS_KEYS", "PGPASSFILE"):
        folder = str(PurePosixPath(given[variable]).parents[1])
        assert volumes[at[folder]]["emptyDir"]["medium"] == "Memory"
    assert "secret" not in {kind for name in at.values() for kind in volumes[name]}
    local = compose()
    named = {one.partition(":")[0] for one in local["services"]["visavis"]["volumes"]}
    assert named <= set(local["volumes"])
    keys = str(PurePosixPath(environment()["VISAVIS_KEYS"]).parent)
    assert f"keys:{keys}" in local["services"]["visavis"]["volumes"]


def test_what_was_begun_can_be_finished() -> None:
    settings = Settings().service
    before_stop = int(_container()["lifecycle"]["preStop"]["exec"]["command"][1])
    drain = int(_configured()["VISAVIS_SERVICE__DRAIN_SECONDS"])
    assert _pod()["terminationGracePeriodSeconds"] > before_stop + drain
    grace = compose()["services"]["visavis"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > settings.drain_seconds


def test_the_database_has_no_port() -> None:
    database = compose()["services"]["database"]
    assert "ports" not in database
    assert "listen_addresses=" in database["command"]
    assert "socket:/var/run/postgresql" in database["volumes"]


def test_replicas_come_and_go() -> None:
    objects = base()
    assert "replicas" not in objects["Deployment"]["spec"]  # or each `apply` would undo the scaling
    scale = objects["HorizontalPodAutoscaler"]["spec"]
    assert 2 <= scale["minReplicas"] < scale["maxReplicas"]
    assert objects["PodDisruptionBudget"]["spec"]["maxUnavailable"] < scale["minReplicas"]
    assert objects["Service"]["spec"]["sessionAffinity"] == "ClientIP"
