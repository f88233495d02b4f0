"""A Gateway to measure: real nginx with Lua that counts what it answers by itself, beside its logs, and the servers behind it."""
import json
import os
import pathlib
import re
import signal
import time
import urllib.request

from gateway_namespace import within
from peers import ROOT, Process, environment_without_proxies, free_port, wait_until

TREE = ROOT / ".build-tools" / "root"
LIBRARIES = TREE / "usr/lib/x86_64-linux-gnu"
# Our format as it is shipped; the copy below holds where it is not there.
SHIPPED_FORMAT = ROOT / "monitoring" / "gateway" / "log-format.conf"
BUCKETS = (5, 10, 25, 50, 100, 250, 500, 1000, 2000, 3000, 5000, 10000, 30000)

FORMAT = r"""
map $status $log_level { ~^5 ERROR; ~^4 WARN; default INFO; }
map $request_time $log_duration_ms {
    ~^0\.00(?<ms1>\d)$ $ms1; ~^0\.0(?<ms2>\d\d)$ $ms2; ~^0\.(?<ms3>\d\d\d)$ $ms3; ~^(?<s4>\d+)\.(?<ms4>\d\d\d)$ $s4$ms4; default 0;
}
log_format flatnet_json escape=json '{"timestamp":"$time_iso8601","msec":$msec,"level":"$log_level","component":"gateway",'
    '"message":"$request_method $uri","request_id":"$request_id","remote_addr":"$remote_addr","method":"$request_method","uri":"$uri",'
    '"status":$status,"bytes":$body_bytes_sent,"request_time":$request_time,"duration_ms":$log_duration_ms,'
    '"upstream_addr":"$upstream_addr","upstream_status":"$upstream_status","upstream_response_time":"$upstream_response_time",'
    '"server_port":$server_port}';
"""

# What nginx counts by itself. The log phase sees the same cached time as the access log that is written in the same turn.
TRUTH = r"""
local truth, dict = {}, ngx.shared.truth
local bounds = {%(bounds)s}
-- Each try of an upstream and what came of it, also those that a later try mended.
local function tries(addresses, statuses)
    local status = statuses:gmatch("[^, ]+")
    for address in addresses:gmatch("[^, ]+") do dict:incr("try " .. address .. " " .. (status() or "-"), 1, 0) end
end
function truth.access()
    local var = ngx.var
    if var.upstream_addr then tries(var.upstream_addr, var.upstream_status or "") end
    local path = (var.request_uri or ""):match("^[^?]*")
    if path == "/metrics" or (truth.json and var.server_port == "9145") then
        dict:incr("ignored", 1, 0)
        return
    end
    dict:incr("ok", 1, 0)
    dict:incr("status " .. var.status, 1, 0)
    dict:incr("bytes", tonumber(var.body_bytes_sent), 0)
    if not truth.json or var.status == "101" or path:find("%%.git/") then return end
    local milliseconds = tonumber((var.request_time:gsub("%%.", "")))
    local bucket = #bounds + 1
    for i, bound in ipairs(bounds) do
        if milliseconds <= bound then bucket = i break end
    end
    dict:incr("bucket " .. bucket, 1, 0)
    dict:incr("milliseconds", milliseconds, 0)
end
function truth.registry()
    dict:incr("registry " .. ngx.var.request_method .. " " .. ngx.var.status, 1, 0)
end
function truth.say()
    local all = {}
    for _, key in ipairs(dict:get_keys(0)) do all[key] = dict:get(key) end
    ngx.say(require("cjson").encode(all))
end
return truth
"""

