"""The charts as an installation renders them, and what no schema knows: their parts fit each other and the code."""

from __future__ import annotations

import importlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from deploy.gateway.render import SERVICES
from deploy.gateway.settings import Settings as GatewaySettings
from deploy.helm.program import OWN, Helm, NoHelm
from deploy.web.settings import Settings as WebSettings
from shared.http.process import FINISH_REQUESTS_SECONDS
from shared.http.service import ServiceSettings

VERSIONS = ("1.30", "1.33", "1.37")
PLACES = {"KAFKA": "kafka:9092", "ISSUER": "https://id.example.com", "JWKS_URL": "https://id.example.com/jwks"}
CUSTOM = {"keda.sh/v1alpha1"}  # kinds that a cluster learns from somebody else; no schema of Kubernetes has them

Object = Mapping[str, Any]
Objects = Sequence[Object]


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    try:
        return Helm(tmp_path_factory.mktemp("helm"))
    except NoHelm as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def charts(helm: Helm) -> dict[str, Objects]:
    """Chart → its objects; the umbrella with the values that its example shows."""
    return {chart: helm.rendered(chart, *options_of(chart)) for chart in OWN}


def options_of(chart: str) -> list[str]:
    """What an operator has to say at least."""
    if chart == "flowline":
        return ["-f", "flowline/example.yaml"]
    if chart == "gateway":
        return [word for name in ("ISSUER", "JWKS_URL") for word in ("--set", f"settings.{name}={PLACES[name]}")]
    if chart == "web":
        return ["--set", f"settings.ISSUER={PLACES['ISSUER']}"]
    return [word for name, value in PLACES.items() for word in ("--set", f"service.settings.{name}={value}")]


def of_kind(objects: Objects, *kinds: str) -> list[Object]:
    return [each for each in objects if each["kind"] in kinds]


def pods(objects: Objects) -> Iterator[tuple[str, Object]]:
    """(name, template) of everything that starts pods."""
    for each in of_kind(objects, "StatefulSet", "Deployment", "Job"):
        yield each["metadata"]["name"], each["spec"]["template"]


def containers(objects: Objects) -> Iterator[tuple[str, Object]]:
    for name, template in pods(objects):
        for container in template["spec"]["containers"]:
            yield name, container


def each_chart(charts: dict[str, Objects]) -> Iterator[Objects]:
    assert set(charts) == set(OWN)
    yield from charts.values()


@pytest.mark.parametrize("chart", OWN)
def test_helm_finds_nothing_to_complain_of(helm: Helm, chart: str) -> None:
    helm.run("lint", "--strict", chart, *options_of(chart))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_what_this_kubernetes_takes(charts: dict[str, Objects], version: str) -> None:
    kubernetes = pytest.importorskip("kubernetes_validate")
    for objects in each_chart(charts):
        for each in objects:
            if each["apiVersion"] not in CUSTOM:
                kubernetes.validate(each, version, strict=True)


def test_selectors_find_the_pods_that_they_mean_and_no_others(charts: dict[str, Objects]) -> None:
    for objects in each_chart(charts):
        labels = {name: template["metadata"]["labels"] for name, template in pods(objects)}
        for each in of_kind(objects, "Service", "PodDisruptionBudget", "NetworkPolicy", "StatefulSet", "Deployment"):
            spec, meant = each["spec"], each["metadata"]["name"].removesuffix("-members")
            chosen = spec["selector"] if each["kind"] == "Service" else (spec.get("podSelector") or spec["selector"])
            wanted = chosen.get("matchLabels", chosen)
            found = [name for name, has in labels.items() if wanted.items() <= has.items()]
            assert found == [meant], f"{each['kind']} {each['metadata']['name']} finds {found}"


def test_services_lead_to_ports_that_the_containers_open(charts: dict[str, Objects]) -> None:
    for objects in each_chart(charts):
        opened = {name: {p["name"] for p in container.get("ports", ())} for name, container in containers(objects)}
        for service in of_kind(objects, "Service"):
            for port in service["spec"]["ports"]:
                assert port["targetPort"] in opened[service["metadata"]["name"].removesuffix("-members")]


