#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input: refused with exit status 1 and a message that names the place, and nothing is left.

load helpers

# refuses FILTER POINTER TEXT...: run refuses what the filter makes of the usual config.json. The
# container's program prints something: an empty stdout says that it was never started.
refuses()
{
	local filter=$1 pointer=$2

	shift 2
	new_bundle bundle
	config "$filter"
	is_refused "$pointer" "$@"
}

# is_refused POINTER TEXT...: the same for the bundle as it is. Every runtime must refuse; the words
# are a promise of tare alone. That nothing else is left is what teardown looks for: without a state
# directory it deletes nothing before.
is_refused()
{
	local pointer=$1

	shift
	t_run
	exits 1
	[ -z "$stdout" ] && [ ! -e "$STATE/$ID" ] || show
	is_tare || [ "${TARE_TEST_PROMISES:-}" = 1 ] || return 0
	says "tare: run $ID: " "$@"
	[ -z "$pointer" ] || matches "$stderr" "config\\.json:[0-9]+:[0-9]+ $pointer"$'\n'
}

# literally TEXT: writes config.json.
literally()
{
	printf '%s' "$1" >"$BUNDLE/config.json"
}

alive()
{
	local state

	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null)
	[ -n "$state" ] && [ "$state" != Z ]
}

dead()
{
	! alive "$1"
}

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
	silent
	must --log-level warning run --bundle "$BUNDLE" "$ID"
	says CAP_NOSUCH
}

@test "unknown members are ignored" {
	config '.["org.example.member"] = {"a": [1, {}]} | .process.nosuch = 1 | .linux.nosuch = "x"'
	args /bin/true
	inside
	[ -z "$stderr" ]
}

# --- what tare cannot do -------------------------------------------------------------------------

@test "a member that nothing acts on is refused by its name" {
	promise
	refuses '.linux.resources.blockIO = {weight: 100}' /linux/resources/blockIO/weight \
		"not supported yet: /linux/resources/blockIO/weight"
}

@test "all members that nothing acts on are named" {
	promise
	refuses '.linux.resources.blockIO = {weight: 100} |
		.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0"}' \
		'/linux/(memoryPolicy|resources/blockIO/weight)' \
		"not supported yet: " /linux/memoryPolicy /linux/resources/blockIO/weight
}

@test "unsupported does not hide what is wrong" {
	promise
	refuses '.linux.memoryPolicy = {mode: 1}' /linux/memoryPolicy/mode "expected a string"
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
	program_error /data "is a directory"
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

@test "the id 4294967295 is nobody's" {
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
	refuses 'del(.linux.namespaces[] | select(.type == "mount"))' /mounts/0 "no mount namespace"
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
		options: ["nosuchoption=1"]}]' "/mounts/7(/options)?" /mnt "invalid argument"
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

# --- the command line ----------------------------------------------------------------------------

# Only for tare: another runtime's delete --force follows an absolute id to the host's directory of that
# name and removes it. For a tare that is broken the ids lead nowhere but below $WORK.
@test "bad ids" {
	is_tare || skip "not safe on other runtimes"
	local id operation root=$WORK/ids/a/state
	mkdir -p "$root" "$WORK/ids/victim"
	touch "$WORK/ids/victim/file" "$WORK/ids/a/file"
	for id in "" . .. -x .x a/b ../../victim "$WORK/ids/victim" "a b" $'a\nb' $'a\xff' a:b 'a*' \
		"$(printf 'x%.0s' {1..256})"; do
		for operation in "create --bundle $BUNDLE" state start kill delete "delete --force"; do
			# shellcheck disable=SC2086
			t --root "$root" $operation -- "$id"
			exits 1
			matches "$stderr" "container id cannot be empty|invalid container ID format"
		done
	done
	[ -e "$WORK/ids/victim/file" ] && [ -e "$WORK/ids/a/file" ]
	equal "$(find "$root" -mindepth 1)" ""
}

@test "ids as long as can be" {
	promise
	args /bin/true
	t create --bundle "$BUNDLE" "$ID$(printf -- '-x%.0s' {1..100})"
	ok
	must delete "$ID$(printf -- '-x%.0s' {1..100})"
	nothing_left_of "$ID"
}

@test "a duplicate id changes nothing" {
	args /bin/sleep 1000
	t_create
	ok
	find "$STATE/$ID" -printf '%f %s %T@\n' >"$WORK/before"
	config '.hostname = "other"'
	t_create
	exits 1
	says "already exists"
	t_run
	exits 1
	says "already exists"
	find "$STATE/$ID" -printf '%f %s %T@\n' | diff "$WORK/before" -
	has_status "$ID" created
}

@test "a directory that no runtime made is not overwritten" {
	mkdir "$STATE/$ID"
	echo kept >"$STATE/$ID/file"
	t_create
	exits 1
	says "already exists"
	equal "$(cat "$STATE/$ID/file")" kept
	rm -r "${STATE:?}/$ID"
}

