# SPDX-License-Identifier: GPL-2.0-or-later
"""One configuration, carried out for real where it can harm nobody, and looked at afterwards.

Each case has namespaces of its own for mounts, processes, network, IPC, host names and cgroups, a root file system that
is a tmpfs without anything of the host's, and cgroups that others have limited: no block device can be
opened there, nor any other device that the machine has. What a case does is gone when it ends."""
import array
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

LIMIT = 10  # seconds for a command, besides what hooks may take
SANITIZERS = re.compile(r"AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer|runtime error:|Assertion.*failed|stack smashing")
PLACE = re.compile(r"config\.json:\d+|^ *step: |\"step\"", re.M)
TREE_SKIPPED = ("/proc", "/sys", "/dev", "/programs", "/state", "/out", "/bundle/rootfs", "/bundle/hostile", "/sockets")

libc = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWPID, NEWNET = 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x20000000, 0x40000000
MS_REC, MS_PRIVATE, MNT_DETACH = 0x4000, 0x40000, 2
PR_SET_PDEATHSIG, PR_CAPBSET_DROP = 1, 24
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
# What could reach the machine past all namespaces: modules, raw I/O, pacct, boot, time, resources, audit, MAC, log, alarms, perf.
DROPPED = (16, 17, 20, 22, 24, 25, 30, 32, 33, 34, 35, 36, 38)


def checked(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))


def mount(source, target, kind=None, flags=0, data=None):
    checked(libc.mount(source.encode(), target.encode(), kind and kind.encode(), ctypes.c_ulong(flags), data and data.encode()),
            "mount " + target)


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


# --- the world of a case --------------------------------------------------------------------------


def write(path, text, mode=0o644):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def programs_link(directory, names):
    os.makedirs(directory)
    for name in names:
        os.symlink("payload", directory + "/" + name)


