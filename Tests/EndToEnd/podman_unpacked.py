"""What Debian's Podman needs to run from where it was unpacked, in mounts of the test's own."""
import pathlib
import shutil

from cni_host import run
from peers import ROOT

PEERS = ROOT / ".build-tools" / "root"


def prepare(directory, driver):
    """Policies, storage with this driver, and a loader that finds the unpacked libraries; returns the environment that podman wants beside PATH."""
    directory = pathlib.Path(directory)
    home = directory / "home" / ".config" / "containers"
    home.mkdir(parents=True)
    for name in ("policy.json", "registries.conf"):
        shutil.copy(PEERS / "etc" / "containers" / name, home / name)
    (directory / "storage.conf").write_text(f"""
[storage]
driver = "{driver}"
graphroot = "{directory}/storage"
runroot = "/run/storage"
""")
    # conmon calls podman with another environment, so the loader must find the libraries without one.
    (directory / "ld.so.conf").write_text(f"{PEERS}/usr/lib/x86_64-linux-gnu\n{PEERS}/lib/x86_64-linux-gnu\ninclude /etc/ld.so.conf\n")
    run("/sbin/ldconfig", "-X", "-C", directory / "ld.so.cache", "-f", directory / "ld.so.conf")
    run("mount", "--bind", directory / "ld.so.cache", "/etc/ld.so.cache")
    return {
        "HOME": str(directory / "home"), "CONTAINERS_CONF": str(directory / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(directory / "storage.conf"),
    }


def set_network(directory, backend, plugins, networks, default="podman"):
    """Which backend makes the networks: netavark or cni, with plugins from these folders and the networks that a folder describes."""
    (pathlib.Path(directory) / "containers.conf").write_text(f"""
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
conmon_path = ["{PEERS}/usr/bin/conmon"]
helper_binaries_dir = ["{PEERS}/usr/lib/podman", "{PEERS}/usr/libexec/podman"]
init_path = "{PEERS}/usr/bin/catatonit"
[engine.runtimes]
runc = ["{PEERS}/usr/sbin/runc"]
[network]
network_backend = "{backend}"
cni_plugin_dirs = [{", ".join(f'"{folder}"' for folder in plugins)}]
network_config_dir = "{networks}"
default_network = "{default}"
""")