@test "an unknown signal" {
	args /bin/sleep 1000
	background
	t kill "$ID" NOSUCH
	exits 1
	says NOSUCH
	has_status "$ID" running
}

@test "terminals that nobody would read" {
	config '.process.terminal = true'
	t_create
	exits 1
	says "cannot allocate tty if runc will detach without setting console socket"
	t run --detach --bundle "$BUNDLE" "$ID"
	exits 1
	config '.process.terminal = false'
	t create --console-socket "$WORK/socket" --bundle "$BUNDLE" "$ID"
	exits 1
	says "cannot use console socket"
	nothing_left_of "$ID"
}

@test "descriptors to preserve that are not open" {
	promise
	args /bin/true
	t run --preserve-fds 5 --bundle "$BUNDLE" "$ID"
	exits 1
	t run --preserve-fds x --bundle "$BUNDLE" "$ID"
	[ "$status" != 0 ]
	nothing_left_of "$ID"
}

# --- the state directory -------------------------------------------------------------------------

@test "a state root that cannot be made or used" {
	promise
	local root operation
	args /bin/true
	for root in /proc/nosuch "$BUNDLE/config.json" "$BUNDLE/config.json/below" /sys/nosuch; do
		t --root "$root" create --bundle "$BUNDLE" "$ID"
		exits 1
		says "$root"
		nothing_left_of "$ID"
	done
	for operation in state start kill delete; do
		t --root "$BUNDLE/config.json" "$operation" "$ID"
		exits 1
		says "does not exist"
	done
	t --root "$BUNDLE/config.json" list
	exits 1
	says "cannot read state root \"$BUNDLE/config.json\""
}

@test "a state root on a read-only file system" {
	local root=$BATS_FILE_TMPDIR/readonly-$MARK
	args /bin/true
	mkdir "$root"
	mount -t tmpfs -o ro none "$root"
	t --root "$root" run --bundle "$BUNDLE" "$ID"
	umount "$root"
	exits 1
	says "read-only file system"
	nothing_left_of "$ID"
}

@test "a state directory of others is not trusted" {
	promise
	args /bin/sleep 1000
	background
	chmod 777 "$STATE/$ID"
	t state "$ID"
	exits 1
	says "$STATE/$ID" "others may write it"
	t delete --force "$ID"
	exits 1
	chmod 700 "$STATE/$ID"
	chown 1000 "$STATE/$ID"
	t kill "$ID" KILL
	exits 1
	chown 0 "$STATE/$ID"
	has_status "$ID" running
}

# The larger the file system, the later it is full: at each point nothing may be left.
@test "a state root on a full file system" {
	promise
	local root=$BATS_FILE_TMPDIR/full-$MARK size id failed=0
	args /bin/sleep 1000
	mkdir "$root"
	for size in size=4k size=8k size=16k nr_inodes=2 nr_inodes=3 nr_inodes=4 nr_inodes=5; do
		mount -t tmpfs -o "$size" none "$root"
		for id in 1 2 3; do
			t --root "$root" create --bundle "$BUNDLE" "$ID-$id"
			[ "$status" != 0 ] || continue
			failed=$((failed + 1))
			exits 1
			says "no space left on device"
			[ ! -e "$root/$ID-$id" ]
		done
		for id in 1 2 3; do
			must --root "$root" delete --force "$ID-$id"
		done
		nothing_left_of "$ID"
		equal "$(find "$root" -mindepth 1)" ""
		umount "$root"
	done
	[ "$failed" -gt 7 ]
}

@test "delete works when the file system has become full" {
	promise
	local root=$BATS_FILE_TMPDIR/full-$MARK
	args /bin/sleep 1000
	mkdir -p "$root"
	mount -t tmpfs -o size=64k none "$root"
	t --root "$root" run --detach --bundle "$BUNDLE" "$ID"
	ok
	head -c 65536 /dev/zero >"$root/fill" 2>/dev/null || true
	must --root "$root" state "$ID"
	must --root "$root" delete --force "$ID"
	umount "$root"
	nothing_left_of "$ID"
}

# --- a damaged record ----------------------------------------------------------------------------

# damaged COMMAND: a running container whose record the command has damaged: everything fails and
# names the file, but delete --force, which leaves nothing.
damaged()
{
	local pid operation

	background
	pid=$(pid_of "$ID")
	(cd "$STATE/$ID" && eval "$1")
	for operation in "state $ID" "start $ID" "kill $ID KILL" "delete $ID"; do
		# shellcheck disable=SC2086
		t $operation
		exits 1
		says "$STATE/$ID/journal" "damaged"
	done
	must list --quiet
	alive "$pid"
	must delete --force "$ID"
	dead "$pid"
	nothing_left_of "$ID"
}

