"""What may go wrong around the stand-in: it ends, the plugin ends, the log cannot be written, nobody reads. The container must not notice."""
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

from cni_host import Host, need_namespaces, run, wait_until
from runner import Skipped

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
# Says what it is called with, and does what the containers' names say.
PLUGIN = r"""#!/bin/sh
case "$CNI_COMMAND" in
VERSION) echo '{"cniVersion":"1.0.0","supportedVersions":["1.0.0"]}'; exit 0;;
esac
input=$(cat)
case "$CNI_CONTAINERID" in
signal-*) kill -"${CNI_CONTAINERID#signal-}" $$;;
exit-*) echo "words" >&2; exit "${CNI_CONTAINERID#exit-}";;
wait) echo $$ >"$PIDFILE"; trap 'echo term >&2; exit 7' TERM; while :; do sleep 0.05; done;;
sleep) echo $$ >"$PIDFILE"; exec sleep 600;;
large) head -c 3000000 /dev/zero | tr '\0' x; seq 400000 >&2; exit 3;;
endless) exec yes;;
child) (sleep 1; echo late; echo late >&2) & echo early; exit 0;;
esac
echo "{\"called\": \"$*\", \"input\": \"$(echo "$input" | tr -d '"')\", \"cwd\": \"$(pwd)\", \"variables\": $(env | grep -v '^_=' | sort | cksum | cut -d' ' -f1)}"
ls /proc/self/fd | tr '\n' ' ' >&2
grep -E 'Sig(Blk|Ign|Cgt)|Umask' /proc/self/status >&2
"""


def watched(directory):
    """The plugin with the stand-in before it, and the same without."""
    need_namespaces()
    directory.mkdir(parents=True, exist_ok=True)
    script = directory / "plugin.sh"
    script.write_text(PLUGIN)
    script.chmod(0o755)
    made = Host(BINARY, directory / "host", script)
    made.bare = made.bin / "bare"
    shutil.copy2(made.plugin, made.bare)
    return made.install()


def both(made, container, command="ADD", stdin=b"{}", **more):
    """The outcome bare and through the stand-in, which must be equal."""
    plugin = made.plugin
    made.plugin = made.bare
    bare = made.call(command, container, "none", stdin, **more)
    made.plugin = plugin
    through = made.call(command, container, "none", stdin, **more)
    assert bare.seen() == through.seen(), f"bare: {bare}\nthrough: {through}"
    return through


def surroundings_exit_codes_and_signals_are_the_plugins_own(directory):
    made = watched(directory)
    both(made, "plain", arguments=("a", "b c", ""), ODD="x\ny")
    for code in (1, 2, 127, 255):
        assert both(made, f"exit-{code}").code == code
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGINT, signal.SIGUSR1):
        done = both(made, f"signal-{int(number)}")
        assert done.code == -number, done
    events = made.events(10)
    assert [event["exit_code"] for event in events] == [0, 1, 2, 127, 255, *(128 + n for n in (15, 9, 11, 2, 10))]
    assert "words" in events[1]["message"]
    # What a caller has set up for its children reaches the plugin: ignored and blocked signals, the mask of files.
    surroundings = "import os, signal, sys; [signal.signal(n, signal.SIG_IGN) for n in (signal.SIGPIPE, signal.SIGCHLD, signal.SIGHUP)]; " \
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); os.umask(0o027); os.execv(sys.argv[1], sys.argv[1:])"
    for plugin in (made.bare, made.plugin.with_name("flatnet.real")):
        shutil.copy2("/bin/cat", plugin)
    seen = []
    for plugin in (made.bare, made.plugin):
        done = subprocess.run([sys.executable, "-c", surroundings, str(plugin), "/proc/self/status"], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=30, env=made.environment("ADD", "plain", "none"))
        fields = dict(line.split(":\t", 1) for line in done.stdout.decode().splitlines())
        seen.append({key: fields[key] for key in ("SigBlk", "SigIgn", "SigCgt", "Umask", "Uid", "CapEff", "NoNewPrivs", "Threads")})
    assert seen[0] == seen[1], seen
    assert int(seen[0]["SigIgn"], 16) & 0x11001 == 0x11001 and int(seen[0]["SigBlk"], 16) == 0x800, seen
    assert oct(made.log.stat().st_mode & 0o777) == "0o644"


