#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input: refused with exit status 1 and a message that names the place, and nothing is left.

load helpers
load errors

# --- the file ------------------------------------------------------------------------------------

@test "no config.json" {
	rm "$BUNDLE/config.json"
	is_refused "" config.json
	promise
	says "cannot open \"$BUNDLE/config.json\": no such file or directory"
}

@test "no bundle" {
	t run --bundle "$WORK/missing" "$ID"
	exits 1
	nothing_left_of "$ID"
	t run --bundle "$BUNDLE/config.json" "$ID"
	exits 1
	nothing_left_of "$ID"
	promise
	says "not a directory"
}

@test "config.json is not a file" {
	promise
	rm "$BUNDLE/config.json"
	mkdir "$BUNDLE/config.json"
	is_refused "" "not a regular file"
	rmdir "$BUNDLE/config.json"
	mkfifo "$BUNDLE/config.json"
	is_refused "" "not a regular file"
	rm "$BUNDLE/config.json"
	ln -s /dev/zero "$BUNDLE/config.json"
	is_refused "" "not a regular file"
}

@test "config.json is too large" {
	promise
	truncate -s 67108865 "$BUNDLE/config.json"
	is_refused "" "larger than 64 MiB"
}

@test "config.json is empty or truncated" {
	local length size
	size=$(stat -c %s "$BUNDLE/config.json")
	cp "$BUNDLE/config.json" "$WORK/whole"
	for ((length = 0; length < size - 2; length += 149)); do
		head -c "$length" "$WORK/whole" >"$BUNDLE/config.json"
		is_refused ""
		! is_tare || matches "$stderr" 'config\.json:[0-9]+:[0-9]+'
	done
}

@test "what is not JSON" {
	promise
	local text
	for text in '[]' '"text"' 7 true null 'hello' '{ociVersion: "1.0.2"}' \
		'{"ociVersion": "1.0.2",}' '{"ociVersion": 1.0.2}' '{"a": 01}' $'{"a": "b\nc"}' \
		$'{"ociVersion": "\xff\xfe"}' $'\xef\xbb\xbf{}'; do
		literally "$text"
		is_refused ""
	done
}

@test "text behind the configuration" {
	promise
	echo '{}' >>"$BUNDLE/config.json"
	is_refused ""
}

@test "objects nested too deep" {
	promise
	config '.annotations = {}'
	sed -i "s/\"annotations\": {}/\"unknown\": $(printf '[%.0s' {1..70})$(printf ']%.0s' {1..70})/" \
		"$BUNDLE/config.json"
	is_refused "/unknown.*" deep
}

@test "duplicate keys" {
	promise
	sed -i '0,/"ociVersion"/s//"ociVersion": "1.0.2", &/' "$BUNDLE/config.json"
	is_refused /ociVersion "the key occurs twice in its object"
	new_bundle bundle
	sed -i '0,/"noNewPrivileges"/s//"noNewPrivileges": false, &/' "$BUNDLE/config.json"
	is_refused /process/noNewPrivileges "the key occurs twice in its object"
}

@test "a NUL in a string" {
	promise
	refuses '.process.args = ["/bin/reporter", "a\u0000b"]' /process/args/1 "NUL character"
	refuses '.root.path += "\u0000/../.."' /root/path "NUL character"
}

@test "the place is the line and the column of the value" {
	promise
	literally '{
	"ociVersion": "1.0.2",
	"process": {
		"args": ["/bin/true"], "cwd": "/",
		"user": {"uid": 0, "gid": "zero"}
	},
	"root": {"path": "rootfs"}
}'
	is_refused /process/user/gid "expected an integer, found a string"
	says "config.json:5:29 /process/user/gid"
	says 'step: run "read"'
}

@test "an error of the whole document has a place without a pointer" {
	promise
	literally '{"root": {"path": "rootfs"}}'
	is_refused "" '"ociVersion" is missing'
	matches "$stderr" $'config\\.json:1:1\n'
}

# --- types and required members ------------------------------------------------------------------

@test "noNewPrivileges as a string does not start" {
	refuses '.process.noNewPrivileges = "true"' /process/noNewPrivileges \
		"expected a boolean, found a string"
}