def test_a_stateful_set_names_its_pods_by_a_headless_service(charts: dict[str, Objects]) -> None:
    for objects in each_chart(charts):
        headless = {s["metadata"]["name"] for s in of_kind(objects, "Service") if s["spec"].get("clusterIP") == "None"}
        assert {each["spec"]["serviceName"] for each in of_kind(objects, "StatefulSet")} == headless


def test_probes_ask_ports_of_their_container_and_paths_that_are_served(charts: dict[str, Objects]) -> None:
    served = {"/healthz", "/readyz"}
    for objects in each_chart(charts):
        for name, container in containers(objects):
            opened = {port["name"] for port in container.get("ports", ())}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = container.get(probe, {})
                where = asked.get("httpGet") or asked.get("tcpSocket")
                if where:
                    assert where["port"] in opened, (name, probe)
                    assert where.get("path", "/readyz") in served, (name, probe)


@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_is_a_setting_and_every_needed_setting_is_given(
    charts: dict[str, Objects], service: str
) -> None:
    settings: type[ServiceSettings] = importlib.import_module(f"services.{service}.settings").Settings
    prefix = settings.model_config["env_prefix"]
    known = {f"{prefix}{name.upper()}" for name in settings.model_fields}
    needed = {f"{prefix}{name.upper()}" for name, field in settings.model_fields.items() if field.is_required()}
    for name, container in containers(charts[service]):
        given = {variable["name"] for variable in container["env"]}
        assert given <= known, f"{name}: no setting is called {given - known}"
        assert needed <= given, f"{name} is not told {needed - given}"
        plain = {v["name"].removeprefix(prefix).lower(): v["value"] for v in container["env"] if "value" in v}
        settings(**plain, database_url="postgres://given-by-secret", _env_file=None)


def test_the_gateways_variables_are_its_settings(charts: dict[str, Objects]) -> None:
    [(_, container)] = containers(charts["gateway"])
    given = {v["name"].removeprefix("GATEWAY_").lower(): v["value"] for v in container["env"]}
    assert given.keys() <= GatewaySettings.model_fields.keys()
    GatewaySettings(**given)


def test_the_web_clients_variables_are_its_settings(charts: dict[str, Objects]) -> None:
    [(_, container)] = containers(charts["web"])
    given = {v["name"].removeprefix("WEB_").lower(): v["value"] for v in container["env"]}
    assert given.keys() <= WebSettings.model_fields.keys()
    WebSettings(**given)


def test_the_gateway_is_sent_to_services_and_ports_that_are_there(charts: dict[str, Objects]) -> None:
    objects = charts["flowline"]
    served = {
        f"{s['metadata']['name']}:{port['port']}" for s in of_kind(objects, "Service") for port in s["spec"]["ports"]
    }
    [gateway] = [container for name, container in containers(objects) if name == "gateway"]
    told = {v["name"]: v["value"] for v in gateway["env"]}
    assert {told[f"GATEWAY_{part.upper()}"] for part in (*SERVICES, "web")} <= served


def test_secrets_are_named_and_never_written_down(charts: dict[str, Objects]) -> None:
    for service in SERVICES:
        assert not of_kind(charts[service], "Secret", "ConfigMap")
        for name, container in containers(charts[service]):
            by_name = {variable["name"]: variable for variable in container["env"]}
            reference = by_name[f"{service.upper()}_DATABASE_URL"]["valueFrom"]["secretKeyRef"]
            assert reference == {"name": f"flowline-{service}", "key": "DATABASE_URL"}, name


def test_what_is_mounted_is_a_volume_and_the_key_file_lies_where_the_service_looks(charts: dict[str, Objects]) -> None:
    for objects in each_chart(charts):
        volumes = {name: {v["name"] for v in template["spec"]["volumes"]} for name, template in pods(objects)}
        for name, container in containers(objects):
            mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
            assert mounts.keys() == volumes[name]
            keys = [v["value"] for v in container["env"] if v["name"].endswith("_KEK_FILE")]
            assert all(key == f"{mounts['kek']}/kek" for key in keys)
    assert {"kek"} <= {v["name"] for _, t in pods(charts["customer"]) for v in t["spec"]["volumes"]}


