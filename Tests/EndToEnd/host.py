#!/usr/bin/env python3
"""The host's metrics beside Debian's node-exporter: the same series with the same values. Usage: host.py BINARY [NAME …]"""
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from peers import PEERS, Process, environment_without_proxies, free_port, wait_until  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
NODE_EXPORTER = PEERS / "prometheus-node-exporter"
# Debian's defaults leave out lo, /mnt, /media and /run, which those of node-exporter's makers tell, as we do; links of containers are what we leave out.
CONTAINER_LINKS = "^(veth[0-9a-fA-F]{6,}|fn-[0-9a-fA-F]{12})$"
PEER_FLAGS = [
    f"--collector.netdev.device-exclude={CONTAINER_LINKS}", f"--collector.netclass.ignored-devices={CONTAINER_LINKS}",
    "--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)",
]
COLLECTORS = ["cpu", "diskstats", "filesystem", "loadavg", "meminfo", "netclass", "netdev", "stat", "time", "uname"]
# What node-exporter's collectors of these names tell, and we do not.
NOT_OURS = re.compile(
    r"go_|promhttp_|process_|node_exporter_build_info|node_disk_info|node_network_receive_nohandler_total|node_time_(zone_offset|clocksource)"
    r"|node_network_(?!receive_|transmit_(?!queue_length)|up$|mtu_bytes$|speed_bytes$)")
# What we tell beside node-exporter.
OWN = re.compile(r"process_|host_exporter_build_info|flatalert_host_")
# These do not change while a machine runs, but by hand.
CONSTANT = re.compile(
    r"node_(boot_time_seconds|uname_info|network_(up|mtu_bytes|speed_bytes)|filesystem_(size_bytes|files|readonly|device_error)"
    r"|memory_(MemTotal|SwapTotal|CommitLimit|HugePages_Total|Hugepagesize|VmallocTotal|Hugetlb|HardwareCorrupted)(_bytes)?|scrape_collector_success)$")
# The kernel lets these fall by a little, and each exporter keeps the highest that it saw itself.
FALLING = ('mode="idle"', 'mode="iowait"', 'mode="steal"')
SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{.*\})?) (\S+)$")