@test "wrong types in root, process and user" {
	refuses '.ociVersion = 1.0' /ociVersion "expected a string, found"
	refuses '.root = "rootfs"' /root "expected an object, found a string"
	refuses '.root.path = 1' /root/path "expected a string, found an integer"
	refuses '.root.readonly = "true"' /root/readonly "expected a boolean, found a string"
	refuses '.process = []' /process "expected an object, found an array"
	refuses '.process.terminal = 0' /process/terminal "expected a boolean, found an integer"
	refuses '.process.args = "/bin/true"' /process/args "expected an array of strings, found a string"
	refuses '.process.args = [1]' /process/args/0 "expected a string, found an integer"
	refuses '.process.env = {}' /process/env "expected an array of strings, found an object"
	refuses '.process.cwd = 1' /process/cwd "expected a string, found an integer"
	refuses '.process.user = "root"' /process/user "expected an object, found a string"
	refuses '.process.user.uid = "root"' /process/user/uid "expected an integer, found a string"
	refuses '.process.user.gid = true' /process/user/gid "expected an integer, found a boolean"
	refuses '.process.user.additionalGids = 1' /process/user/additionalGids "found an integer"
	refuses '.process.capabilities = []' /process/capabilities "expected an object, found an array"
	refuses '.process.capabilities.bounding = "CAP_KILL"' /process/capabilities/bounding \
		"expected an array of strings, found a string"
	refuses '.process.rlimits[0].soft = "1024"' /process/rlimits/0/soft \
		"expected an integer, found a string"
	refuses '.process.oomScoreAdj = "1"' /process/oomScoreAdj "expected an integer, found a string"
}

@test "wrong types in mounts and linux" {
	refuses '.mounts = {}' /mounts "expected an array of objects, found an object"
	refuses '.mounts[0] = "/proc"' /mounts/0 "expected an object, found a string"
	refuses '.mounts[0].options = "ro"' /mounts/0/options \
		"expected an array of strings, found a string"
	refuses '.hostname = ["h"]' /hostname "expected a string, found an array"
	refuses '.annotations = {"a": 1}' /annotations/a "expected a string, found an integer"
	refuses '.linux = 1' /linux "expected an object, found an integer"
	refuses '.linux.maskedPaths = "/proc/kcore"' /linux/maskedPaths \
		"expected an array of strings, found a string"
	refuses '.linux.readonlyPaths = [{}]' /linux/readonlyPaths/0 "expected a string, found an object"
	refuses '.linux.namespaces = "pid"' /linux/namespaces "expected an array of objects, found a string"
	refuses '.linux.namespaces[0].type = 1' /linux/namespaces/0/type \
		"expected a string, found an integer"
	refuses '.linux.sysctl = {"net.ipv4.ip_forward": 1}' /linux/sysctl/net.ipv4.ip_forward \
		"expected a string, found an integer"
	refuses '.linux.resources.devices[0].allow = "false"' /linux/resources/devices/0/allow \
		"expected a boolean, found a string"
	refuses '.linux.resources.memory = {limit: "1G"}' /linux/resources/memory/limit \
		"expected an integer, found a string"
	refuses '.linux.resources.pids = {limit: 1.5}' /linux/resources/pids/limit \
		"expected an integer, found 1.5"
}

@test "null is an absent object, and no scalar" {
	promise
	config '.mounts[0].options = null | .process.rlimits = null | .annotations = null | .hooks = null'
	args /bin/true
	inside
	refuses '.process.noNewPrivileges = null' /process/noNewPrivileges null
	refuses '.process.cwd = null' /process/cwd null
	refuses '.mounts[0].options = [null]' /mounts/0/options/0 "expected a string, found null"
}

@test "required members are missing" {
	promise
	refuses 'del(.process.cwd)' /process '"cwd" is missing'
	refuses 'del(.root.path)' /root '"path" is missing'
	refuses 'del(.mounts[1].destination)' /mounts/1 '"destination" is missing'
	refuses 'del(.process.rlimits[0].hard)' /process/rlimits/0 '"hard" is missing'
	refuses 'del(.linux.namespaces[2].type)' /linux/namespaces/2 '"type" is missing'
	refuses '.linux.devices = [{path: "/dev/x"}]' /linux/devices/0 '"type" is missing'
}

@test "numbers out of range" {
	refuses '.process.user.uid = -1' /process/user/uid "out of range"
	refuses '.process.user.uid = 4294967296' /process/user/uid "out of range"
	refuses '.process.rlimits[0].soft = -1' /process/rlimits/0/soft "out of range"
	refuses '.process.oomScoreAdj = 2147483648' /process/oomScoreAdj "out of range"
	refuses '.linux.resources.memory = {limit: 9223372036854775808}' \
		/linux/resources/memory/limit ""
	promise
	refuses '.process.oomScoreAdj = 1001' /process/oomScoreAdj "not between -1000 and 1000"
	refuses '.process.user.umask = 512' /process/user "umask"
	refuses '.linux.resources.pids = {limit: -2}' /linux/resources/pids/limit "the limit -2"
}