def rootfs_make(root, payload, hostile):
    """A root for containers, with links that lead out of it; the hostile one has them where mounts go."""
    programs_link(root + "/bin", ("true", "false", "sleep", "slow", "sh"))
    os.link(payload, root + "/bin/payload")
    for name in "etc", "tmp", "data/a", "mnt", "run", "var", "usr":
        os.makedirs(root + "/" + name)
    for name in "proc", "sys", "dev":
        if hostile:
            os.symlink("../../../canary", root + "/" + name)
        else:
            os.mkdir(root + "/" + name)
    write(root + "/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
    write(root + "/data/file", "x")
    for path, _, _ in os.walk(root):
        os.chmod(path, 0o777)  # in a user namespace too
    for name, target in (("link", "/data"), ("climb", "../../../../canary"), ("abs", "/canary"), ("dangling", "/missing/deep"),
                         ("loop", "loop"), ("etc/hosts", "../../../canary/file")):
        os.symlink(target, root + "/" + name)


def cgroups_mount(hierarchies):
    os.mkdir("sys/fs") if not os.path.isdir("sys/fs") else None
    if hierarchies and hierarchies[0][0] == "/sys/fs/cgroup":
        mount("none", "sys/fs/cgroup", "cgroup2")
        return
    mount("none", "sys/fs/cgroup", "tmpfs", 0, "mode=755")
    for point, kind, options in hierarchies:
        target = "sys/fs/cgroup/" + os.path.basename(point)
        os.mkdir(target)
        mount("none", target, kind, 0, options or None)


def devices_make():
    for name, major, minor in (("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0)):
        os.mknod("dev/" + name, 0o020666, os.makedev(major, minor))
        os.chmod("dev/" + name, 0o666)
    os.mkdir("dev/pts")
    mount("none", "dev/pts", "devpts", 0, "newinstance,ptmxmode=0666")
    os.symlink("pts/ptmx", "dev/ptmx")
    os.mkdir("dev/shm")


def world_make(where, programs, hierarchies):
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount("none", where, "tmpfs", 0, "mode=755,size=256m")
    os.chdir(where)
    for name in "proc", "sys", "dev", "programs", "tmp", "etc", "data/dir", "bundle", "canary", "out", "state", "sockets":
        os.makedirs(name)
    shutil.copytree(programs, "programs", dirs_exist_ok=True)
    mount("proc", "proc", "proc")
    mount("sysfs", "sys", "sysfs")
    mount("none", "dev", "tmpfs", 0, "mode=755,size=64k")
    devices_make()
    cgroups_mount(hierarchies)
    for name in "lib", "lib64", "usr":
        if os.path.isdir("programs/" + name):
            os.symlink("programs/" + name, name)
    # Of the same file system as the roots, for the links.
    with open("programs/payload", "rb") as source, open("payload", "wb") as copy:
        copy.write(source.read())
    os.chmod("payload", 0o755)
    rootfs_make("bundle/rootfs", "payload", False)
    rootfs_make("bundle/hostile", "payload", True)
    os.symlink("rootfs", "bundle/rootfs-link")
    programs_link("bin", ("true", "false", "slow"))
    os.link("payload", "bin/payload")
    write("etc/passwd", "root:x:0:0::/root:/bin/sh\n")
    write("data/file", "x")
    write("canary/file", "x")
    checked(libc.syscall(PIVOT_ROOT[os.uname().machine], b".", b"."), "pivot_root")
    checked(libc.umount2(b".", MNT_DETACH), "umount")
    os.chdir("/")
    if len(mounts()) != 5 + len(hierarchies) + (hierarchies[:1] != [] and hierarchies[0][0] != "/sys/fs/cgroup"):
        raise RuntimeError("there are other mounts in the sandbox than were made: " + "; ".join(mounts()))
    for capability in DROPPED:
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


# --- what is there --------------------------------------------------------------------------------


def processes():
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or name == "1":
            continue
        try:
            with open("/proc/%s/stat" % name) as file:
                stat = file.read()
            with open("/proc/%s/cmdline" % name) as file:
                line = file.read().replace("\0", " ").strip()
        except OSError:
            continue
        state = stat.rsplit(")", 1)[1].split()[0]
        if state != "Z":
            found.append("process %s (%s) %s: %s" % (name, stat.split("(", 1)[1].rsplit(")", 1)[0], state, line))
    return found


def mounts():
    with open("/proc/self/mountinfo") as file:
        return sorted("mount " + line.split(" ", 3)[3].strip() for line in file)


def cgroups():
    return sorted("cgroup " + path for path, _, _ in os.walk("/sys/fs/cgroup") if not path.endswith("/harness"))


def tree():
    found = []
    for path, directories, files in os.walk("/"):
        directories[:] = [name for name in directories if os.path.join(path, name) not in TREE_SKIPPED]
        for name in directories + files:
            status = os.lstat(os.path.join(path, name))
            found.append("file %s %o %d %d" % (os.path.join(path, name), status.st_mode, status.st_uid, status.st_size if name in files else 0))
    return sorted(found)


def state():
    return ["state " + name for name in os.listdir("/state") if name != ".cache"] if os.path.isdir("/state") else []


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


class Snapshot:
    def __init__(self, with_tree):
        self.with_tree = with_tree
        self.things = self.look()

    def look(self):
        return set(processes() + mounts() + cgroups() + state() + (tree() if self.with_tree else []))

    def left(self):
        """What is more or less than before; an exit is not instantaneous."""
        for _ in range(40):
            reap()
            now = self.look()
            if now == self.things:
                return []
            time.sleep(0.025)
        return sorted("+ " + thing for thing in now - self.things) + sorted("- " + thing for thing in self.things - now)


# --- those who take descriptors -------------------------------------------------------------------


def sink(path, keep):
    """Takes what is sent there. A terminal is kept; a filter's notifications end, so that nobody waits for an answer."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(8)

    def serve():
        while True:
            peer, _ = listener.accept()
            _, control, _, _ = peer.recvmsg(65536, socket.CMSG_SPACE(16))
            for _, _, data in control:
                for fd in array.array("i", data[:len(data) & ~3]):
                    if keep is not None:
                        keep.append(fd)
                    else:
                        os.close(fd)
            peer.close()

    threading.Thread(target=serve, daemon=True).start()


# --- commands -------------------------------------------------------------------------------------


class Case:
    def __init__(self, order):
        self.order = order
        self.commands, self.findings = [], []
        self.limit = LIMIT * order.get("slow", 1) + order["hooks"]

    def find(self, kind, text):
        self.findings.append([kind, text[:4000]])

    def tare(self, *words, may_last=False):
        """The exit status, or None if it had to be killed."""
        argv = ["/programs/tare", "--root", "/state"] + list(words)
        start = time.monotonic()
        with open("/out/stdout", "wb") as out, open("/out/stderr", "wb") as errors:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, start_new_session=True,
                                       env=dict(self.order["environment"], PATH="/bin"), cwd="/", restore_signals=True)
            try:
                code = process.wait(self.limit)
            except subprocess.TimeoutExpired:
                self.find("hang", "%s after %d s: %s" % (" ".join(words), self.limit, "; ".join(processes())))
                process.kill()
                process.wait()
                code = None
        with open("/out/stdout", errors="replace") as out, open("/out/stderr", errors="replace") as errors:
            self.stdout, self.stderr = out.read(100000), errors.read(100000)
        self.commands.append([" ".join(words), code, round(time.monotonic() - start, 3), self.stderr[:1500]])
        if SANITIZERS.search(self.stderr):
            self.find("sanitizer", "%s: %s" % (words[0], self.stderr))
        if code is not None and code < 0:
            self.find("signal", "%s died of %s" % (words[0], signal.Signals(-code).name))
        return code

    def tare_may_refuse(self, *words, others=()):
        """A command that succeeds or says why not, and where."""
        code = self.tare(*words)
        if code in (None, 0) or code < 0:
            return code
        if code != 1 and code not in others:
            self.find("status", "%s: exit status %d: %s" % (words[0], code, self.stderr))
            return code
        said = self.stdout if words[0] == "check" else self.stderr
        if code == 1 and not said.strip():
            self.find("silent", "%s: exit status 1 without a message" % words[0])
        elif code == 1 and words[0] in ("create", "run", "plan", "check") and not PLACE.search(said):
            self.find("placeless", "%s: %s" % (words[0], said))
        return code

    # A process may die of any signal if its filter or its limits say so.
    def run_statuses(self):
        usual = {3, 128 + 9}
        if self.order["deadly"]:
            usual |= set(range(129, 160))
        return usual

    def clean(self, before, what):
        left = before.left()
        if left:
            self.find("left", "after %s: %s" % (what, "\n".join(left[:20])))

    def execute(self):
        order, options = self.order, self.order["options"]
        if order["mode"] == "other":
            self.other()
            return
        with open("/bundle/config.json", "wb") as file:
            file.write(order["config"].encode("utf-8", "surrogatepass"))
        terminals = []
        sink("/sockets/sink", None)
        sink("/sockets/console", terminals)
        before = Snapshot(order["tree"])
        checked_code = self.tare_may_refuse("check", "--bundle", "/bundle")
        plan_code = self.tare_may_refuse("plan", "--bundle", "/bundle")
        if plan_code == 1 and checked_code == 0:
            self.find("check", "plan refuses what check finds nothing wrong with: " + self.stderr)
        self.clean(before, "check and plan")
        {"run": self.run, "start": self.start, "delete": self.create, "detach": self.detach}[order["mode"]](options, before)
        if self.tare("delete", "--force", "fuzz") not in (0, None):
            self.find("delete", "delete --force: " + self.stderr)
        self.clean(before, "delete --force")

    def other(self):
        """What another runtime says of the same configuration: "" if it creates the container."""
        with open("/bundle/config.json", "wb") as file:
            file.write(self.order["config"].encode("utf-8", "surrogatepass"))
        sink("/sockets/sink", None)
        sink("/sockets/console", [])
        code = self.tare("create", "--bundle", "/bundle", *self.order["options"], "fuzz")
        said = self.stderr
        self.tare("delete", "--force", "fuzz")
        # What it leaves or how it dies is no matter of ours.
        self.findings = [["other", said or "no word"]] if code else []

    def run(self, options, before):
        code = self.tare_may_refuse("run", "--bundle", "/bundle", *options, "fuzz", others=self.run_statuses())
        if code is not None:
            self.clean(before, "run")
        return code

    def create(self, options, before):
        code = self.tare_may_refuse("create", "--bundle", "/bundle", *options, "fuzz")
        if code == 1:
            self.clean(before, "a create that failed")
        elif code == 0:
            self.status({"created", "stopped"})
        return code

    def status(self, allowed):
        if self.tare("state", "fuzz") != 0:
            self.find("state", "state: " + self.stderr)
        elif json.loads(self.stdout).get("status") not in allowed:
            self.find("state", "state: " + self.stdout)

    def start(self, options, before):
        if self.create(options, before) != 0:
            return
        # When a startContainer hook fails nothing is left of the container.
        if self.tare_may_refuse("start", "fuzz") == 0:
            self.status({"running", "stopped"})
        self.tare_may_refuse("kill", "fuzz", "KILL")

    def detach(self, options, before):
        code = self.tare_may_refuse("run", "--detach", "--bundle", "/bundle", *options, "fuzz")
        if code == 1:
            self.clean(before, "a run that failed")
        if code != 0:
            return
        self.status({"running", "stopped"})
        self.tare_may_refuse("ps", "--format", "json", "fuzz")
        if self.order.get("exec"):
            self.tare_may_refuse("exec", "fuzz", "/bin/true", others=self.run_statuses() | {255})
        if self.tare_may_refuse("pause", "fuzz") == 0:
            self.tare_may_refuse("resume", "fuzz")
        self.tare_may_refuse("update", "--pids-limit", "20", "fuzz")


# --- from outside ---------------------------------------------------------------------------------


def case_inside(order, pipe):
    """Process 1 of the sandbox."""
    die_with_parent()
    case = Case(order)
    try:
        world_make(order["world"], order["programs"], order["hierarchies"])
        case.execute()
    except BaseException as error:  # also what the machine says: a case that could not be carried out is a finding
        case.find("harness", "%s: %s" % (type(error).__name__, error))
    with os.fdopen(pipe, "w") as file:
        json.dump({"commands": case.commands, "findings": case.findings}, file)
    os._exit(0)


def case_enter(order, pipe):
    """A child of the worker, which becomes the parent of process 1."""
    die_with_parent()
    for directory in order["cgroups"]:
        with open(directory + "/cgroup.procs", "w") as file:
            file.write("0")
    checked(libc.unshare(NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWPID | NEWNET), "unshare")
    for directory in order["cgroups"]:
        if order["leaf"].get(directory):  # where processes and controllers exclude each other
            with open(directory + "/harness/cgroup.procs", "w") as file:
                file.write("0")
    pid = os.fork()
    if not pid:
        case_inside(order, pipe)
    os.close(pipe)
    os.waitpid(pid, 0)
    os._exit(0)


def case_run(order):
    """Carries out one case: its commands and findings."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        try:
            case_enter(order, writer)
        except OSError as error:
            with os.fdopen(writer, "w") as file:
                json.dump({"commands": [], "findings": [["harness", str(error)]]}, file)
        os._exit(1)
    os.close(writer)
    with os.fdopen(reader) as file:
        text = file.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else {"commands": [], "findings": [["harness", "the sandbox died"]]}