def test_nothing_runs_as_root_or_writes_to_its_image(charts: dict[str, Objects]) -> None:
    for objects in each_chart(charts):
        for name, template in pods(objects):
            spec = template["spec"]
            assert spec["securityContext"]["runAsNonRoot"], name
            assert spec["securityContext"]["runAsUser"] == 10001
            assert spec["automountServiceAccountToken"] is False
            assert spec["enableServiceLinks"] is False, "CUSTOMER_PORT of a Service would hide the setting"
        for name, container in containers(objects):
            secured = container["securityContext"]
            assert secured["readOnlyRootFilesystem"], name
            assert not secured["allowPrivilegeEscalation"], name
            assert secured["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"]["memory"], name


def test_the_grace_period_covers_what_the_end_takes(charts: dict[str, Objects]) -> None:
    for objects in each_chart(charts):
        for each in of_kind(objects, "StatefulSet", "Deployment"):
            spec = each["spec"]["template"]["spec"]
            [pause] = [int(c["lifecycle"]["preStop"]["exec"]["command"][1]) for c in spec["containers"]]
            assert spec["terminationGracePeriodSeconds"] == 60 >= pause + FINISH_REQUESTS_SECONDS + 20


def test_a_member_of_a_consumer_group_is_named_after_its_pod(charts: dict[str, Objects]) -> None:
    for service in SERVICES:
        [workload] = of_kind(charts[service], "StatefulSet")
        [container] = workload["spec"]["template"]["spec"]["containers"]
        [member] = [v for v in container["env"] if v["name"] == f"{service.upper()}_MEMBER"]
        assert member["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}


def test_migrations_run_before_every_install_and_upgrade_with_the_same_image(charts: dict[str, Objects]) -> None:
    for service in SERVICES:
        [job] = of_kind(charts[service], "Job")
        assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
        images = {container["image"] for _, container in containers(charts[service])}
        assert images == {f"flowline/{service}:0.1.0"}
        [migrate] = job["spec"]["template"]["spec"]["containers"]
        assert migrate["args"] == ["migrate"]


def test_replicas_follow_the_seconds_of_lag_of_their_own_service(charts: dict[str, Objects]) -> None:
    for service in ("pipeline", "analytics", "notify"):
        [scaled], [workload] = of_kind(charts[service], "ScaledObject"), of_kind(charts[service], "StatefulSet")
        assert scaled["spec"]["scaleTargetRef"]["name"] == workload["metadata"]["name"]
        assert "replicas" not in workload["spec"], "Helm and KEDA would take turns"
        [trigger] = scaled["spec"]["triggers"]
        assert f'job="flowline-{service}"' in trigger["metadata"]["query"]
        [container] = workload["spec"]["template"]["spec"]["containers"]
        partitions = {v["name"]: v.get("value") for v in container["env"]}[f"{service.upper()}_PARTITIONS"]
        assert scaled["spec"]["maxReplicaCount"] <= int(partitions or 0)
    assert not of_kind(charts["customer"], "ScaledObject"), "it reads no topic"


def test_a_chart_without_addresses_says_which_one_is_missing(helm: Helm) -> None:
    with pytest.raises(subprocess.CalledProcessError) as told:
        helm.rendered("customer", "--set", "service.settings.KAFKA=kafka:9092")
    assert "set service.settings.ISSUER" in told.value.stderr


def test_the_network_lets_in_the_gateway_and_prometheus_only(charts: dict[str, Objects]) -> None:
    for service in SERVICES:
        [policy] = of_kind(charts[service], "NetworkPolicy")
        [rule] = policy["spec"]["ingress"]
        [gateway, prometheus] = rule["from"]
        [(_, template)] = pods(of_kind(charts["gateway"], "Deployment"))
        assert gateway["podSelector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
        assert prometheus["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "monitoring"}
        assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]


def test_charts_are_found_where_the_documentation_says() -> None:
    assert all((Path(__file__).parents[1] / chart / "Chart.yaml").is_file() for chart in (*OWN, "flowline-service"))