# --- unknown words -------------------------------------------------------------------------------

@test "an unknown rlimit" {
	refuses '.process.rlimits[0].type = "RLIMIT_NOSUCH"' "/process/rlimits/0(/type)?" RLIMIT_NOSUCH
}

@test "an rlimit twice, or soft above hard" {
	promise
	refuses '.process.rlimits += .process.rlimits' /process/rlimits/1 "RLIMIT_NOFILE is given twice"
	refuses '.process.rlimits[0].soft = 1025' /process/rlimits/0 "above its hard limit"
}

@test "an unknown namespace type" {
	refuses '.linux.namespaces += [{type: "nosuch"}]' /linux/namespaces/5/type '"nosuch"' accepted
}

@test "a namespace twice" {
	refuses '.linux.namespaces += [{type: "pid"}]' /linux/namespaces/5 "given twice"
}

@test "an unknown version of the specification" {
	promise
	refuses '.ociVersion = "2.0.0"' /ociVersion '"2.0.0"'
	refuses '.ociVersion = ""' /ociVersion '""'
	refuses '.ociVersion = "one"' /ociVersion '"one"'
}

@test "unknown words in linux" {
	promise
	refuses '.linux.rootfsPropagation = "nosuch"' /linux/rootfsPropagation '"nosuch"' accepted
	refuses '.linux.devices = [{path: "/dev/x", type: "x"}]' /linux/devices/0/type '"x"' accepted
	refuses '.linux.resources.devices = [{allow: true, type: "x"}]' \
		/linux/resources/devices/0/type '"x"' accepted
	refuses '.linux.resources.devices = [{allow: true, access: "rx"}]' \
		/linux/resources/devices/0 "'x'"
}

@test "an unknown capability is only warned of" {
	config '.process.capabilities.bounding += ["CAP_NOSUCH"]'
	args /bin/true
	inside
	promise
	says "level=warning" CAP_NOSUCH
	must --log-level error run --bundle "$BUNDLE" "$ID"
	silent
}

@test "unknown members are ignored" {
	config '.["org.example.member"] = {"a": [1, {}]} | .process.nosuch = 1 | .linux.nosuch = "x"'
	args /bin/true
	inside
	[ -z "$stderr" ]
}

# --- what tare cannot do -------------------------------------------------------------------------

@test "a share of caches on a host that has no resctrl file system" {
	promise
	! grep -q ' - resctrl ' /proc/self/mountinfo || skip "needs a host without a resctrl file system"
	refuses '.linux.intelRdt = {closID: "x"}' /linux/intelRdt "no resctrl"
	refuses '.linux.intelRdt = {}' /linux/intelRdt "no resctrl"
	refuses '.linux.intelRdt = {memBwSchema: "x"}' /linux/intelRdt/memBwSchema "MB:"
}

# --- process -------------------------------------------------------------------------------------

@test "args missing or empty" {
	refuses '.process.args = []' /process/args args
	refuses 'del(.process.args)' "" args
	promise
	says /process/args
}

@test "an environment without names" {
	promise
	refuses '.process.env += ["NOVALUE"]' /process/env/2 '"NOVALUE"'
	refuses '.process.env += ["=value"]' /process/env/2 '"=value"'
}

@test "cwd relative" {
	refuses '.process.cwd = "tmp"' /process/cwd '"tmp"' "not an absolute path"
	refuses '.process.cwd = ""' /process/cwd "not an absolute path"
}

@test "cwd missing is created" {
	own_root
	config '.process.cwd = "/not/there/yet" | .root.readonly = false'
	script 'pwd'
	inside
	prints /not/there/yet
	[ -d "$ROOTFS/not/there/yet" ]
}

@test "cwd is a file" {
	refuses '.process.cwd = "/data/file"' /process/cwd /data/file "not a directory"
}

# program_error NAME TEXT: create, not only start, says that the program cannot be executed.
program_error()
{
	args "$1"
	t_create
	exits 1
	says "$1" "$2"
	[ -z "$stdout" ] && [ ! -e "$STATE/$ID" ] || show
	! is_tare || matches "$stderr" "config\\.json:[0-9]+:[0-9]+ /process/args"
}