def ends_reach_both_ways(directory):
    """Killed, it takes the plugin with it; asked to end, it asks the plugin; whatever the plugin answers is the answer."""
    made = watched(directory)
    pidfile = directory / "pid"
    for number, container in ((signal.SIGKILL, "sleep"), (signal.SIGTERM, "sleep"), (signal.SIGINT, "sleep"), (signal.SIGHUP, "sleep"),
                              (signal.SIGTERM, "wait")):
        pidfile.unlink(missing_ok=True)
        child = made.start("ADD", container, "none", {}, PIDFILE=str(pidfile))
        plugin = int(wait_until(lambda: pidfile.exists() and pidfile.read_text(), 20, "the plugin runs"))
        if container == "sleep":
            wait_until(lambda: pathlib.Path(f"/proc/{plugin}/comm").read_text() == "sleep\n", 20, "it sleeps")
        child.send_signal(number)
        out, err = child.communicate(timeout=20)
        assert child.returncode == (7 if container == "wait" else -number), (number, child.returncode)
        assert (out, err) == (b"", b"term\n" if container == "wait" else b"")
        wait_until(lambda: not alive(plugin), 20, "the plugin is gone")
    # Who was killed could not write anything down.
    assert [event["exit_code"] for event in made.events(4)] == [143, 130, 129, 7]


def alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def much_output_no_reader_and_heirs_of_the_streams(directory):
    made = watched(directory)
    done = both(made, "large")
    assert done.code == 3 and len(done.out) == 3000000 and len(done.err) > 2000000
    # Somebody who reads slowly, and a look at the memory meanwhile.
    child = made.start("ADD", "large", "none", {})
    time.sleep(0.3)
    memory = int([line for line in pathlib.Path(f"/proc/{child.pid}/status").read_text().splitlines() if line.startswith("RssAnon")][0].split()[1])
    first = os.read(child.stdout.fileno(), 10000)
    out, err = child.communicate(timeout=30)
    assert (first + out, err) == (done.out, done.err), (len(first), len(out), len(err))
    assert child.returncode == 3, child.returncode
    print(f"        memory of its own while 5 MB go through: {memory / 1024:.1f} MB")
    assert memory < 16 << 10, f"{memory} KB"
    codes = []
    for plugin in (made.bare, made.plugin):
        child = subprocess.Popen([str(plugin)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=made.environment("ADD", "endless", "none"))
        assert child.stdout.read(10)
        child.stdout.close()
        codes.append(child.wait(20))
    assert codes == [-signal.SIGPIPE] * 2, codes
    # A process that the plugin left behind holds the streams: the operation ends at once, the streams with that process.
    for plugin in (made.bare, made.plugin):
        child = subprocess.Popen([str(plugin)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=made.environment("ADD", "child", "none"))
        started = time.monotonic()
        assert child.wait(20) == 0
        ended = time.monotonic() - started
        assert child.communicate(timeout=20) == (b"early\nlate\n", b"late\n")
        assert time.monotonic() - started > 0.9 > ended, ended
    assert [event["exit_code"] for event in made.events(4)] == [3, 3, 141, 0]
    assert max(map(len, made.log.read_bytes().splitlines(True))) <= 4096


def a_log_that_cannot_be_written_hinders_nobody(directory):
    made = watched(directory)
    full, readonly = directory / "full", directory / "readonly"
    full.mkdir()
    readonly.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", full)
    run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", readonly)
    fifo = directory / "fifo"
    os.mkfifo(fifo)
    log = full / "cni.log"
    plain = (0, both(made, "plain", FLATALERT_CNI_LOG=str(directory / "elsewhere")).out)
    for path in (readonly / "cni.log", readonly / "new" / "cni.log", fifo, directory, "/dev/full", "/proc/nowhere/cni.log", "relative.log", ""):
        # The variable is in the plugin's environment too, so each is compared with the bare plugin in the same one.
        done = both(made, "plain", FLATALERT_CNI_LOG=str(path))
        assert done.code == plain[0] and done.out, (path, done)
    for _ in range(40):
        done = both(made, "exit-9", FLATALERT_CNI_LOG=str(log))
        assert done.code == 9
    (full / "filler").write_bytes(b"") if not log.exists() else None
    assert log.stat().st_size <= 16 << 10
    written = len(log.read_bytes().split(b"\n"))
    # Room again: the line that the full disk cut does not spoil the next.
    with open(log, "r+b") as file:
        file.truncate(log.stat().st_size - 5)
    run("mount", "-o", "remount,size=64k", full)
    both(made, "exit-8", FLATALERT_CNI_LOG=str(log))
    assert json.loads(log.read_bytes().splitlines()[-1])["exit_code"] == 8
    print(f"        {written} lines fitted on the small disk, 40 operations passed")
    run("umount", full)
    run("umount", readonly)


def a_log_on_a_disk_that_hangs_costs_a_moment(directory):
    """The file system is frozen: who writes there sleeps in the kernel and cannot even be killed."""
    made = watched(directory)
    image, place = directory / "image", directory / "frozen"
    place.mkdir()
    with open(image, "wb") as file:
        file.truncate(8 << 20)
    if shutil.which("mkfs.ext4") is None or shutil.which("fsfreeze") is None:
        raise Skipped("there is no mkfs.ext4 or no fsfreeze")
    run("mkfs.ext4", "-q", image)
    if (tried := run("mount", "-o", "loop", image, place, check=False)).returncode:
        raise Skipped(f"no file can be mounted here: {tried.stderr.strip()}")
    log = place / "cni.log"
    try:
        assert both(made, "exit-1", FLATALERT_CNI_LOG=str(log)).code == 1 and log.stat().st_size > 0
        run("fsfreeze", "--freeze", place)
        try:
            times = []
            for _ in range(3):
                done = both(made, "exit-2", FLATALERT_CNI_LOG=str(log))
                assert done.code == 2
                times.append(done.seconds)
        finally:
            run("fsfreeze", "--unfreeze", place)
        print(f"        with the disk frozen: {', '.join(f'{seconds * 1000:.0f} ms' for seconds in times)}")
        assert max(times) < 10
        assert both(made, "exit-3", FLATALERT_CNI_LOG=str(log)).code == 3
        assert json.loads(log.read_bytes().splitlines()[-1])["exit_code"] == 3
    finally:
        wait_until(lambda: run("umount", place, check=False).returncode == 0, 20, "unmounted")


def without_descriptors_the_real_plugin_runs_alone(directory):
    """No pipe to be had, and closed streams: the plugin takes the stand-in's place, and nothing is written down."""
    made = watched(directory)
    shutil.copy2("/bin/echo", made.plugin.with_name("flatnet.real"))
    shutil.copy2("/bin/echo", made.bare)

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))

    for prepare in (few, lambda: os.close(2), lambda: os.close(1), lambda: (os.close(0), os.close(1), os.close(2))):
        seen = []
        for plugin in (made.bare, made.plugin):
            done = subprocess.run([str(plugin), "one", "two"], stdin=subprocess.DEVNULL, capture_output=True, preexec_fn=prepare, timeout=30,
                                  env=made.environment("ADD", "c", "none"))
            seen.append((done.returncode, done.stdout, done.stderr.replace(str(plugin).encode(), b"PLUGIN")))
        assert seen[0] == seen[1], seen
    assert made.events() == []
    # A real plugin that is gone or no program is an error of CNI's form, and says what to do.
    made.plugin.with_name("flatnet.real").chmod(0o644)
    done = made.call("ADD", "c", "none", b"{}")
    assert done.code == 1 and "cannot be run: Permission denied" in done.result["msg"], done
    made.plugin.with_name("flatnet.real").unlink()
    done = made.call("ADD", "c", "none", b"{}")
    assert done.code == 1 and done.result["code"] == 5 and "is missing" in done.result["msg"], done
    shutil.copy2(made.plugin, made.plugin.with_name("flatnet.real"))
    done = made.call("ADD", "c", "none", b"{}")
    assert done.code == 1 and "is flatalert and no CNI plugin" in done.result["msg"], done


