#!/usr/bin/env python3
"""The CNI exporter and the stand-in with real plugins in network namespaces. Usage: cni.py BINARY [NAME …]"""
import concurrent.futures
import json
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import cni_faults  # noqa: E402
import runner  # noqa: E402
from cni_host import PLUGINS, Host, assert_events_counted, enter_namespaces, need_namespaces, run, wait_until  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
FLATNET = pathlib.Path(__file__).parent / "cni_flatnet.py"
POOL = 5


def network(directory, bridge, last=".6", **more):
    """A network of the plugin bridge with a handful of addresses, .2 to .6."""
    return {
        "cniVersion": "0.4.0", "name": "small", "type": "flatnet", "bridge": bridge, "isGateway": True, "ipMasq": False,
        "ipam": {"type": "host-local", "dataDir": str(directory / "ipam"),
                 "ranges": [[{"subnet": "10.87.9.0/24", "rangeStart": "10.87.9.2", "rangeEnd": f"10.87.9{last}"}]]},
    } | more


def host(directory, bridge, last=".6"):
    """bridge and host-local in the place of Flatnet's plugin."""
    made = Host(BINARY, directory, PLUGINS / "bridge", **{
        "cni.bridge": bridge, "cni.host-local-directory": directory / "ipam" / "small"})
    listed = {key: value for key, value in network(directory, bridge, last).items() if key not in ("cniVersion", "name")}
    (made.net / "10-small.conflist").write_text(json.dumps({"cniVersion": "0.4.0", "name": "small", "plugins": [listed]}))
    return made


class Series:
    """100 ADD and 130 DEL with all that can go wrong between them, the same each time it is run."""

    def __init__(self, directory, bridge):
        self.conf = network(directory, bridge)
        # What a caller keeps of each success, for CHECK and DEL.
        self.results, self.given = {}, set()

    def operations(self):
        """(command, container, namespace, standard input, exit code that must come)"""
        names = [f"c{n}" for n in range(1, 9)]
        for _ in range(10):
            for number, name in enumerate(names):
                # Five addresses: the last three find none.
                yield "ADD", name, name, self.conf, 0 if number < POOL else 1
                if number >= POOL:
                    # As engines do after a failure.
                    yield "DEL", name, name, self.conf, 0
            yield "CHECK", "c1", "c1", None, 0
            # Its address goes back and to another.
            yield "DEL", "c1", "c1", self.conf, 0
            yield "ADD", "c6", "c6", self.conf, 0
            yield "ADD", "lost", "/run/netns/no-such-namespace", self.conf, 1
            yield "DEL", "lost", "/run/netns/no-such-namespace", self.conf, 0
            for number, name in enumerate(names[1:]):
                yield "DEL", name, name, self.conf, 0
            yield "DEL", "c2", "c2", b'{"cniVersion": "0.4.0", "name": "small', 1
        yield "CHECK", "c1", "c1", self.conf, 1
        yield "ADD", "c1", "c1", b"", 1
        yield "ADD", "c1", "c1", {**self.conf, "cniVersion": "9.9.9"}, 1
        yield "ADD", "", "c1", self.conf, 1
        yield "ADD", "c1", None, self.conf, 1
        yield "VERSION", "c1", "c1", {"cniVersion": "0.4.0"}, 0
        yield "GC", "c1", "c1", self.conf, 1
        yield None, "c1", "c1", self.conf, None

    def run(self, made, after=lambda made, series, command, done: None):
        """Runs all; gives what each call left behind."""
        outcomes = []
        for command, container, netns, stdin, code in self.operations():
            if stdin is None:
                stdin = {**self.conf, "prevResult": self.results[container]}
            done = made.call(command, container, netns, stdin)
            assert code is None or done.code == code, (command, container, done)
            if command == "ADD" and done.code == 0:
                self.results[container] = done.result
                self.given.add(container)
            elif command == "DEL" and done.code == 0:
                self.given.discard(container)
            outcomes.append((command, container, done))
            after(made, self, command, done)
        return outcomes


