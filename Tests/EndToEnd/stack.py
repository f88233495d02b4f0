#!/usr/bin/env python3
"""The stack of monitoring/ under real Podman, in namespaces of the test's own, watched from outside. Needs root. Usage: stack.py BINARY [NAME …]

Three runs: Prometheus evaluates, over netavark and over CNI without dnsname; and Flatalert alone, over netavark, with its journal on the disk
that fills. Images are made here (scripts/stack-images); Prometheus is Debian's, Grafana's image cannot be had and a stand-in answers for it.
The Gateway is real nginx on another machine (a namespace), one hop away, as are the servers that take the messages.
"""
import ctypes
import os
import pathlib
import shutil
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from cni_host import enter_namespaces, need_namespaces  # noqa: E402
from stack_gateway import WINDOWS, WINDOWS_NAMESPACE, Disk, FlatnetHost  # noqa: E402
from stack_podman import Leftovers, Podman, Stages  # noqa: E402
from stack_run import Stack  # noqa: E402
from stack_scenes import (all_targets_are_up, disk_fills_to_critical, disk_fills_to_warning, disk_is_freed, evaluator_stops, flatalert_stops,  # noqa: E402
                          gateway_dies, gateway_returns, health_checks_pass, journal_has_no_room, sleep_changes_nothing,  # noqa: E402
                          what_lacks_is_said_at_the_start)
from stack_sinks import Sinks  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
JOBS = {"default": {"prometheus", "gateway", "cni-plugin", "node", "alertmanager"}, "alone": {"gateway", "cni-plugin", "node", "alertmanager"}}


class Machine:
    """Podman and a Flatnet host around it, for all runs."""
    one = None

    def __init__(self):
        need_namespaces()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-e2e-stack-"))
        self.podman = self.host = self.sinks = None
        try:
            self.podman = Podman(self.directory / "podman")
            self.host = FlatnetHost()
            self.sinks = Sinks(self.directory / "sinks", WINDOWS, WINDOWS_NAMESPACE)
        except BaseException:
            self.close()
            raise
        self.images = False

    @classmethod
    def get(cls):
        cls.one = cls.one or cls()
        return cls.one

    def run(self, directory, profile, backend, version, scenes, script=False, **options):
        stages = Stages()
        del self.sinks.messages[:]
        stack = Stack(self, directory, profile, backend, version, **options)
        if not self.images:
            stack.images(BINARY)
            self.images = True
            stages("images made")
        try:
            if script:
                what_lacks_is_said_at_the_start(stack)
                stages("refused to start without a secret, and without a setting")
            stack.up(script)
            stages(f"{profile} stack up: Podman {self.podman('--version').stdout.split()[-1]}, {backend}, podman-compose {version}")
            found = all_targets_are_up(stack, JOBS[profile])
            health_checks_pass(stack)
            stages(f"{len(found)} targets up, {len(stack.containers())} containers healthy, nothing fires but the watchdog")
            scenes(stack, stages)
        except BaseException:
            stack.logs()
            raise
        finally:
            stack.down()
            stages(f"down; {len(self.sinks.messages)} messages in all")
        assert not self.sinks.faults, self.sinks.faults

    def close(self):
        for part in (self.sinks, self.podman, self.host):
            if part:
                part.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def prometheus_evaluates_over_netavark(directory):
    machine = Machine.get()
    disk = Disk(directory / "disk")

    def scenes(stack, stages):
        disk_fills_to_warning(stack, disk)
        since = gateway_dies(stack, machine.host)
        stages("GatewayDown told by Slack and mail, HighErrorRate suppressed by it")
        gateway_returns(stack, machine.host, since)
        stages("its end told by both")
        disk_fills_to_critical(stack, disk, 0)
        stages("DiskSpaceWarning told at 85 %, DiskSpaceCritical at 95 %, the warning suppressed by it")
        sleep_changes_nothing(stack, 11)
        stages("11 s without a process running told nothing and ended nothing")
        disk_is_freed(stack, disk, 0)
        stages("room again: both over")
        evaluator_stops(stack, BINARY)
        stages("Prometheus stopped: the heartbeat says so, MonitoringSilent told, and its end")
    try:
        machine.run(directory, "default", "netavark", "1.6.0", scenes, disk=disk)
    finally:
        disk.close()


def prometheus_evaluates_over_cni(directory):
    machine = Machine.get()

    def scenes(stack, stages):
        since = gateway_dies(stack, machine.host)
        stages("GatewayDown told by Slack and mail, HighErrorRate suppressed by it")
        gateway_returns(stack, machine.host, since)
        stages("its end told by both")
    machine.run(directory, "default", "cni", "1.0.6", scenes, script=True)


def flatalert_alone_over_netavark(directory):
    machine = Machine.get()
    disk = Disk(directory / "disk", megabytes=128)

    def scenes(stack, stages):
        journal = disk.directory / "journal"
        assert any(journal.iterdir()), "the journal does not lie on the disk that fills"
        disk_fills_to_warning(stack, disk)
        disk_fills_to_critical(stack, disk, 0)
        stages("the disk under the journal: DiskSpaceWarning told at 85 %, DiskSpaceCritical at 95 %, the warning suppressed by it")
        sleep_changes_nothing(stack, 3, jump="+8h")
        stages("8 h of sleep told nothing and ended nothing")
        journal_has_no_room(stack, disk, machine.host)
        stages("no byte free for the journal: GatewayDown and its end told all the same")
        disk_is_freed(stack, disk, 0)
        stages("room again: both over")
        flatalert_stops(stack, BINARY)
        stages("Flatalert stopped: seen from outside")
    try:
        machine.run(directory, "alone", "netavark", "1.6.0", scenes, clock=True, disk=disk, journal=disk.directory / "journal")
    finally:
        disk.close()


TESTS = [prometheus_evaluates_over_netavark, prometheus_evaluates_over_cni, flatalert_alone_over_netavark]


def inside():
    def end(*_):
        raise SystemExit(130)
    signal.signal(signal.SIGTERM, end)
    try:
        return runner.main(TESTS)
    finally:
        if Machine.one:
            Machine.one.close()


def outside():
    """Starts the test in its namespaces, and takes away what a killed one leaves outside of them."""
    leftovers = Leftovers()
    child = os.fork()
    if child == 0:
        # What starts the namespaces ends with this process, and they with it.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        return None

    def end(*_):
        raise SystemExit(130)
    signal.signal(signal.SIGTERM, end)
    interrupted = True
    try:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        interrupted = False
        return code
    finally:
        if interrupted:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        leftovers.clear(all=interrupted)


if __name__ == "__main__":
    if "FLATALERT_E2E_NAMESPACES" not in os.environ:
        code = outside()
        if code is not None:
            sys.exit(code)
    enter_namespaces()
    sys.exit(inside())