class Page:
    """A page of metrics: samples by series, types by name."""

    def __init__(self, text):
        self.text, self.samples, self.types = text, {}, {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                name, kind = line.split()[2:]
                self.types[name] = kind
            elif line and not line.startswith("#"):
                series, value = SAMPLE.match(line).groups()
                assert series not in self.samples, f"twice on one page: {series}"
                self.samples[normalized(series)] = float(value)

    def names(self):
        return {name_of(series) for series in self.samples}

    def of(self, name):
        return {series: value for series, value in self.samples.items() if name_of(series) == name}


def name_of(series):
    return series.split("{", 1)[0]


def normalized(series):
    r"""Labels in one order; what node-exporter leaves escaped of devices (C:\134) as we have it (C:\)."""
    name, _, labels = series.partition("{")
    if not labels:
        return name
    pairs = re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"', labels[:-1])
    decoded = [(key, value.replace("\\\\134", "\\\\").replace("\\\\040", " ") if key == "device" else value) for key, value in pairs]
    return name + "{" + ",".join(f'{key}="{value}"' for key, value in sorted(decoded)) + "}"


def fetch(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=15) as answer:
        return answer.read().decode()


def environment():
    return {k: v for k, v in environment_without_proxies().items() if not k.startswith("FLATALERT_")}


class Exporter(Process):
    """An exporter on a port of its own."""

    def __init__(self, command, log):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/metrics"
        super().__init__([*command, f"--web.listen-address=127.0.0.1:{self.port}"], log, env=environment())

        def answers():
            assert self.child.poll() is None, f"{log} ended: {self.output()[-2000:]}"
            try:
                return fetch(self.url)
            except OSError:
                return None
        wait_until(answers, 30, f"{self.url} answers")

    def page(self):
        return Page(fetch(self.url))


def start_ours(directory, *flags):
    return Exporter([BINARY, "exporter", "host", f"--state.directory={directory / 'state'}", *flags], directory / "ours.log")


def start_peer(directory):
    if not NODE_EXPORTER.exists():
        raise runner.Skipped("no node-exporter: scripts/peers node-exporter")
    flags = ["--collector.disable-defaults", *(f"--collector.{name}" for name in COLLECTORS), *PEER_FLAGS]
    return Exporter([NODE_EXPORTER, *flags], directory / "peer.log")


def shared(name):
    return not NOT_OURS.match(name) and not OWN.match(name)


def slack(name, value, before, after):
    """By how much a gauge may lie outside what we told before and after: the noise of one scrape."""
    moved = 3 * abs(after - before)
    if name.endswith("_bytes"):
        return moved + max(64 << 20, value / 50)
    if name == "node_filesystem_files_free":
        return moved + 10_000
    if name == "node_time_seconds":
        return 0
    # Threads that run or wait, requests of a disk, pages.
    return moved + 200


def difference(series, kind, before, theirs, after):
    """What is wrong with a value of theirs between two of ours; None when nothing is, and whether a second look may help."""
    name = name_of(series)
    told = f"{series}: {before} before, theirs {theirs}, {after} after"
    if CONSTANT.match(name):
        return (None if before == theirs == after else told), False
    least, most = min(before, after), max(before, after)
    if kind == "counter":
        if before > after:
            return f"{told}: went back", False
        falls = 0.1 if any(mode in series for mode in FALLING) else 0
        rounding = 1e-9 * theirs
        return (None if least - rounding - falls <= theirs <= most + rounding + falls else told), False
    if name.startswith("node_load"):
        return (None if theirs in (before, after) else told), True
    room = slack(name, theirs, before, after)
    return (None if least - room <= theirs <= most + room else told), True


def the_same_series_and_values_as_node_exporter(directory):
    """Every name that both tell has the same type, the same series, and a value that lies between ours before and after."""
    peer, ours = start_peer(directory), start_ours(directory)
    try:
        for attempt in range(5):
            began = time.monotonic()
            before, theirs, after = ours.page(), peer.page(), ours.page()
            took = time.monotonic() - began
            missing = sorted(n for n in theirs.names() - before.names() if shared(n))
            only_ours = sorted(n for n in before.names() - theirs.names() if shared(n))
            # A speed that the device does not know is -125000 bytes a second to node-exporter, and nothing to us.
            unknown = {s for s in theirs.of("node_network_speed_bytes") if theirs.samples[s] < 0}
            if len(unknown) == len(theirs.of("node_network_speed_bytes")):
                missing = [n for n in missing if n != "node_network_speed_bytes"]
            assert not missing and not only_ours, f"only node-exporter tells {missing}, only we tell {only_ours}"
            wrong, noise, compared = [], [], 0
            for name in sorted(n for n in theirs.names() & before.names() if shared(n)):
                assert before.types[name] == theirs.types[name], (name, before.types[name], theirs.types[name])
                of_theirs = {s: v for s, v in theirs.of(name).items() if s not in unknown}
                if name == "node_scrape_collector_duration_seconds":
                    assert before.of(name).keys() == of_theirs.keys()
                    continue
                if before.of(name).keys() != of_theirs.keys():
                    lost, more = of_theirs.keys() - before.of(name).keys(), before.of(name).keys() - of_theirs.keys()
                    # The root is told by us even where it is an overlay.
                    more = {s for s in more if 'fstype="overlay"' not in s or 'mountpoint="/"' not in s}
                    if lost or more:
                        wrong.append(f"{name}: only theirs {sorted(lost)[:3]}, only ours {sorted(more)[:3]}")
                for series in of_theirs.keys() & before.of(name).keys() & after.of(name).keys():
                    problem, is_noise = difference(series, before.types[name], before.samples[series], of_theirs[series], after.samples[series])
                    compared += 1
                    if problem:
                        (noise if is_noise else wrong).append(problem)
            assert not wrong, wrong[:10]
            assert compared > 150, compared
            if took <= 1 and not noise:
                print(f"        {compared} series of {len([n for n in theirs.names() & before.names() if shared(n)])} names equal, "
                      f"three scrapes within {took * 1000:.0f} ms, attempt {attempt + 1}")
                return
        raise AssertionError(f"not within 5 attempts: the last took {took:.2f} s, noise {noise[:10]}")
    finally:
        ours.stop()
        peer.stop()


def check(page):
    """What promtool says of a page."""
    return subprocess.run([PEERS / "promtool", "check", "metrics"], input=page, capture_output=True, text=True, timeout=60)


def promtool_and_our_own_linter_pass_the_page(directory):
    """promtool finds nothing but the names in CamelCase that are node-exporter's, in its page as in ours; check-metrics finds no more than that either."""
    ours, peer = start_ours(directory), start_peer(directory)
    try:
        for name, page in [("ours", fetch(ours.url)), ("theirs", fetch(peer.url))]:
            done = check(page)
            said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            odd = [line for line in said if not re.fullmatch(r"node_memory_\w+ metric names should be written in 'snake_case' not 'camelCase'", line)]
            assert not odd, (name, odd)
        done = subprocess.run([BINARY, "check-metrics", "--ignore=camel-case", ours.url], capture_output=True, text=True, timeout=60, env=environment())
        assert done.returncode == 0, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    finally:
        ours.stop()
        peer.stop()


def a_required_mount_that_vanishes_is_told(directory):
    """A file system mounted by the test has its sizes and is up; taken away it is not, over a restart of the exporter too."""
    place = directory / "drive"
    place.mkdir()
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "e2e", place], capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        raise runner.Skipped("may not mount")
    up, labels = f'flatalert_host_required_mount_up{{mountpoint="{place}"}}', f'{{device="e2e",fstype="tmpfs",mountpoint="{place}"}}'
    ours = start_ours(directory, f"--host.required-mount={place}")
    try:
        samples = ours.page().samples
        assert samples[up] == 1 and samples["node_filesystem_size_bytes" + labels] == 1 << 20, samples.get(up)
        assert samples["node_filesystem_device_error" + labels] == 0
        subprocess.run(["umount", place], check=True)
        mounted = False
        samples = ours.page().samples
        assert samples[up] == 0 and samples["node_filesystem_device_error" + labels] == 1
        assert "node_filesystem_size_bytes" + labels not in samples
        ours.stop()
        assert "nothing is mounted there" in ours.output(), ours.output()[-2000:]
        ours = start_ours(directory, f"--host.required-mount={place}")
        assert ours.page().samples[up] == 0
    finally:
        ours.stop()
        if mounted:
            subprocess.run(["umount", place])


