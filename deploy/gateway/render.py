"""`python -m deploy.gateway.render`: print the gateway's configuration for this environment."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from deploy.gateway.problems import mappers
from deploy.gateway.settings import Settings

HERE = Path(__file__).parent
SERVICES = ("customer", "pipeline", "analytics", "notify")
OPTIONAL = ("identity", "web")


def render(settings: Settings) -> dict[str, Any]:
    """Envoy's bootstrap configuration, to be written as JSON."""
    template = yaml.safe_load((HERE / "envoy.yaml").read_text())
    del template["definitions"]
    config: dict[str, Any] = _filled(template, _values(settings))
    connections = config["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
    connections["local_reply_config"]["mappers"] = mappers()
    clusters = config["static_resources"]["clusters"] = _clusters(config["static_resources"]["clusters"])
    host = connections["route_config"]["virtual_hosts"][0]
    host["routes"] = [route for route in host["routes"] if route["name"] not in _absent(settings)]
    keys, keys_cluster = _keys(settings)
    connections["http_filters"][1]["typed_config"]["providers"]["issuer"].update(keys)
    clusters.extend(keys_cluster)
    return config


def _values(settings: Settings) -> dict[str, Any]:
    parts = [*SERVICES, *(each for each in OPTIONAL if each not in _absent(settings))]
    readiness = (HERE / "readiness.lua").read_text().replace("${PARTS}", ", ".join(f'"{part}"' for part in parts))
    own = {name.upper(): value for name, value in settings.model_dump().items()}
    return {**own, "READINESS": readiness}


def _absent(settings: Settings) -> set[str]:
    """The parts that do not run behind this gateway."""
    return {part for part in OPTIONAL if getattr(settings, part) is None}


def _filled(node: Any, values: Mapping[str, Any]) -> Any:
    """The template with every scalar `${NAME}` replaced by its value (whole scalars only: nothing is ever spliced)."""
    match node:
        case dict():
            return {key: _filled(value, values) for key, value in node.items()}
        case list():
            return [_filled(value, values) for value in node]
        case str() if node.startswith("${") and node.endswith("}"):
            return values[node[2:-1]]
        case _:
            return node


def _clusters(templates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    clusters = []
    for template in templates:
        address = template.pop("address")
        if address is not None:
            clusters.append({**template, "load_assignment": _endpoints(template["name"], address.split(","))})
    return clusters


def _endpoints(cluster: str, addresses: Sequence[str]) -> dict[str, Any]:
    places = [address.rpartition(":") for address in addresses]
    sockets = [{"socket_address": {"address": host, "port_value": int(port)}} for host, _, port in places]
    return {
        "cluster_name": cluster,
        "endpoints": [{"lb_endpoints": [{"endpoint": {"address": socket}} for socket in sockets]}],
    }


def _keys(settings: Settings) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The token verifier's source of keys, and the cluster that it needs for it."""
    if settings.jwks_url is None:
        return {"local_jwks": {"inline_string": settings.jwks}}, []
    place = urlsplit(settings.jwks_url)
    secure = place.scheme == "https"
    host, port = place.hostname or "", place.port or (443 if secure else 80)
    cluster: dict[str, Any] = {"name": "keys", "type": "STRICT_DNS", "connect_timeout": "2s"}
    cluster["load_assignment"] = _endpoints("keys", [f"{host}:{port}"])
    if secure:
        cluster["transport_socket"] = _tls(host)
    fetched = {
        "http_uri": {"uri": settings.jwks_url, "cluster": "keys", "timeout": "5s"},
        "cache_duration": "60s",
        "async_fetch": {"failed_refetch_duration": "1s"},
    }
    return {"remote_jwks": fetched}, [cluster]


def _tls(host: str) -> dict[str, Any]:
    kind = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
    trusted = {"trusted_ca": {"filename": "/etc/ssl/certs/ca-certificates.crt"}}
    exact = [{"san_type": "DNS", "matcher": {"exact": host}}]
    validation = {"validation_context": {**trusted, "match_typed_subject_alt_names": exact}}
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {"@type": kind, "sni": host, "common_tls_context": validation},
    }


if __name__ == "__main__":
    json.dump(render(Settings()), sys.stdout, indent=1)
