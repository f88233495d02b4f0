"""What the Gateway's exporter reads beside logs: connections, the API, the upstreams, the Gateway's own health, the addresses of WSL2."""
import contextlib
import socket

from gateway_exporter import GatewayExporter
from gateway_load import Client, Exactly, visit
from gateway_namespace import Machines, within
from gateway_nginx import Nginx
from gateway_upstreams import Upstreams
from peers import wait_until

SECONDS = 20


def holds(exporter, value, *key, seconds=SECONDS):
    """Waits until a sample has this value (None: is not there); returns the page."""
    def check():
        page = exporter.page()
        return page if page.get(*key) == value else None
    try:
        return wait_until(check, seconds, f"{key} = {value}")
    except AssertionError as error:
        page = exporter.page()
        raise AssertionError(f"{error}; it is {page.get(*key)}; of this family: {page.family(key[0])}\n{exporter.output()[-1500:]}")


def tests(binary, gateway, ended):
    """The tests, for this binary."""

    def connections_are_those_of_stub_status(directory):
        """Kept connections wait and are active; what was accepted and handled grows with them."""
        with gateway(directory) as nginx, ended(GatewayExporter(binary, directory / "exporter", nginx)) as exporter:
            before = holds(exporter.ready(), 1, "flatnet_gateway_stub_status_up")
            waiting, accepted = before["nginx_connections_waiting"], before["nginx_connections_accepted_total"]
            clients = [Client(nginx.address, nginx.ports["gateway"]) for _ in range(7)]
            for client in clients:
                assert client.get("/ok") == 200
            page = holds(exporter, waiting + 7, "nginx_connections_waiting")
            assert page["nginx_connections_active"] >= 8 and page["nginx_connections_writing"] >= 1, page.family("nginx_connections_active")
            assert page["nginx_connections_accepted_total"] >= accepted + 7
            assert page["nginx_connections_accepted_total"] == page["nginx_connections_handled_total"]
            # The counter of nginx's own must be one that an independent look finds between two of ours.
            first, raw, last = exporter.page(), stub_status(nginx), exporter.page()
            assert first["nginx_connections_accepted_total"] <= raw["accepts"] <= last["nginx_connections_accepted_total"], raw
            for client in clients:
                client.close()
            holds(exporter, waiting, "nginx_connections_waiting")

    def the_api_is_read_and_its_refusals_told(directory):
        """Empty tables come as objects; a refusal by address, a missing part and a restart each show as what they are."""
        with gateway(directory) as nginx, ended(GatewayExporter(binary, directory / "exporter", nginx)) as exporter:
            page = holds(exporter.ready(), 1, "flatnet_gateway_api_up")
            assert sum(page.family("flatnet_gateway_registry_containers").values()) == 0
            assert page["flatnet_gateway_registry_index_entries"] == page["flatnet_gateway_sync_peers"] == 0
            assert page["flatnet_gateway_registry_free_bytes"] == 10407936 and page["flatnet_gateway_registry_capacity_bytes"] == 10485760
            assert page["flatnet_gateway_healthcheck_enabled"] == 1
            states = ("GATEWAY_ONLY", "P2P_ATTEMPTING", "P2P_ACTIVE", "GATEWAY_FALLBACK")
            assert page.family("flatnet_gateway_escalation_connections") == {(f"state={s}",): 0 for s in states}
            api = Client(nginx.address, nginx.ports["api"])
            for number in range(5):
                host = 2 if number == 4 else 1
                body = b'{"id":"c%d","ip":"10.100.%d.1%d","hostId":%d,"createdAt":"1768440704"}' % (number, host, number, host)
                assert api.get("/api/containers", "POST", body) == 201
            assert api.get("/api/containers", "POST", b"this is not JSON") == 400
            nginx.set("states", {"10.100.2.10": {"state": "GATEWAY_FALLBACK", "latency": 812.4, "retry_count": 2, "last_check": 1768440702.9},
                                 "10.100.2.11": {"state": "P2P_ATTEMPTING", "metadata": {"target_gateway": "10.100.2.1"}}})
            nginx.set("failures", {"10.100.2.10": 2})
            nginx.set("peers", ["http://10.100.2.1:8080"])
            holds(exporter, 4, "flatnet_gateway_registry_containers", "host_id=1")
            page = holds(exporter, 1, "flatnet_gateway_registry_containers", "host_id=2")
            holds(exporter, 0.8124, "flatnet_gateway_p2p_latency_seconds", "ip=10.100.2.10")
            holds(exporter, 2, "flatnet_gateway_p2p_consecutive_failures", "ip=10.100.2.10")
            holds(exporter, 1, "flatnet_gateway_escalation_connections", "state=GATEWAY_FALLBACK")
            holds(exporter, 1, "flatnet_gateway_escalation_connections", "state=P2P_ATTEMPTING")
            holds(exporter, 1, "flatnet_gateway_sync_peers")
            for number in (0, 1):
                assert api.get(f"/api/containers/c{number}", "DELETE") == 200
            holds(exporter, 2, "flatnet_gateway_registry_containers", "host_id=1")
            holds(exporter, 5, "flatnet_gateway_registry_index_entries")
            nginx.set("states", {})
            page = holds(exporter, 0, "flatnet_gateway_escalation_connections", "state=GATEWAY_FALLBACK")
            holds(exporter, None, "flatnet_gateway_p2p_latency_seconds", "ip=10.100.2.10")
            # Who writes to the registry, by method and answer. The exporter's own reading is in that log too.
            registry = {("POST", 201): 5, ("POST", 400): 1, ("DELETE", 200): 2}
            for (method, status), count in registry.items():
                holds(exporter, count, "flatnet_gateway_registry_requests_total", f"method={method}", f"status={status}")
                assert nginx.truth()[f"registry {method} {status}"] == count
            least, page, most = nginx.truth(), exporter.page(), nginx.truth()
            shown = page["flatnet_gateway_registry_requests_total", "method=GET", "status=200"]
            assert least["registry GET 200"] <= shown <= most["registry GET 200"], (least, shown, most)
            # D4: the caller's address is not on the list.
            nginx.allowed = "allow 10.100.0.0/16;"
            nginx.reload()
            page = holds(exporter, 0, "flatnet_gateway_api_up")
            assert page["flatnet_gateway_registry_containers", "host_id=1"] == 2, "the last good values stay"
            wait_until(lambda: exporter.page().get("flatnet_gateway_registry_requests_total", "method=GET", "status=403"), SECONDS, "refusals in the log")
            assert "403" in exporter.output(), exporter.output()[-1500:]
            nginx.allowed = "allow all;"
            nginx.reload()
            holds(exporter, 1, "flatnet_gateway_api_up")
            # D6: the containers' handler is not where the configuration looks for it.
            nginx.containers = ""
            nginx.reload()
            wait_until(lambda: exporter.page().get("flatnet_gateway_registry_requests_total", "method=GET", "status=404"), SECONDS, "404 in the log")
            page = holds(exporter, 0, "flatnet_gateway_api_endpoint_up", "endpoint=containers")
            assert page["flatnet_gateway_api_endpoint_up", "endpoint=status"] == 1 and page["flatnet_gateway_api_up"] == 0
            assert page["flatnet_gateway_registry_index_entries"] == 5 and page["flatnet_gateway_registry_containers", "host_id=1"] == 2, page.text
            nginx.containers = 'location /api/containers { content_by_lua_block { require("api").containers() } }'
            # A restart empties the Gateway's memory, and no counter of ours goes back.
            counted = exporter.page()["flatnet_gateway_registry_requests_total", "method=POST", "status=201"]
            nginx.stop()
            nginx.start()
            page = holds(exporter, 0, "flatnet_gateway_registry_index_entries")
            assert sum(page.family("flatnet_gateway_registry_containers").values()) == 0, page.family("flatnet_gateway_registry_containers")
            assert page["flatnet_gateway_registry_requests_total", "method=POST", "status=201"] == counted == 5
            api.close()

    def upstreams_are_probed_both_ways(directory):
        """An upstream that stops is down directly and through the Gateway; one that comes back is up again. A Gateway that stops is down."""
        with gateway(directory) as nginx:
            flag = f"--gateway.upstream=shop={nginx.upstreams.backend_address},/wsl2/"
            with ended(GatewayExporter(binary, directory / "exporter", nginx, flag)) as exporter:
                exporter.ready()
                shop = [("flatnet_gateway_upstream_up", "upstream=shop", f"address={nginx.upstreams.backend_address}", f"path={path}")
                        for path in ("direct", "via_gateway")]
                backend = ("flatnet_gateway_upstream_up", "upstream=wsl2_backend", f"address={nginx.upstreams.backend_address}", "path=direct")
                refusing = ("flatnet_gateway_upstream_up", "upstream=refusing", f"address=127.0.0.1:{nginx.ports['refused']}", "path=direct")
                for key in (*shop, backend):
                    page = holds(exporter, 1, *key)
                    assert 0 < page.get("flatnet_gateway_upstream_probe_duration_seconds", *key[1:]) < 5, key
                holds(exporter, 0, *refusing)
                nginx.upstreams.stop_backend()
                for key in (*shop, backend):
                    holds(exporter, 0, *key)
                nginx.upstreams.start_backend()
                for key in (*shop, backend):
                    holds(exporter, 1, *key)
                Exactly(nginx, [(visit("/ok"), 20)]).start().join()
                # The probes through the Gateway are requests like others; nginx counts on while this waits, so the last word is the truth then.
                nginx.stop()
                truth = nginx.earlier
                page = holds(exporter, 0, "nginx_up")
                exporter.equals(truth)
                for name in ("flatnet_gateway_stub_status_up", "flatnet_gateway_api_up"):
                    holds(exporter, 0, name)
                page = holds(exporter, 0, *shop[1])
                assert page.get(*shop[0]) == 1 and page["nginx_connections_accepted_total"] > 0, "the last good values stay"
                holds(exporter, 1, "flatnet_gateway_health_failure", "reason=refused")
                nginx.start()
                for key in (("nginx_up",), ("flatnet_gateway_stub_status_up",), ("flatnet_gateway_api_up",), shop[1]):
                    holds(exporter, 1, *key)

    def windows_is_found_and_its_firewall_told_from_a_refusal(directory):
        """Two machines: the Gateway is found by the default route, again when it has moved; a dropped and a refused connection differ;
        an upstream address that is no longer WSL2's is stale."""
        machines = Machines()
        upstreams = nginx = None
        try:
            upstreams = Upstreams(machines.wsl_address, machines.wsl)
            ports = {"gateway": 80, "api": 8080, "refused": 7001, "half": 7002, "stranger": 7003, "control": 7004}
            moved = (f"server {{ listen {machines.windows_later}:80; access_log off; log_by_lua_block {{ return }} "
                     "location = /health { return 200 'OK'; } location = /stub_status { stub_status; } }")
            nginx = Nginx(directory / "nginx", address=machines.windows_address, ports=ports, upstreams=upstreams, namespace=machines.windows,
                          more=moved).start()
            exporter = GatewayExporter(binary, directory / "exporter", nginx, namespace=machines.wsl, gateway__url="auto", gateway__api_url=None,
                                       environment={"WSL_DISTRO_NAME": "Ubuntu-24.04"})
            with ended(exporter):
                holds(exporter.ready(), 1, "nginx_up")
                holds(exporter, 1, "flatnet_gateway_address_info", f"address={nginx.url.removesuffix(':80')}", "source=default_route")
                holds(exporter, 1, "flatnet_gateway_stub_status_up")
                holds(exporter, 1, "flatnet_gateway_api_up")
                holds(exporter, 1, "flatnet_gateway_upstream_up", "upstream=wsl2_backend", f"address={upstreams.backend_address}", "path=direct")
                holds(exporter, 0, "flatnet_gateway_upstream_address_stale", "upstream=wsl2_backend")
                machines.block()
                holds(exporter, 0, "nginx_up", seconds=40)
                page = holds(exporter, 1, "flatnet_gateway_health_failure", "reason=blocked")
                assert sum(page.family("flatnet_gateway_health_failure").values()) == 1, page.family("flatnet_gateway_health_failure")
                assert "irewall" in exporter.output(), exporter.output()[-1500:]
                machines.unblock()
                holds(exporter, 1, "nginx_up", seconds=40)
                # The Gateway's machine has another address from now on.
                machines.windows_moves()
                holds(exporter, 1, "nginx_up", seconds=60)
                assert within(machines.wsl, answers, machines.windows_later, 80)
                machines.wsl_moves()
                holds(exporter, 1, "flatnet_gateway_upstream_address_stale", "upstream=wsl2_backend", seconds=40)
                nginx.process.stop()
                holds(exporter, 0, "nginx_up", seconds=40)
                page = holds(exporter, 1, "flatnet_gateway_health_failure", "reason=refused")
                assert sum(page.family("flatnet_gateway_health_failure").values()) == 1, page.family("flatnet_gateway_health_failure")
        finally:
            with contextlib.suppress(Exception):
                nginx.process.stop()
            if upstreams:
                upstreams.close()
            machines.close()

    return [connections_are_those_of_stub_status, the_api_is_read_and_its_refusals_told, upstreams_are_probed_both_ways,
            windows_is_found_and_its_firewall_told_from_a_refusal]


def stub_status(nginx):
    """A look of our own."""
    client = Client(nginx.address, nginx.ports["gateway"])
    client.connect().sendall(b"GET /stub_status HTTP/1.1\r\nHost: x\r\n\r\n")
    _, body = client.answer()
    client.close()
    accepts, handled, count = body.decode().split("\n")[2].split()
    return {"accepts": int(accepts), "handled": int(handled), "requests": int(count)}


def answers(address, port):
    with socket.create_connection((address, port), timeout=5):
        return True