def the_stand_in_changes_no_byte_and_every_operation_is_counted(directory):
    """The same series bare and through the stand-in: equal output and exit codes; every count, duration and address exact at every stage."""
    bridge = "fa-bridge0"
    need_namespaces()
    pages = []

    def look(made, series, command, done):
        page = made.page()
        given = len(series.given)
        assert page["flatnet_cni_ip_allocated"] == given, (command, page["flatnet_cni_ip_allocated"], given)
        assert page["flatnet_cni_ip_pool_size"] == POOL
        assert page["flatnet_cni_ip_free"] == POOL - given
        assert page["flatnet_cni_active_containers"] == given
        assert page["flatnet_cni_ip_stale_allocations"] == 0
        pages.append(page)

    seen = []
    for name in ("bare", "watched"):
        made = host(directory / "host", bridge)
        made.add_netns(*(f"c{n}" for n in range(1, 9)))
        if name == "watched":
            made.install().watch()
            assert made.page()["flatnet_cni_ip_forwarding_enabled"] == 0
            assert made.page()["flatnet_cni_plugin_up"] == 1
        outcomes = Series(made.directory, bridge).run(made, look if name == "watched" else lambda *_: None)
        seen.append([(command, container, done.seen()) for command, container, done in outcomes])
        if name == "bare":
            made.close(bridge)
            pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("0")
            # The second run must find all as the first did.
            run("rm", "-rf", made.directory)
    assert len(seen[0]) == len(seen[1])
    for bare, watched in zip(*seen):
        assert bare == watched, f"bare: {bare}\nwatched: {watched}"
    counted = [(command, done) for command, _, done in outcomes if command in ("ADD", "DEL", "CHECK")]
    events = made.events(len(counted))
    page = made.page()
    told, called = [event["operation"] for event in events], [command for command, _ in counted]
    assert told == called, (len(told), len(called), [pair for pair in zip(told, called) if pair[0] != pair[1]][:5])
    for event, (command, done) in zip(events, counted):
        assert event["exit_code"] == done.code, (event, done)
        assert event["status"] == ("failure" if done.code else "success")
        assert 0 <= event["duration_ms"] <= done.seconds * 1000, (event, done.seconds)
        if done.code:
            assert event["error_code"] == done.result["code"], (event, done.out)
        elif command == "ADD":
            assert event["ip"] == done.result["ips"][0]["address"].split("/")[0], (event, done.out)
    assert_events_counted(page, events)
    exhausted = sum(b"no IP addresses available in range set" in done.out for _, done in counted)
    assert exhausted == 30 and page["flatnet_cni_ip_allocation_failures_total"] == exhausted
    assert page["flatnet_cni_ip_forwarding_enabled"] == 1
    assert page["flatnet_cni_bridge_up", f"bridge={bridge}"] == 1
    running = dict(pages[0].running())
    for later in pages[1:]:
        for key, value in later.running():
            assert value >= running[key], key
            running[key] = value
    # Killed and started again it goes on with the same numbers, and loses none of what happened meanwhile.
    made.exporter.kill()
    assert made.call("ADD", "c1", "c1", network(made.directory, bridge)).code == 0
    events = made.events(len(counted) + 1)
    made.watch_again()
    assert_events_counted(made.page(), events)
    assert made.page()["flatnet_cni_operations_total", "operation=ADD", "status=success"] == running[
        "flatnet_cni_operations_total", "operation=ADD", "status=success"] + 1
    kinds = {(c, d.code): sum((c, d.code) == (x, y.code) for x, y in counted) for c, d in counted}
    print(f"        {len(seen[0])} calls equal byte for byte; counted by command and exit code: {kinds}")
    made.close(bridge)


def twenty_operations_at_once_leave_twenty_whole_lines(directory):
    bridge, count = "fa-bridge1", 20
    made = host(directory, bridge, last=".60").install().watch()
    names = [f"p{n}" for n in range(count)]
    made.add_netns(*names)
    conf = network(directory, bridge, last=".60")
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        added = list(pool.map(lambda name: made.call("ADD", name, name, conf), names))
        assert all(done.code == 0 for done in added), added
        addresses = {done.result["ips"][0]["address"].split("/")[0] for done in added}
        assert len(addresses) == count
        events = made.events(count)
        page = made.page()
        assert page["flatnet_cni_ip_allocated"] == page["flatnet_cni_active_containers"] == count
        assert {event["ip"] for event in events} == addresses
        assert_events_counted(page, events)
        assert all(done.code == 0 for done in pool.map(lambda name: made.call("DEL", name, name, conf), names))
    events = made.events(2 * count)
    page = made.page()
    assert_events_counted(page, events)
    assert page["flatnet_cni_ip_allocated"] == 0
    made.close(bridge)