@test "the program is not found" {
	program_error nosuchprogram 'executable file not found in $PATH'
	program_error /no/such/program "no such file or directory"
	program_error bin/nosuch "no such file or directory"
}

@test "without PATH no program is found by its name" {
	promise
	config '.process.env = []'
	program_error sh 'executable file not found in $PATH'
	config '.process.env = ["PATH="]'
	program_error sh 'executable file not found in $PATH'
}

@test "the program is not executable" {
	program_error /data/file "permission denied"
	program_error /data/plain "permission denied"
}

@test "the program is not executable for the user" {
	config '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = {}'
	program_error /closed/program "permission denied"
}

@test "the program is a directory" {
	promise
	program_error /data "permission denied: is a directory"
	program_error /data/a "is a directory"
}

@test "a file is taken for a directory of the program's path" {
	program_error /data/plain/program "not a directory"
}

@test "a program that the kernel does not know fails at start" {
	own_root
	printf 'neither ELF nor script\n' >"$ROOTFS/bin/strange"
	printf '#!/no/such/interpreter\n' >"$ROOTFS/bin/orphan"
	chmod +x "$ROOTFS/bin/strange" "$ROOTFS/bin/orphan"
	args /bin/strange
	t_run
	exits 1
	says /bin/strange "exec format error"
	nothing_left_of "$ID"
	args orphan
	promise
	t_create
	ok
	t start "$ID"
	exits 1
	says orphan "no such file or directory"
	must delete --force "$ID"
	nothing_left_of "$ID"
}

# On one processor and only when it is idle, start reads what init has to say when all of it is said.
@test "a start that is slow to look learns of the failure all the same" {
	promise
	own_root
	printf '#!/no/such/interpreter\n' >"$ROOTFS/bin/orphan"
	chmod +x "$ROOTFS/bin/orphan"
	args orphan
	taskset -c 0 "$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID" </dev/null 3>&-
	status=0
	stderr=$(taskset -c 0 chrt --idle 0 "$TARE" --root "$STATE" start "$ID" 2>&1 3>&-) || status=$?
	exits 1
	says orphan "no such file or directory"
}

# --- ids -----------------------------------------------------------------------------------------

@test "CVE-2026-30892: the id 4294967295 is nobody's" {
	promise
	refuses '.process.user.uid = 4294967295' /process/user/uid 4294967295
	refuses '.process.user.gid = 4294967295' /process/user/gid 4294967295
	refuses '.process.user.additionalGids = [1, 4294967295]' /process/user/additionalGids/1 4294967295
}

@test "id mappings without user namespace" {
	promise
	refuses '.linux.uidMappings = [{containerID: 0, hostID: 1000, size: 1}]' /linux/uidMappings \
		"need a user namespace"
	refuses '.linux.gidMappings = [{containerID: 0, hostID: 1000, size: 1}]' /linux/gidMappings \
		"need a user namespace"
}

@test "a user namespace without id mappings" {
	refuses '.linux.namespaces += [{type: "user"}]' /linux/namespaces/5 "uidMappings"
}

@test "mappings that overlap or are too large" {
	local user='.linux.namespaces += [{type: "user"}] | .linux.gidMappings = [{containerID: 0, hostID: 0, size: 9}]'
	refuses "$user | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 9},
		{containerID: 5, hostID: 100, size: 9}]" "" ""
	promise
	refuses "$user | .linux.uidMappings = [{containerID: 0, hostID: 1, size: 4294967295}]" \
		/linux/uidMappings ""
}

@test "a user that the mappings do not have" {
	promise
	refuses '.linux.namespaces += [{type: "user"}] | .process.user.uid = 9 |
		.linux.uidMappings = [{containerID: 0, hostID: 0, size: 9}] |
		.linux.gidMappings = .linux.uidMappings' /process/user/uid "the uid 9"
}

# --- namespaces ----------------------------------------------------------------------------------

@test "a namespace whose path is none" {
	refuses '.linux.namespaces[0].path = "/no/such/namespace"' "/linux/namespaces/0(/path)?" \
		/no/such/namespace "no such file or directory"
	refuses '.linux.namespaces[0].path = "/etc/passwd"' "/linux/namespaces/0(/path)?" \
		'"/etc/passwd" is not a pid namespace'
	refuses '.linux.namespaces[0].path = "/proc/self/ns/net"' "/linux/namespaces/0(/path)?" \
		'"/proc/self/ns/net" is not a pid namespace'
	refuses '.linux.namespaces[0].path = "relative"' "/linux/namespaces/0/path" "not absolute"
}

