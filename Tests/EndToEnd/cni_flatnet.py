#!/usr/bin/env python3
"""A CNI plugin that acts as Flatnet's: its state file, its lock, its devices and its words. In the configuration, `test` names the state and the
bridge, and `registryEndpoints` are words: one that is "up" takes a registration, others refuse it."""
import fcntl
import json
import os
import subprocess
import sys

POOL = [f"10.87.1.{n}" for n in range(2, 255)]


def say(line):
    print(line, file=sys.stderr, flush=True)


def ip(*words, check=True):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if check and done.returncode:
        fail(101, f"ip {' '.join(words)}: {done.stderr.strip()}")


def fail(code, message):
    print(json.dumps({"cniVersion": "1.0.0", "code": code, "msg": message, "details": ""}))
    sys.exit(1)


def change(path, edit):
    """As the plugin does: under a lock, into a new file that takes the old one's place."""
    with open(f"{path}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            with open(path) as file:
                state = json.load(file)
        except FileNotFoundError:
            state = {"subnet": "10.87.1.0/24", "gateway": "10.87.1.1", "range_start": POOL[0], "range_end": POOL[-1], "host_id": 1,
                     "multihost": False, "allocations": {}}
        value = edit(state["allocations"])
        temporary = f"{path}.tmp"
        with open(temporary, "w") as file:
            json.dump(state, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, path)
        return value


def registry(conf, container, doing):
    endpoints = conf.get("registryEndpoints", [])
    done = {"register": "registered", "deregister": "deregistered"}[doing]
    word = {"register": "at", "deregister": "from"}[doing]
    for endpoint in endpoints:
        url = f"http://{endpoint}:8080/api/containers"
        if endpoint == "up":
            say(f"flatnet registry: {done} container {container} {word} {url}")
        else:
            say(f"flatnet registry: failed to {doing} {word} {url}: failed to connect to registry")
    if endpoints and "up" not in endpoints and doing == "register":
        say("flatnet registry: WARNING - registration failed (container will work locally): failed to connect to registry")


def main():
    command = os.environ.get("CNI_COMMAND")
    if command == "VERSION":
        print(json.dumps({"cniVersion": "1.0.0", "supportedVersions": ["0.3.0", "0.4.0", "1.0.0"]}))
        return
    if command is None:
        fail(4, "CNI_COMMAND not set")
    conf = json.load(sys.stdin)
    container, test = os.environ["CNI_CONTAINERID"], conf["test"]
    host, namespace = f"fn-{container[:12]}", os.environ["CNI_NETNS"].rsplit("/", 1)[-1]
    say(f"flatnet {command}: container={container}, netns={os.environ['CNI_NETNS']}, ifname={os.environ['CNI_IFNAME']}")
    if command == "ADD":
        ip("link", "add", test["bridge"], "type", "bridge", check=False)
        ip("link", "set", test["bridge"], "up")

        def allocate(allocations):
            free = [address for address in POOL if address not in allocations.values()]
            if not free:
                fail(102, "no available IP addresses in range")
            allocations[container] = free[0]
            return free[0]
        address = change(test["state"], allocate)
        say(f"flatnet IPAM: allocated {address} to container {container}")
        ip("link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        ip("link", "set", host, "master", test["bridge"], "up")
        registry(conf, container, "register")
        say(f"flatnet ADD: success, ip={address}/24, gateway=10.87.1.1, host_id=1")
        print(json.dumps({"cniVersion": "1.0.0", "ips": [{"address": f"{address}/24", "gateway": "10.87.1.1"}]}))
    elif command == "DEL":
        ip("link", "delete", host, check=False)
        change(test["state"], lambda allocations: allocations.pop(container, None))
        registry(conf, container, "deregister")
        say("flatnet DEL: cleanup complete")


main()