# The Gateway's API: lists of containers, state of everything. An empty Lua table is written as an object, as the Gateway does.
API = r"""
local api, cjson, dict = {}, require "cjson", ngx.shared.registry
local function get(key) return cjson.decode(dict:get(key) or "{}") end
local function answer(value) ngx.header.content_type = "application/json" ngx.print(cjson.encode(value)) end
function api.containers()
    local list, id = get("containers"), ngx.var.uri:match("^/api/containers/([%w_-]+)$")
    local method = ngx.req.get_method()
    if method == "GET" then return answer(list) end
    if method == "POST" then
        ngx.req.read_body()
        local good, body = pcall(cjson.decode, ngx.req.get_body_data() or "")
        if not good or not body.id then ngx.status = 400 return answer({error = "bad"}) end
        body.ttl = 300
        list[#list + 1] = body
        dict:set("containers", cjson.encode(list))
        dict:incr("ever", 1, 0)
        ngx.status = 201
        return answer({success = true, id = body.id})
    end
    if method == "DELETE" then
        local rest = {}
        for _, one in ipairs(list) do if one.id ~= id then rest[#rest + 1] = one end end
        dict:set("containers", cjson.encode(rest))
        return answer({success = true})
    end
    ngx.status = 405
    answer({error = "method"})
end
function api.states() answer(get("states")) end
function api.healthcheck()
    answer({enabled = true, worker_started = true, interval = 5, failure_threshold = 3, active_p2p_count = 0, active_ips = {},
        failure_counts = get("failures")})
end
function api.status()
    local states, counts, peers = get("states"), {GATEWAY_ONLY = 0, P2P_ATTEMPTING = 0, P2P_ACTIVE = 0, GATEWAY_FALLBACK = 0}, get("peers")
    local total = 0
    for _, one in pairs(states) do counts[one.state] = counts[one.state] + 1 total = total + 1 end
    local escalation = {total = total, states = counts, config = {healthcheck_interval = 5, latency_warning = 500, latency_fallback = 1000}}
    answer({status = "running", service = "flatnet-gateway-api", stage = "4",
        registry = {count = dict:get("ever") or 0, shared_dict_name = "flatnet_containers", free_space = 10407936, capacity = 10485760},
        sync = {host_id = 1, peer_count = #peers, peers = peers, sync_interval = 30, sync_ttl = 300, local_containers = 0},
        escalation = escalation, routing = {local_host_id = 1, gateway_count = 0, local_subnet = "10.87.1.0/24", escalation = escalation},
        healthcheck = {enabled = true, worker_started = true, interval = 5, failure_threshold = 3, active_p2p_count = 0, active_ips = {},
            failure_counts = get("failures")}})
end
function api.set()
    ngx.req.read_body()
    dict:set(ngx.var.arg_key, ngx.req.get_body_data())
    ngx.say("set")
end
return api
"""

LOCATIONS = r"""
        location = /health { access_log off; log_by_lua_block { return } default_type text/plain; return 200 "OK\n"; }
        location = /stub_status { access_log off; log_by_lua_block { return } stub_status; }
        location = /metrics { return 200 "# nothing\n"; }
        location = /ok { return 200 "all is well\n"; }
        location = /closed { return 444; }
        location = /warn { content_by_lua_block { ngx.log(ngx.WARN, "a warning that the test asked for") ngx.exit(204) } }
        location ~ ^/code/(?<code>\d+)$ {
            content_by_lua_block {
                local code = tonumber(ngx.var.code)
                if code == 301 then ngx.header.location = "/ok" end
                ngx.status = code
                if code ~= 204 and code ~= 304 then ngx.print("answer ", code) end
                ngx.exit(ngx.OK)
            }
        }
        location ~ ^/slow/(?<milliseconds>\d+)$ {
            lua_check_client_abort on;
            content_by_lua_block { ngx.sleep(tonumber(ngx.var.milliseconds) / 1000) ngx.print("at last") }
        }
        location ~ ^/size/(?<size>\d+)$ { content_by_lua_block { ngx.print(string.rep("x", tonumber(ngx.var.size))) } }
        location ~ ^/team/ { content_by_lua_block { ngx.sleep(0.03) ngx.print("pack") } }
        location /wsl2/ { proxy_pass http://wsl2_backend/; }
        location /wsl2-ws/ {
            proxy_pass http://websockets/;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
        }
        location /fail/refused { proxy_pass http://refusing/; }
        location /fail/closed { proxy_pass http://closing/; }
        location /fail/hanging { proxy_pass http://hanging/; proxy_read_timeout 250ms; }
        location /fail/waiting { proxy_pass http://hanging/; proxy_read_timeout 60s; }
        location /fail/stranger { proxy_pass http://127.0.0.1:@STRANGER@/; }
        location /retried { proxy_pass http://halves/; }
"""


