"""The chart of `deploy/helm`, rendered with several settings: every manifest against the schema of its Kubernetes, in which
no unknown field is allowed, and what has to agree between the chart and the server.

Started: helm, and the program of `monitor`, which reads a ServiceMonitor by the types of the Prometheus operator: that kind is
no part of Kubernetes. The schemas of all others come with the PyPI package kubernetes-validate. Not checked: whether a
cluster accepts and runs it all.
"""

import subprocess

import kubernetes_validate
import pytest
import yaml
from parts import ROOT

CHART = ROOT / "deploy/helm/glossator"
# The oldest that the chart takes, and a later one.
KUBERNETES = ["1.30", "1.36"]
SETTINGS = {
    "defaults": {},
    "tls": {"tls": {"enabled": True, "secretName": "cert", "requireClientCertificate": True}},
    "meshes": {"mesh": {"istio": True, "linkerd": True}},
    "fixed": {"autoscaling": {"enabled": False}, "podDisruptionBudget": {"enabled": False}, "networkPolicy": {"enabled": False}},
    "everything": {
        "env": {"GLOSSATOR_WORKERS": "2", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317"},
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "networkPolicy": {
            "grpcFrom": [{"namespaceSelector": {"matchLabels": {"team": "news"}}}],
            "egress": [{"ports": [{"port": 4317}], "to": [{"podSelector": {"matchLabels": {"app": "collector"}}}]}],
        },
        "imagePullSecrets": [{"name": "registry"}],
        "service": {"annotations": {"a": "b"}},
        "podAnnotations": {"a": "b"},
        "podLabels": {"a": "b"},
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "dedicated", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "priorityClassName": "high",
        "drain": {"preStopSeconds": 10, "delaySeconds": 3, "limitSeconds": 60},
    },
}


def render(settings: dict, version: str = "1.30.0") -> dict[str, dict]:
    """The manifests by kind; the headless Service as "Headless"."""
    command = ["helm", "template", "news", CHART, "--kube-version", version, "--values", "-"]
    done = subprocess.run(command, input=yaml.safe_dump(settings), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    manifests = [manifest for manifest in yaml.safe_load_all(done.stdout) if manifest]
    name = lambda manifest: "Headless" if manifest["metadata"]["name"].endswith("-headless") else manifest["kind"]  # noqa: E731
    return {name(manifest): manifest for manifest in manifests}


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("settings", SETTINGS)
def test_every_manifest_is_what_kubernetes_expects(settings, version):
    manifests = render(SETTINGS[settings], f"{version}.0")
    assert len(manifests) >= 4
    for kind, manifest in manifests.items():
        if kind != "ServiceMonitor":
            kubernetes_validate.validate(manifest, version, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_found():
    """The check above is worth something."""
    manifest = render({})["Deployment"]
    manifest["spec"]["template"]["spec"]["containers"][0]["readinessProb"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, "1.30", strict=True)


def read_monitor(manifest: dict) -> subprocess.CompletedProcess:
    return subprocess.run(["monitor"], input=yaml.safe_dump(manifest), capture_output=True, text=True)


def test_the_monitor_is_what_the_operator_expects():
    manifest = render(SETTINGS["everything"])["ServiceMonitor"]
    done = read_monitor(manifest)
    assert done.returncode == 0, done.stderr
    # The check is worth something: a field that the operator does not know, and one of another type, are found.
    [endpoint] = manifest["spec"]["endpoints"]
    for wrong in ({"intervall": "30s"}, {"port": ["admin"]}):
        manifest["spec"]["endpoints"] = [endpoint | wrong]
        done = read_monitor(manifest)
        assert done.returncode == 1 and next(iter(wrong)) in done.stderr, done.stderr


@pytest.mark.parametrize("settings", [{}, SETTINGS["everything"]])
def test_kubernetes_waits_as_long_as_the_drain_may_take(settings):
    pod = render(settings)["Deployment"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    env = {variable["name"]: variable["value"] for variable in container["env"]}
    before = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    delay, limit = (int(env[f"GLOSSATOR_DRAIN_{name}"].removesuffix("s")) for name in ("DELAY", "LIMIT"))
    assert delay < limit
    assert before + limit < pod["terminationGracePeriodSeconds"]


def test_the_server_is_asked_by_grpc_and_runs_as_nobody():
    pod = render({})["Deployment"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    for probe in ("startupProbe", "readinessProbe"):
        assert container[probe]["grpc"] == {"port": ports["grpc"], "service": "glossator.v1.AnnotationService"}
    assert container["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "admin"}
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"].keys() == {"requests", "limits"}
    # A port of the image's that the chart does not know would be open and unused.
    image = (ROOT / "Dockerfile").read_text()
    assert f"EXPOSE {ports['grpc']} {ports['admin']}" in image and f"USER {pod['securityContext']['runAsUser']}:" in image


def test_both_services_speak_h2c_and_lead_to_the_pods():
    manifests = render({})
    labels = manifests["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for service in (manifests["Service"], manifests["Headless"]):
        assert service["spec"]["selector"].items() <= labels.items()
        assert service["spec"]["ports"][0]["appProtocol"] == "kubernetes.io/h2c"
    assert manifests["Headless"]["spec"]["clusterIP"] == "None"
    for kind in ("PodDisruptionBudget", "NetworkPolicy"):
        spec = manifests[kind]["spec"]
        selector = spec.get("selector") or spec["podSelector"]
        assert selector["matchLabels"].items() <= labels.items()
    assert manifests["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"] == manifests["Deployment"]["metadata"]["name"]


def test_the_monitor_finds_the_service_with_the_metrics():
    manifests = render(SETTINGS["everything"])
    spec = manifests["ServiceMonitor"]["spec"]
    assert spec["selector"]["matchLabels"].items() <= manifests["Headless"]["metadata"]["labels"].items()
    assert not spec["selector"]["matchLabels"].items() <= manifests["Service"]["metadata"]["labels"].items()
    assert {endpoint["port"] for endpoint in spec["endpoints"]} <= {port["name"] for port in manifests["Headless"]["spec"]["ports"]}


def test_sidecars_outlive_the_server():
    pod = render(SETTINGS["meshes"])["Deployment"]["spec"]["template"]
    grace = pod["spec"]["terminationGracePeriodSeconds"]
    annotations = pod["metadata"]["annotations"]
    assert pod["metadata"]["labels"]["sidecar.istio.io/inject"] == "true"
    istio = yaml.safe_load(annotations["proxy.istio.io/config"])
    assert istio == {"holdApplicationUntilProxyStarts": True, "terminationDrainDuration": f"{grace}s"}
    assert annotations["linkerd.io/inject"] == "enabled"
    assert int(annotations["config.alpha.linkerd.io/proxy-wait-before-exit-seconds"]) == grace


@pytest.mark.parametrize("wrong", [{"replicas": 3}, {"tls": {"enabled": True}}, {"env": {"GLOSSATOR_WORKERS": 2}}])
def test_wrong_values_are_refused(wrong):
    command = ["helm", "template", "news", CHART, "--values", "-"]
    done = subprocess.run(command, input=yaml.safe_dump(wrong), capture_output=True, text=True)
    assert done.returncode != 0 and "values don't meet the specifications of the schema" in done.stderr