@test "what would change the host" {
	refuses 'del(.linux.namespaces[] | select(.type == "uts"))' /hostname "no uts namespace"
	refuses '.linux.sysctl = {"net.ipv4.ip_forward": "1"} |
		del(.linux.namespaces[] | select(.type == "network"))' "/linux/sysctl.*" net
	refuses '.linux.sysctl = {"kernel.panic": "1"}' "/linux/sysctl.*" kernel.panic
	promise
	refuses '.linux.rootfsPropagation = "shared" |
		del(.linux.namespaces[] | select(.type == "mount"))' /mounts/0 "no mount namespace"
	refuses 'del(.linux.namespaces)' "" "the host"
}

# --- root and mounts -----------------------------------------------------------------------------

@test "root missing" {
	refuses 'del(.root)' "" "root.path is missing"
	refuses '.root.path = ""' /root "root.path is missing"
	refuses '.root.path = "missing"' /root/path "$BUNDLE/missing" "no such file or directory"
	refuses '.root.path = "config.json"' /root/path "$BUNDLE/config.json" "not a directory"
}

@test "mount source missing" {
	refuses '.mounts += [{destination: "/mnt", source: "/no/such/source", type: "bind",
		options: ["bind"]}]' "/mounts/7(/source)?" /no/such/source "no such file or directory"
	refuses '.mounts += [{destination: "/mnt", source: "missing", options: ["rbind"]}]' \
		"/mounts/7(/source)?" missing "no such file or directory"
}

@test "mounts that the kernel refuses" {
	refuses '.mounts += [{destination: "/mnt", source: "none", type: "nosuchfs"}]' /mounts/7 \
		nosuchfs /mnt "no such device"
	refuses '.mounts += [{destination: "/mnt", source: "none", type: "tmpfs",
		options: ["nosuchoption=1"]}]' "/mounts/7/options" /mnt '"nosuchoption=1": invalid argument'
}

@test "mounts without type or destination" {
	promise
	refuses '.mounts += [{destination: "", type: "tmpfs"}]' /mounts/7/destination "empty"
	refuses '.mounts += [{destination: "/mnt"}]' /mounts/7 "neither a type nor the option bind"
}

@test "mounts over what the runtime trusts" {
	promise
	refuses '.mounts += [{destination: "/proc/self/attr", source: "tmpfs", type: "tmpfs"}]' \
		/mounts/7 /proc/self/attr
	refuses '.mounts += [{destination: "/proc", source: "tmpfs", type: "tmpfs"}]' /mounts/7 /proc
}

@test "paths that are not absolute" {
	promise
	refuses '.linux.maskedPaths += ["proc/kcore"]' /linux/maskedPaths/10 '"proc/kcore"'
	refuses '.linux.readonlyPaths += ["proc/bus"]' /linux/readonlyPaths/5 '"proc/bus"'
}

@test "a sysctl that does not exist" {
	refuses '.linux.sysctl = {"net.ipv4.nosuch": "1"}' "/linux/sysctl.*" nosuch
}

@test "a device without its numbers" {
	promise
	refuses '.linux.devices = [{path: "/dev/x", type: "c"}]' /linux/devices/0 "major number"
	refuses '.linux.devices = [{path: "/dev/x", type: "c", major: 4294967296, minor: 1}]' \
		"/linux/devices/0.*" 4294967296
}

@test "a cgroup's path that leads elsewhere" {
	promise
	refuses '.linux.cgroupsPath = "/../etc"' /linux/cgroupsPath '".."'
	refuses '.linux.cgroupsPath = "a/./b"' /linux/cgroupsPath '"."'
	refuses '.linux.cgroupsPath = "a\nb"' /linux/cgroupsPath "cannot be part"
	refuses '.linux.cgroupsPath = "/"' /linux/cgroupsPath "root of the hierarchy"
}

@test "an answer that cannot be written is an error, whichever it is" {
	local command

	promise
	args /bin/sleep 1000
	background
	for command in "list" "list -q" "list --format json" "ps $ID" "ps --format json $ID" "state $ID" "events --stats $ID" \
		"features" "--version" "--help" "check --format json --bundle $BUNDLE"; do
		status=0
		# shellcheck disable=SC2086 # are words
		"$TARE" --root "$STATE" $command >/dev/full 2>"$WORK/stderr" 3>&- </dev/null || status=$?
		stdout='' stderr=$(<"$WORK/stderr")
		exits 1
		says "write"
	done
}