def the_stand_in_comes_and_goes_while_the_plugin_is_called(directory):
    """Installed, upgraded and uninstalled over and over, while somebody calls the plugin without pause: no call fails."""
    made = watched(directory)
    stop, outcomes = threading.Event(), []
    # No script: its interpreter would open a path that may be another file by then.
    program = pathlib.Path("/bin/cat").read_bytes()
    made.shim("uninstall")
    made.plugin.unlink()
    shutil.copy2("/bin/cat", made.plugin)
    made.install()

    def caller():
        while not stop.is_set():
            try:
                done = made.call("ADD", "some", "none", b"what the plugin gives back")
                outcomes.append((done.code, done.out, done.err))
            except (OSError, subprocess.SubprocessError) as error:
                outcomes.append(error)
    thread = threading.Thread(target=caller)
    thread.start()
    try:
        for round in range(12):
            new = made.bin / "new"
            new.write_bytes(program + f"release {round}.".encode())
            new.chmod(0o755)
            if round % 3 == 0:
                assert "back in its place" in made.shim("uninstall")
            os.rename(new, made.plugin)
            assert "put over the stand-in" in made.shim("status", code=1) or round % 3 == 0
            made.install()
            assert made.plugin.with_name("flatnet.real").read_bytes().endswith(f"release {round}.".encode())
            made.shim("status")
    finally:
        # Whatever went wrong: nothing ends while the caller goes on.
        stop.set()
        thread.join()
    assert outcomes and set(outcomes) == {(0, b"what the plugin gives back", b"")}, set(outcomes)
    assert sorted(path.name for path in made.bin.iterdir()) == ["bare", "flatnet", "flatnet.real", "flatnet.shim.json", "host-local"]
    made.close()
    print(f"        {len(outcomes)} calls during 12 changes, all of them answered by the plugin; {len(made.events())} written down")


TESTS = [
    surroundings_exit_codes_and_signals_are_the_plugins_own, ends_reach_both_ways, much_output_no_reader_and_heirs_of_the_streams,
    a_log_that_cannot_be_written_hinders_nobody, a_log_on_a_disk_that_hangs_costs_a_moment, without_descriptors_the_real_plugin_runs_alone,
    the_stand_in_comes_and_goes_while_the_plugin_is_called,
]
