# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations that are nearly right: a good config.json with a few members changed by the schema.

Everything follows from the random.Random that is given. What comes out may be nonsense, but asks for nothing
that could reach the machine from within the sandbox: see confine()."""
import copy
import json
import os
import re

# --- JSON that Python cannot hold -----------------------------------------------------------------


class Raw:
    """A value as the text that stands in the file."""

    def __init__(self, text):
        self.text = text


def dump(value):
    """A key may end in a NUL and a number, which is not written: so it can occur twice."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        return "{" + ",\n".join(json.dumps(key.split("\0#")[0]) + ":" + dump(item) for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(item) for item in value) + "]"
    return json.dumps(value)


def load(text):
    def pairs(members):
        found = {}
        for key, item in members:
            name = key
            while name in found:
                name = "%s\0#%d" % (key, len(found))
            found[name] = item
        return found

    return json.loads(text, object_pairs_hook=pairs, parse_float=Raw)


# --- the schema, as libocispec prints its tables --------------------------------------------------


class Member:
    def __init__(self, kind, low, high, names):
        self.kind, self.low, self.high, self.names = kind, low, high, names
        self.members = {}


def schema_read(lines):
    top = Member("object", None, None, [])
    for line in lines:
        document, path, kind, _, limits, names = line.split()
        if document != "config":
            continue
        low, high = (int(n) for n in limits.split("..")) if ".." in limits else (None, None)
        at = top
        parts = path.split("/")[1:]
        for part in parts[:-1]:
            at = at.members[part]
        at.members[parts[-1]] = Member(kind, low, high, names.split(",") if names != "-" else [])
    return top


# --- values ---------------------------------------------------------------------------------------

PATHS = ["/", "/tmp", "/data", "/data/file", "/mnt", "/new/dir/file", "/etc/hosts", "/dev", "/dev/null", "/dev/pts", "/proc",
         "/proc/1", "/proc/self/fd/3", "/proc/self/ns/net", "/proc/sys", "/proc/meminfo", "/sys", "/sys/fs/cgroup", "/link",
         "/link/a", "/climb", "/climb/x", "/abs", "/abs/x", "/dangling", "/loop", "/loop/x", "..", "../..", "../../canary",
         "/../../canary", ".", "", "relative/dir", "/data/../data", "//data///", "/data/", "/data/file/x", "/bin/true", "/bundle",
         "/bundle/rootfs", "/canary", "/missing", "/a b\tc\n", "/%s%n", "/\u00e9\u2028", "/" + "x" * 255, "/" + "x" * 256, "/" + "y/" * 2100]
PROGRAMS = ["/bin/true", "true", "/bin/false", "sh", "/bin/sleep", "/bin/missing", "/data/file", "/data", "", ".", "/link/x", "/dev/null",
            "/proc/self/exe", "./true", "bin/true"]
HOOKS = ["/bin/true", "/bin/false", "/bin/slow", "/bin/missing", "/data/file", "true", "", "/", "/link"]
OPTIONS = ["ro", "rw", "rro", "rrw", "bind", "rbind", "nosuid", "suid", "nodev", "dev", "noexec", "exec", "sync", "async", "remount", "private",
           "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable", "atime", "noatime", "relatime",
           "norelatime", "strictatime", "nostrictatime", "nodiratime", "diratime", "rnoatime", "rrelatime", "rstrictatime", "iversion",
           "noiversion", "lazytime", "silent", "loud", "mand", "nomand", "nosymfollow", "symfollow", "rnosymfollow", "rnoexec", "rnosuid", "rnodev",
           "dirsync", "tmpcopyup", "copy-symlink", "src-nofollow", "dest-nofollow", "idmap", "ridmap", "idmap=uids=0-1000-10;gids=0-1000-10",
           "idmap=uids=@0-0-10", "idmap=", "idmap=uids=0-4294967290-10", "size=1m", "size=0", "size=-1", "mode=755", "mode=0", "mode=99999",
           "uid=1000", "gid=5", "uid=-1", "nr_inodes=2", "newinstance", "ptmxmode=0666", "lowerdir=/data,upperdir=/tmp", "context=x", "defaults",
           "", ",", "ro,rw", "none", "nosuchoption", "x=y", "=", "a" * 5000, "\n", "subset=pid", "hidepid=2", "nsdelegate", "cpu"]
TYPES = ["bind", "none", "proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2", "overlay", "ramfs", "nosuchfs", "", "tmpfs.sub", "a" * 300]
SYSCTLS = ["kernel.msgmax", "kernel.shmmax", "kernel.sem", "kernel.shm_rmid_forced", "kernel.hostname", "kernel.domainname",
           "net.ipv4.ip_forward", "net/ipv4/ip_forward", "net.core.somaxconn", "net.ipv4.ping_group_range", "fs.mqueue.msg_max",
           "net.ipv4.../../../kernel/none", "net..ipv4", "net/../kernel/none", ".", "", "/", "kernel.shmmax ", "kernel", "net.ipv4.none",
           "net.ipv4.conf.lo.forwarding", "kernel.none", "fs.none", "user.none"]
NUMBERS = [0, 1, -1, 2, 3, 7, 9, 10, 63, 64, 100, 255, 256, 1000, 1024, 4095, 4096, 65535, 65536, 1000000, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1,
           2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -2**31, -2**31 - 1, -2**63, -2**63 - 1]
ODD = [Raw(text) for text in ("1e3", "-0", "1.5", "1e400", "9" * 400, "01", "0x10", "tru", "nul", "NaN", "'a'", "[1", "{", '"\\ud800"',
                              '"\\u0000"', '"a\\u0000b"', '"\\x"', "[[[[[[[[[[" * 10 + "]]]]]]]]]]" * 10, "", "1 2", '"\t"')]
OTHERS = [None, True, False, 0, 1, -1, "", "x", [], {}, [None], [[]], ["x"], {"x": 1}, [{}], "true", "0"]
STRINGS = ["", " ", "x", "/", "..", "0", "-1", "a" * 5000, "\n", "a\nb", "%s%n", "\u00e9", "\u202e", "'\"\\", "null"]

POOLS = [(re.compile(pattern), pool) for pattern, pool in [
    (r"/ociVersion$", ["1.0.0", "1.0.2", "1.3.0", "1.0.2-dev", "0.2.0", "2.0.0", "1", "1.0", "1.0.0.0", "v1.0.0", "99999999999.0.0", "1.2.0+x"]),
    (r"/root/path$", ["rootfs"] * 6 + ["hostile"] * 6 + ["/bundle/rootfs", "./rootfs/", "rootfs/../rootfs", "rootfs-link", "missing", ".", "/", "", "..",
                                      "/canary", "rootfs/bin/true", "/dev/null", "/proc", "/dev"]),
    (r"/process/args/\*$", PROGRAMS + STRINGS),
    (r"/process/env/\*$", ["PATH=/bin", "PATH=", "HOME=", "HOME=/x", "A=B", "A", "=", "=x", "A=1", "A=2", "LISTEN_FDS=3", "LD_PRELOAD=/x", "A=" + "b" * 200000] + STRINGS),
    (r"/hooks/\w+/\*/path$", HOOKS),
    (r"/hooks/\w+/\*/timeout$", [1, 2, 0, -1, 2**31, 2**32]),
    (r"/mounts/\*/destination$", PATHS),
    (r"/mounts/\*/source$", PATHS + ["proc", "tmpfs", "none", "rootfs"]),
    (r"/mounts/\*/type$", TYPES),
    (r"/mounts/\*/options/\*$", OPTIONS),
    (r"/(process/cwd|linux/(masked|readonly)Paths/\*|linux/devices/\*/path)$", PATHS + ["/dev/x", "/dev/zero", "/dev/tty", "/dev/console", "/proc/kcore"]),
    (r"/linux/namespaces/\*/path$", ["/proc/1/ns/" + n for n in ("net", "pid", "mnt", "uts", "ipc", "user", "cgroup", "time")] +
     ["/proc/self/ns/net", "/proc/self/ns/user", "/missing", "", "/dev/null", "/data", "/data/file", "relative", "/link", "/proc/1/ns"]),
    (r"/linux/cgroupsPath$", ["/fuzz", "/fuzz/a/b", "fuzz", "", "/", "..", "../x", "/fuzz/../..", "/fuzz/./x", "slice:p:n", "a:b", "/fuzz\n", "/" + "c" * 256,
                             "/fuzz/cgroup.procs", "/harness", "/harness/x", "//fuzz//"]),
    (r"/linux/resources/cpu/(cpus|mems)$", ["0", "0-1", "0,1", "0-0", "1-0", "", "0-", "99999", "a", "0\n", "0-1:1/2", ",", "0,,1"]),
    (r"/linux/memoryPolicy/nodes$", ["0", "", "0-1", "1-0", "63", "99999", "x"]),
    (r"/process/execCPUAffinity/", ["0", "0-1", "", "99", "1-0", "x", "0,"]),
    (r"/linux/personality/flags/", ["x", ""]),
    (r"/linux/seccomp/listenerPath$", ["/sockets/sink", "/sockets/missing", "/data/file", "", "relative", "/" + "s" * 200]),
    (r"/linux/seccomp/syscalls/\*/names/\*$", ["read", "write", "execve", "exit_group", "openat", "mkdir", "getpid", "ioctl", "brk", "nosuchcall", "", "clone3", "capset"]),
    (r"/process/capabilities/", ["CAP_SYS_ADMIN", "CAP_KILL", "CAP_CHOWN", "CAP_NET_RAW", "cap_kill", "CAP_", "CAP_NONE", "CAP_SETUID", "CAP_DAC_OVERRIDE"]),
    (r"/process/rlimits/\*/type$", ["RLIMIT_" + n for n in ("NOFILE", "CORE", "AS", "NPROC", "STACK", "CPU", "FSIZE", "DATA", "MEMLOCK", "X", "")] + ["NOFILE"]),
    (r"/linux/resources/hugepageLimits/\*/pageSize$", ["2MB", "1GB", "64KB", "2M", "", "3MB", "2MB/../x"]),
    (r"/linux/resources/devices/\*/access$", ["rwm", "r", "w", "m", "rr", "", "x", "rwmx", "RWM"]),
    (r"/linux/intelRdt/closID$", ["x", "/", "..", "info", "", "a/b"]),
    (r"/linux/intelRdt/(l3CacheSchema|memBwSchema|schemata/\*)$", ["L3:0=f", "MB:0=50", "MB:", "", "x", "L3:0=f\nMB:0=1"]),
    (r"/(hostname|domainname)$", ["h", "a.b", "", "h" * 64, "h" * 65, "a b", "\n", "-"]),
    (r"/process/apparmorProfile$", ["unconfined", "", "x"]), (r"/(process/selinuxLabel|linux/mountLabel)$", ["", "x", "a:b:c:s0"]),
    (r"/linux/sysctl/\*$", ["0", "1", "", "65536", "1 2 3 4", "x", "1\n2"]),
    (r"/linux/resources/unified/\*$", ["max", "1", "", "100 200", "x\ny"]),
    (r"/annotations/\*$", STRINGS + ["1", "true"]),
    (r"/linux/netDevices/\*/name$", ["eth0", "lo", "", "a/b", "x" * 15, "x" * 16, "eth%d", "."]),
]]
KEYS = {
    "/linux/sysctl": SYSCTLS,
    "/annotations": ["a", "", "run.oci.keep_original_groups", "run.oci.hooks.stdout", "run.oci.seccomp_bpf_data", "run.oci.handler", "run.oci.mount_context_type",
                     "run.oci.pidfd_receiver", "run.oci.seccomp.receiver", "run.oci.systemd.subgroup", "org.criu.config", "a" * 1000],
    "/linux/netDevices": ["lo", "eth0", "none0", "", "a/b"],
    "/linux/resources/unified": ["memory.max", "pids.max", "cgroup.procs", "../x", "a/b", "", "nodot", "hugetlb.2MB.max", "cgroup.freeze", "cgroup.kill"],
    "/linux/resources/rdma": ["mlx5_0", "", "a b"],
}


def pool_of(where):
    for pattern, pool in POOLS:
        if pattern.search(where):
            return pool
    return None


def value_of(random, member, where):
    """A value that is mostly of the right type and often right."""
    if member.kind == "object":
        if "*" in member.members:
            keys = KEYS.get(where, ["a"])
            return {random.choice(keys): value_of(random, member.members["*"], where + "/*") for _ in range(random.randint(1, 2))}
        share = random.choice((0.3, 0.6, 1))
        return {name: value_of(random, item, where + "/" + name) for name, item in member.members.items()
                if item.kind != "ignored" and (random.random() < share or name in ("path", "type", "destination", "policy", "containerID", "hostID", "size"))}
    if member.kind == "array":
        return [value_of(random, member.members["*"], where + "/*") for _ in range(random.choice((0, 1, 1, 2, 3)))]
    if member.kind == "boolean":
        return random.random() < 0.5
    pool = pool_of(where)
    if member.names and random.random() < 0.95:
        return random.choice(member.names)
    if pool and random.random() < 0.95:
        return random.choice(pool)
    if member.kind == "integer":
        near = [n for n in NUMBERS if member.low <= n <= member.high]
        if "Mappings" in where and random.random() < 0.7:
            return {"containerID": 0, "hostID": 100000}.get(where.rsplit("/")[-1], 65536)
        return random.choice(near + [n for n in near if n <= 100] * 3)
    return random.choice(STRINGS)


# --- mutations ------------------------------------------------------------------------------------


def places(value, member, where="", path=()):
    """All places of the configuration that the schema knows: (path, member, where)."""
    for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
        name = key.split("\0#")[0] if isinstance(key, str) else "*"
        known = member.members.get(name) or member.members.get("*")
        if not known:
            continue
        here = where + "/" + (name if name in member.members else "*")
        yield path + (key,), known, here
        if isinstance(item, (dict, list)):
            yield from places(item, known, here, path + (key,))


def parent_of(config, path):
    for key in path[:-1]:
        config = config[key]
    return config


def place_choose(random, config, schema):
    """Each kind of member as likely as any other, however many of it there are."""
    by_kind = {}
    for place in places(config, schema):
        by_kind.setdefault(place[2], []).append(place)
    return random.choice(by_kind[random.choice(sorted(by_kind))])


def absent_add(random, config, schema):
    """A member that is not there, with all that it needs to be there."""
    at, member, where = config, schema, ""
    while True:
        names = [name for name, item in member.members.items() if item.kind != "ignored"]
        name = random.choice(names)
        where += "/" + name
        member = member.members[name]
        if isinstance(at, list):
            if not at or random.random() < 0.5 or not isinstance(at[-1], (dict, list)):
                at.append(value_of(random, member, where))
                return
            at = random.choice([item for item in at if isinstance(item, (dict, list))])
            continue
        if name == "*":
            name = random.choice(KEYS.get(where[:-2], ["a"]))
        if not isinstance(at.get(name), (dict, list)) or random.random() < 0.15 or not member.members:
            at[name] = value_of(random, member, where)
            return
        at = at[name]


def list_change(random, items):
    what = random.randrange(6)
    if what == 0 and items:
        items.insert(random.randrange(len(items) + 1), copy.deepcopy(random.choice(items)))
    elif what == 1 and items:
        del items[random.randrange(len(items))]
    elif what == 2:
        random.shuffle(items)
    elif what == 3 and items:
        items.extend(copy.deepcopy([random.choice(items)]) * random.choice((10, 100, 340, 1000)))
    elif what == 4:
        items.clear()
    else:
        items.append(random.choice(OTHERS))


def wrong(random, member, old):
    """A value that is likely to be refused."""
    what = random.randrange(5)
    if what == 0:
        return random.choice(ODD)
    if what == 1 and member.low is not None:
        return random.choice([member.low - 1, member.high + 1, member.low, member.high])
    if what == 2 and isinstance(old, str) and old:
        return random.choice([old.lower(), old.upper(), old[:-1], old + " ", " " + old, old + "\n", old * 2, old + "/", old + "/.."])
    if what == 3 and isinstance(old, int):
        return random.choice([old + 1, old - 1, -old, old * 2, old + 2**32, str(old)])
    return random.choice(OTHERS)


def mutate_once(random, config, schema, others, rough):
    """A rough change is likely to be refused at once, another one often runs."""
    what = random.random() * (1 if rough else 0.78)
    if what < 0.25:
        absent_add(random, config, schema)
        return
    path, member, where = place_choose(random, config, schema)
    parent, key = parent_of(config, path), path[-1]
    old = parent[key]
    if what < 0.35:
        donor = {}
        for other in random.sample(others, min(4, len(others))):
            for at, _, there in places(other, schema):
                if there == where:
                    donor.setdefault(there, []).append(parent_of(other, at)[at[-1]])
        if donor:
            parent[key] = copy.deepcopy(random.choice(donor[where]))
    elif what < 0.60:
        parent[key] = value_of(random, member, where)
    elif what < 0.70 and isinstance(old, list):
        list_change(random, old)
    elif what < 0.78:
        del parent[key]
    elif what < 0.82 and isinstance(parent, dict):
        parent["%s\0#%d" % (key.split("\0#")[0], len(parent))] = random.choice([old, value_of(random, member, where)])
    elif what < 0.85 and isinstance(parent, dict):
        parent[random.choice(["x", "", key.upper(), key + "s", "\u00e9"])] = old
    else:
        parent[key] = wrong(random, member, old)


def mutate(random, base, schema, others):
    config = copy.deepcopy(base)
    rough, count = random.random() < 0.4, 1
    while random.random() < (0.6 if rough else 0.4) and count < 12:
        count += 1
    for _ in range(count):
        if isinstance(config, dict) and config:
            mutate_once(random, config, schema, others, rough)
    confine(config)
    return config


# --- what must not reach the machine --------------------------------------------------------------

SAFE_DEVICES = {(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2), (10, 200), (10, 229)}
# Of what is in a namespace of the sandbox, of this and of no other kind.
SANDBOXED = re.compile(r"^(kernel/(msg(max|mnb|mni)|sem|shm(all|max|mni|_rmid_forced)|hostname|domainname)|fs/mqueue/[a-z_]+|net/.*)$")


def members(value):
    return value.items() if isinstance(value, dict) else []


def items(value):
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def sysctl_is_sandboxed(key):
    """Dots or slashes, and wherever "..", if somebody followed it, would lead."""
    for path in key.replace(".", "/"), key, key.replace("/", "."):
        name = os.path.normpath("/proc/sys/" + path)
        if os.path.isfile(name) and not (name.startswith("/proc/sys/") and SANDBOXED.match(name[len("/proc/sys/"):])):
            return False
    return True


def known_types():
    with open("/proc/filesystems") as file:
        return {line.split("\t")[1].strip() for line in file} - set(TYPES)


def device_confine(device):
    numbers = [device.get(name) for name in ("major", "minor")]
    if all(isinstance(n, int) and not isinstance(n, bool) for n in numbers) and tuple(numbers) not in SAFE_DEVICES:
        if 0 <= numbers[0] < 2**32 and numbers[0] < 240:
            device["major"] = 240  # for local use: nobody has it


def confine(config):
    """The namespaces, the root and the cgroups of the sandbox hold most of it; this is what they do not hold: devices,
    kernel parameters and file systems that there is only one of on a machine."""
    if not isinstance(config, dict):
        return
    for key, value in members(config):
        if key.split("\0#")[0] == "mounts":
            for mount in items(value):
                for name, kind in members(mount):
                    if name.split("\0#")[0] == "type" and isinstance(kind, str) and kind in known_types():
                        mount[name] = "tmpfs"
        if key.split("\0#")[0] != "linux":
            continue
        for name, inner in members(value):
            if name.split("\0#")[0] == "devices":
                for device in items(inner):
                    device_confine(device)
            elif name.split("\0#")[0] == "sysctl":
                for parameter in [p for p, _ in members(inner) if not sysctl_is_sandboxed(p.split("\0#")[0])]:
                    del inner[parameter]


# --- good configurations --------------------------------------------------------------------------


# What the sandbox gives away.
LACKED = {"CAP_" + name for name in ("SYS_MODULE", "SYS_RAWIO", "SYS_PACCT", "SYS_BOOT", "SYS_RESOURCE", "SYS_TIME", "AUDIT_CONTROL", "MAC_OVERRIDE",
                                     "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "PERFMON")}


def mount_adapt(mount):
    source = mount.get("source", "")
    if mount.get("type") == "overlay":
        mount["options"] = ["lowerdir=/data/dir:/canary"]
    if not any(word in mount.get("options", []) for word in ("bind", "rbind")) and mount.get("type") != "bind":
        return
    mount["type"] = "bind"
    if source in ("/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"):
        return
    if source.startswith("/dev/") or mount["destination"].startswith("/dev/"):
        mount["source"] = "/dev/shm" if "shm" in source else "/dev/null"
    elif source not in ("/sys", "/proc", "/dev", "/sys/fs/cgroup"):
        plain = source.rsplit("/", 1)[-1]
        mount["source"] = "/data/file" if re.search(r"host|resolv|\.|init|key|secret", plain) else "/data/dir"


def namespaces_adapt(config, on_linux):
    for namespace in on_linux.get("namespaces", []):
        namespace.pop("path", None)
    kinds = {namespace["type"] for namespace in on_linux.get("namespaces", [])}
    if "uts" not in kinds:
        config.pop("hostname", None)
    if "user" in kinds:
        for name in "uidMappings", "gidMappings":
            on_linux[name] = [{"containerID": 0, "hostID": 100000, "size": 65536}]


def adapt(config):
    """A recorded configuration as one that the sandbox can run: paths, programs and limits that are there."""
    process, on_linux = config.get("process", {}), config.get("linux", {})
    config["root"] = dict(config.get("root", {}), path="rootfs")
    process.update(terminal=False, args=["/bin/true"], cwd="/")
    for name in "apparmorProfile", "selinuxLabel", "consoleSize", "oomScoreAdj":
        process.pop(name, None)
    for name in "mountLabel", "intelRdt":
        on_linux.pop(name, None)
    for limit in process.get("rlimits", []):
        limit["hard"] = min(limit.get("hard", 0), 1024)
        limit["soft"] = min(limit.get("soft", 0), 1024)
    for hooks in config.get("hooks", {}).values():
        for hook in hooks:
            hook["path"] = "/bin/true"
    for mount in config.get("mounts", []):
        mount_adapt(mount)
    for names in process.get("capabilities", {}).values():
        names[:] = [name for name in names if name not in LACKED]
    namespaces_adapt(config, on_linux)
    if not str(on_linux.get("cgroupsPath", "/")).startswith("/"):
        on_linux["cgroupsPath"] = "/fuzz/engine"
    kept = {"devices", "memory", "pids"}
    on_linux["resources"] = {key: value for key, value in on_linux.get("resources", {}).items() if key in kept}
    on_linux["resources"].get("memory", {}).pop("swap", None)
    config.get("annotations", {}).pop("org.criu.config", None)
    confine(config)
    return config