@test "a damaged record is an error that names it, and delete --force cleans up" {
	promise
	local damage
	args /bin/sleep 1000
	for damage in ': >journal' 'truncate -s 40 journal' 'truncate -s 700 journal; echo >>journal' \
		'sed -i "s/ created / creased /" journal' 'head -c 4096 /dev/urandom >journal' \
		'rm journal' 'sed -i 1d journal' 'echo text >>journal' \
		'sed -i "/ init /d; /ready/d" journal'; do
		echo "damage: $damage"
		damaged "$damage"
	done
}

@test "a damaged record of a container that waits for start" {
	promise
	local pid
	args /bin/sleep 1000
	t_create
	ok
	pid=$(pid_of "$ID")
	head -c 100 /dev/urandom >"$STATE/$ID/journal"
	must delete --force "$ID"
	dead "$pid"
	nothing_left_of "$ID"
}

@test "when nothing tells about the process, delete --force does not claim success" {
	promise
	local pid
	args /bin/sleep 1000
	background
	pid=$(pid_of "$ID")
	cp -a "$STATE/$ID" "$WORK/saved"
	echo text >"$STATE/$ID/journal"
	ln -sfn nonsense "$STATE/$ID/init"
	t delete --force "$ID"
	exits 1
	says "$STATE/$ID" journal init damaged
	alive "$pid"
	cp -a "$WORK/saved/." "$STATE/$ID"
	must delete --force "$ID"
	dead "$pid"
}

@test "a record that cannot be read" {
	promise
	local pid
	args /bin/sleep 1000
	background
	pid=$(pid_of "$ID")
	mv "$STATE/$ID/journal" "$WORK/journal"
	mkdir "$STATE/$ID/journal"
	t state "$ID"
	exits 1
	says "cannot read \"$STATE/$ID/journal\""
	t delete --force "$ID"
	exits 1
	says "$STATE/$ID/journal"
	alive "$pid"
	rmdir "$STATE/$ID/journal"
	mv "$WORK/journal" "$STATE/$ID/journal"
	must delete --force "$ID"
	dead "$pid"
}

# A line of a record with its checksum, which is FNV-1a.
record_line()
{
	local sum=2166136261 i

	for ((i = 0; i < ${#1}; i++)); do
		sum=$(((sum ^ $(printf '%d' "'${1:i:1}")) * 16777619 & 0xffffffff))
	done
	printf '%08x %s\n' "$sum" "$1"
}

@test "a record of another version is not guessed at" {
	promise
	args /bin/sleep 1000
	background
	sed -i "1s/.*/$(record_line "tare-journal 9 $(cat /proc/sys/kernel/random/boot_id)")/" \
		"$STATE/$ID/journal"
	t state "$ID"
	exits 1
	says "$STATE/$ID/journal" "another version"
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "a record from before the machine was started kills nobody" {
	promise
	local pid
	args /bin/sleep 1000
	background
	pid=$(pid_of "$ID")
	sed -i "1s/.*/$(record_line "tare-journal 1 00000000-1111-2222-3333-444444444444")/" \
		"$STATE/$ID/journal"
	cp -a "$STATE/$ID/journal" "$WORK/journal"
	has_status "$ID" stopped
	t kill "$ID" KILL
	exits 1
	says "container not running"
	alive "$pid"
	must delete --force "$ID"
	[ ! -e "$STATE/$ID" ]
	alive "$pid"
	# As the next container of this id would be in the way of the one that is there.
	t_create
	exits 1
	says "container's cgroup is not empty"
	mkdir "$STATE/$ID"
	cp "$WORK/journal" "$STATE/$ID"
	kill -KILL "$pid"
	wait_for dead "$pid"
	must delete "$ID"
	nothing_left_of "$ID"
}

@test "a record of a process whose pid has another one now kills nobody" {
	promise
	local pid
	args /bin/sleep 1000
	background
	kill -KILL "$(pid_of "$ID")"
	wait_for has_status "$ID" stopped
	sleep 1000 3>&- &
	pid=$!
	record_line "init $pid 12345" >>"$STATE/$ID/journal"
	t kill "$ID" KILL
	exits 1
	says "container not running"
	must delete --force "$ID"
	alive "$pid"
	kill -KILL "$pid"
	nothing_left_of "$ID"
}

@test "a directory without a record is not a container's" {
	promise
	mkdir "$STATE/$ID"
	t state "$ID"
	exits 1
	says "$STATE/$ID/journal" "missing or empty"
	must delete --force "$ID"
	[ ! -e "$STATE/$ID" ]
}

@test "delete --force touches no file of a directory that is no container's" {
	promise
	mkdir "$STATE/$ID"
	touch "$STATE/$ID/start" "$STATE/$ID/result" "$STATE/$ID/other"
	t delete --force "$ID"
	exits 1
	says "$STATE/$ID"
	equal "$(find "$STATE/$ID" -type f | wc -l)" 3
	rm -r "${STATE:?}/$ID"
}