def flatnets_own_state_and_devices_are_told_exactly(directory):
    """A plugin that keeps its addresses, names its devices and says its words as Flatnet's does (it can not be built, D13)."""
    bridge = "flatnet-br0"
    made = Host(BINARY, directory, FLATNET).install().watch()
    state = directory / "allocations.json"
    conf = {"cniVersion": "1.0.0", "name": "flatnet", "type": "flatnet", "test": {"state": str(state), "bridge": bridge}}
    page = made.page()
    assert page["flatnet_cni_plugin_up"] == 0, "no configuration names the plugin yet"
    assert page.get("flatnet_cni_ip_pool_size") is None and page["flatnet_cni_ipam_up"] == 0
    assert page["flatnet_cni_ipam_read_errors_total"] == 0 and page["flatnet_cni_bridge_up", f"bridge={bridge}"] == 0
    (made.net / "flatnet.conflist").write_text(json.dumps({"cniVersion": "1.0.0", "name": "flatnet", "_comment": "x", "plugins": [conf]}))
    assert made.page()["flatnet_cni_plugin_up"] == 1
    ids = [f"{n:02x}" * 32 for n in range(1, 13)]
    for number, container in enumerate(ids, 1):
        made.add_netns(container[:8])
        endpoints = ["down"] * (number % 3) + ["up"] * (number % 2)
        done = made.call("ADD", container, container[:8], {**conf, "registryEndpoints": endpoints})
        assert done.code == 0, done
        events = made.events(number)
        page = made.page()
        assert (page["flatnet_cni_ip_allocated"], page["flatnet_cni_active_containers"]) == (number, number)
        assert (page["flatnet_cni_ip_free"], page["flatnet_cni_ip_pool_size"]) == (253 - number, 253)
        assert_events_counted(page, events)
    registered = {status: page["flatnet_cni_gateway_registrations_total", "operation=register", f"status={status}"]
                  for status in ("success", "failure")}
    assert registered == {"success": 6, "failure": 12}, registered
    told = {event["level"] for event in made.events() if event["registration"]["failure"]}
    assert told == {"WARN"}, told
    info = page.family("flatnet_cni_ipam_info")
    assert list(info.values()) == [1] and "subnet=10.87.1.0/24" in list(info)[0] and "multihost=false" in list(info)[0], info
    # A restart of WSL2 takes devices and leaves addresses.
    for container in ids[:4]:
        run("ip", "link", "delete", f"fn-{container[:12]}")
    page = made.page()
    assert (page["flatnet_cni_active_containers"], page["flatnet_cni_ip_stale_allocations"]) == (8, 4)
    assert page["flatnet_cni_ip_allocated"] == 12 and page["flatnet_cni_ipam_config_mismatch"] == 0
    for container in ids:
        assert made.call("DEL", container, container[:8], {**conf, "registryEndpoints": ["up", "down"]}).code == 0
    events = made.events(24)
    page = made.page()
    assert (page["flatnet_cni_ip_allocated"], page["flatnet_cni_ip_stale_allocations"]) == (0, 0)
    assert page["flatnet_cni_gateway_registrations_total", "operation=deregister", "status=success"] == 12
    assert page["flatnet_cni_gateway_registrations_total", "operation=deregister", "status=failure"] == 12
    assert_events_counted(page, events)
    # The host was made one of several: its addresses are still the old ones (D15).
    text = (made.net / "flatnet.conflist").read_text()
    (made.net / "flatnet.conflist").write_text(text.replace('"type"', '"hostId": 3, "type"', 1))
    assert made.page()["flatnet_cni_ipam_config_mismatch"] == 1
    # A half file keeps what was known.
    whole = state.read_bytes()
    for part in (b"", whole[:40], whole[:-1]):
        before = made.page()["flatnet_cni_ipam_read_errors_total"]
        state.write_bytes(part)
        page = made.page()
        assert page["flatnet_cni_ip_pool_size"] == 253 and page["flatnet_cni_ipam_up"] == 0
        assert page["flatnet_cni_ipam_read_errors_total"] == before + 1
    state.write_bytes(whole)
    assert made.page()["flatnet_cni_ipam_up"] == 1
    made.close(bridge)


def a_page_passes_both_linters(directory):
    made = host(directory, "fa-bridge2").install().watch()
    text = made.page().text
    (directory / "page").write_text(text)
    promtool = PLUGINS.parents[1] / "bin" / "promtool"
    if not promtool.exists():
        raise runner.Skipped("there is no promtool; scripts/peers prometheus unpacks it")
    done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and not done.stdout + done.stderr, done.stdout + done.stderr
    own = run(BINARY, "check-metrics", directory / "page")
    assert "warning" not in own.stdout + own.stderr, own.stdout + own.stderr
    made.close()


def what_the_stand_in_costs(directory):
    """Measured, not judged: the plugin's time is what containers wait for."""
    made = host(directory, "fa-bridge3")
    bare = made.directory / "bin" / "bare"
    run("cp", made.plugin, bare)
    made.install()
    made.add_netns("t1")
    conf = network(directory, "fa-bridge3")
    plugin, times = made.plugin, {"bare": [], "stand-in": []}
    for number in range(200):
        for name, made.plugin in (("bare", bare), ("stand-in", plugin)):
            done = made.call("ADD" if number % 2 == 0 else "DEL", f"{name}", "t1", conf, ifname="e0" if name == "bare" else "e1")
            assert done.code == 0, done
            times[name].append(done.seconds * 1000)
    middle = {name: statistics.median(values) for name, values in times.items()}
    most = {name: sorted(values)[189] for name, values in times.items()}
    added, ratio = middle["stand-in"] - middle["bare"], middle["stand-in"] / middle["bare"]
    print(f"        200 calls each of bridge, ms in the middle (95 %): bare {middle['bare']:.1f} ({most['bare']:.1f}), through the stand-in "
          f"{middle['stand-in']:.1f} ({most['stand-in']:.1f}): {added:+.1f} ms, {ratio:.2f} times")
    made.close("fa-bridge3")


if __name__ == "__main__":
    enter_namespaces()
    sys.exit(runner.main([
        the_stand_in_changes_no_byte_and_every_operation_is_counted, twenty_operations_at_once_leave_twenty_whole_lines,
        flatnets_own_state_and_devices_are_told_exactly, a_page_passes_both_linters, what_the_stand_in_costs, *cni_faults.TESTS,
    ]))