def a_port_that_node_exporter_holds_is_refused_with_its_name(directory):
    peer = start_peer(directory)
    try:
        done = subprocess.run(
            [BINARY, "exporter", "host", f"--web.listen-address=127.0.0.1:{peer.port}", f"--state.directory={directory / 'state'}"],
            capture_output=True, text=True, timeout=60, env=environment())
        assert done.returncode != 0
        assert f"(pid {peer.child.pid})" in done.stderr, done.stderr
        assert "node-exporter 1.5.0 answers there and tells the same of this host" in done.stderr, done.stderr
    finally:
        peer.stop()


def a_scrape_costs_less_than_node_exporters(directory):
    """CPU a scrape, the same collectors on both sides, printed as a ratio; rounds alternate so that the machine's load meets both."""
    ours, peer = start_ours(directory), start_peer(directory)
    count = int(os.environ.get("SCRAPES", "200"))
    try:
        used = {ours: 0.0, peer: 0.0}
        for _ in range(5):
            for exporter in used:
                before = exporter.cpu()
                for _ in range(count // 5):
                    fetch(exporter.url)
                used[exporter] += exporter.cpu() - before
        mine, theirs = used[ours] / count * 1000, used[peer] / count * 1000
        print(f"        CPU a scrape: ours {mine:.2f} ms, node-exporter {theirs:.2f} ms, ratio {mine / theirs:.2f}; "
              f"memory {ours.memory():.0f} and {peer.memory():.0f} MB")
        assert mine < 3 * theirs, (mine, theirs)
    finally:
        ours.stop()
        peer.stop()


TESTS = [
    the_same_series_and_values_as_node_exporter, promtool_and_our_own_linter_pass_the_page, a_required_mount_that_vanishes_is_told,
    a_port_that_node_exporter_holds_is_refused_with_its_name, a_scrape_costs_less_than_node_exporters,
]

if __name__ == "__main__":
    sys.exit(runner.main(TESTS))