class Nginx:
    """One nginx with a directory, ports and logs of its own, on an address of the loopback or of a namespace."""

    def __init__(self, directory, json_log=True, workers=1, address="127.0.0.1", ports=None, upstreams=None, syslog=None, zone="UTC",
                 namespace=None, more=""):
        self.directory = pathlib.Path(directory)
        self.logs = self.directory / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.json_log, self.workers, self.address, self.zone, self.namespace, self.more = json_log, workers, address, zone, namespace, more
        self.syslog = syslog
        self.ports = ports or {name: free_port() for name in ("gateway", "api", "refused", "half", "stranger", "control")}
        self.upstreams = upstreams
        self.url = f"http://{address}:{self.ports['gateway']}"
        self.api_url = f"http://{address}:{self.ports['api']}"
        self.control = f"http://{address}:{self.ports['control']}"
        self.access_log, self.error_log, self.registry_log = (self.logs / f"{n}.log" for n in ("access", "error", "api_access"))
        # Where the imitation of Prometheus scrapes the Gateway's own metrics: these lines must not count as requests.
        self.scraped = f"127.77.{os.getpid() // 250 % 250}.{os.getpid() % 250 + 1}"
        self.allowed = "allow 127.0.0.0/8; allow 10.0.0.0/8;"
        self.containers = 'location /api/containers { content_by_lua_block { require("api").containers() } }'
        self.earlier = {}
        self.process = None

    # Configuration

    @property
    def file(self):
        return self.directory / "nginx.conf"

    def log_format(self):
        """(text for the http block, name of the format)"""
        if not self.json_log:
            return "", ""
        if SHIPPED_FORMAT.exists():
            return f"include {SHIPPED_FORMAT};", re.search(r"^\s*log_format\s+(\S+)", SHIPPED_FORMAT.read_text(), re.M).group(1)
        return FORMAT, "flatnet_json"

    def configure(self):
        """Writes the configuration anew, as the attributes say."""
        (self.directory / "lua").mkdir(exist_ok=True)
        (self.directory / "lua/truth.lua").write_text(TRUTH % {"bounds": ", ".join(map(str, BUCKETS))})
        (self.directory / "lua/api.lua").write_text(API)
        format_text, format_name = self.log_format()
        access = f"access_log {self.access_log} {format_name};"
        if self.syslog:
            access = f"access_log syslog:server={self.syslog} {format_name};"
        refused, half = (f"{self.address}:{self.ports[name]}" for name in ("refused", "half"))
        groups = {"wsl2_backend": self.upstreams.backend_address, "websockets": self.upstreams.websockets, "refusing": refused,
                  "closing": self.upstreams.closing, "hanging": self.upstreams.hanging}
        upstreams = "\n".join(f"    upstream {name} {{ server {address}; }}" for name, address in groups.items())
        locations = LOCATIONS.replace("@STRANGER@", str(self.ports["stranger"]))
        scraped = ""
        if self.namespace is None:
            scraped = f"""server {{ listen {self.scraped}:9145; log_by_lua_block {{ require("truth").access() }}
        location / {{ return 200 "# ERROR: metrics shared dict not available\\n"; }} }}"""
        user = "user root root;" if os.getuid() == 0 else ""
        temporary = "\n".join(f"    {kind}_temp_path {self.directory}/temp_{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.file.write_text(f"""
load_module {TREE}/usr/lib/nginx/modules/ndk_http_module.so;
load_module {TREE}/usr/lib/nginx/modules/ngx_http_lua_module.so;
{user}
daemon off;
worker_processes {self.workers};
pid {self.directory}/nginx.pid;
error_log {self.error_log} info;
env TZ;
events {{ worker_connections 1024; }}
http {{
    lua_package_path "{self.directory}/lua/?.lua;{TREE}/usr/share/lua/5.1/?.lua;;";
    lua_package_cpath "{LIBRARIES}/lua/5.1/?.so;;";
    lua_shared_dict truth 4m;
    lua_shared_dict registry 4m;
    init_by_lua_block {{ require("truth").json = {"true" if self.json_log else "false"} }}
{temporary}
    client_header_timeout 1s;
    keepalive_requests 10000000;
    {format_text}
    {access}
{upstreams}
    upstream halves {{ server {half} max_fails=0; server {self.upstreams.backend_address} max_fails=0; }}
    server {{
        listen {self.address}:{self.ports['gateway']} default_server;
        log_by_lua_block {{ require("truth").access() }}
{locations}
    }}
    {scraped}
    server {{
        listen {self.address}:{self.ports['api']};
        access_log {self.registry_log};
        log_by_lua_block {{ require("truth").registry() }}
        {self.allowed} deny all;
        {self.containers}
        location = /api/status {{ content_by_lua_block {{ require("api").status() }} }}
        location = /api/escalation/states {{ content_by_lua_block {{ require("api").states() }} }}
        location = /api/healthcheck/status {{ content_by_lua_block {{ require("api").healthcheck() }} }}
        location = /api/health {{ access_log off; log_by_lua_block {{ return }} return 200 "OK\\n"; }}
    }}
    server {{
        listen {self.address}:{self.ports['control']};
        access_log off;
        location = /truth {{ content_by_lua_block {{ require("truth").say() }} }}
        location = /set {{ content_by_lua_block {{ require("api").set() }} }}
    }}
    {self.more}
}}
""")

    # Life

    def command(self, *arguments):
        inside = ["nsenter", f"--net=/run/netns/{self.namespace}"] if self.namespace else []
        return [*inside, TREE / "usr/sbin/nginx", "-p", self.directory, "-c", self.file, "-e", self.error_log, *arguments]

    def environment(self):
        return {**environment_without_proxies(), "LD_LIBRARY_PATH": f"{LIBRARIES}:{TREE}/lib/x86_64-linux-gnu", "TZ": self.zone}

    def start(self):
        self.configure()
        self.process = Process(self.command(), self.directory / "nginx.out", env=self.environment())

        def check():
            if self.process.child.poll() is not None:
                raise AssertionError(f"nginx ended: {self.process.output()[-1500:]}{self.error_log.read_text(errors='replace')[-1500:]}")
            try:
                return self.ask("/truth") is not None
            except OSError:
                return False
        wait_until(check, 15, f"nginx at {self.control}")
        return self

    def ask(self, path, body=None):
        def call():
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.control + path, data=body, timeout=10) as answer:
                return answer.read().decode()
        return within(self.namespace, call)

    def set(self, key, value):
        """Puts a value into the API's memory."""
        self.ask(f"/set?key={key}", json.dumps(value).encode())

    def signal(self, which):
        self.process.child.send_signal(which)

    def reload(self):
        """Takes a new configuration; returns when the old workers are gone."""
        self.configure()
        before = self.worker_pids()
        self.signal(signal.SIGHUP)
        wait_until(lambda: (now := self.worker_pids()) and not set(now) & set(before), 15, "new workers after the reload")

    def reopen(self):
        """What `nginx -s reopen` does: the master opens its logs and tells the workers, which follow a little later."""
        self.signal(signal.SIGUSR1)

    def worker_pids(self):
        return children(self.process.child.pid)

    def stop(self):
        if self.process and self.process.child.poll() is None:
            self.earlier = self.truth()
            self.process.stop()

    def kill(self):
        self.process.kill()

    # Truth

    def truth(self):
        """All counters of all runs so far."""
        now = json.loads(self.ask("/truth")) if self.process.child.poll() is None else {}
        return {key: now.get(key, 0) + self.earlier.get(key, 0) for key in {*now, *self.earlier}}

    def settled(self, quiet=0.4, seconds=15):
        """The counters when no request of the access log has come for a moment. The exporter asks the API all the time."""
        def requests():
            return {key: count for key, count in self.truth().items() if not key.startswith("registry ")}
        end, last, since = time.monotonic() + seconds, requests(), time.monotonic()
        while time.monotonic() < end:
            time.sleep(0.05)
            now = requests()
            if now != last:
                last, since = now, time.monotonic()
            elif time.monotonic() - since >= quiet:
                return now
        raise AssertionError("requests still come to nginx")


def children(pid):
    """Processes whose parent this is."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                    found.append(int(entry.name))
            except OSError:
                pass
    return found
