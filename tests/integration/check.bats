#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# check: all that is wrong with a bundle is told at once, and nothing of one that runs.
# shellcheck disable=SC2016,SC2154

load helpers

setup()
{
	names
	WORK=$BATS_TEST_TMPDIR
	ID=$MARK-$BATS_TEST_NUMBER
	new_bundle bundle
	promise
}

# looks: checks the bundle; the answer as JSON is in $WORK/report.
looks()
{
	t check --bundle "$BUNDLE" --format json
	cp "$WORK/stdout" "$WORK/report"
	[ -z "$stderr" ] || show
}

# finds POINTER TEXT: a problem in that place; the text stands in it.
finds()
{
	jq -e --arg p "$1" --arg t "$2" \
		'.problems[] | select(.pointer == $p and (.msg | contains($t)))' "$WORK/report" >/dev/null || {
		echo "not found: $1: $2" >&2
		jq -c '.problems[]' "$WORK/report" >&2
		return 1
	}
}

# finds_only POINTER TEXT: and nothing else is wrong.
finds_only()
{
	looks
	exits 1
	finds "$@"
	is '.problems | length' 1
	# What is said here is what create would find.
	t_run
	[ "$status" != 0 ]
	[ ! -e "$STATE/$ID" ]
}

# warns_only POINTER TEXT: the container is made all the same.
warns_only()
{
	looks
	ok
	finds "$@"
	is '[.problems[].severity] | unique' '["warning"]'
}

@test "check: nothing is said of a bundle that runs" {
	args /bin/true
	t check --bundle "$BUNDLE"
	ok
	silent
	looks
	ok
	prints '{"problems":[]}'
	inside
	(cd "$BUNDLE" && "$TARE" check) 3>&-
}

@test "check: a bundle with problems of every kind, all told at once and in their places" {
	own_root
	config '
		.process.noNewPrivileges = "true" |
		.process.nonewprivileges = true |
		.process.args = ["no-such-program"] |
		.process.env += ["NOVALUE"] |
		.process.rlimits += [{type: "RLIMIT_NOFIEL", hard: 1, soft: 1}] |
		.process.oomScoreAdj = 5000 |
		.hostnam = "x" |
		.mounts += [{destination: "/mnt", type: "bind", source: "/tare/is/not/there", options: ["rbind"]},
			{destination: "/nothing"}, {type: "tmpfs"}] |
		.hooks = {prestart: [{path: "relative"}, {path: "/tare/no/hook"}]} |
		.linux.namespaces += [{type: "pid"}] |
		.linux.maskedPaths = ["relative"] + .linux.maskedPaths |
		.linux.sysctl = {"kernel.panic": "1"} |
		.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 1}] |
		.linux.seccomp = {defaultAction: "SCMP_ACT_KIL"}'
	looks
	exits 1
	finds /process/noNewPrivileges "expected a boolean, found a string"
	finds /process/nonewprivileges "did you mean noNewPrivileges?"
	finds /process/args 'the program "no-such-program" is in no directory of PATH'
	finds /process/env/2 "has no '='"
	finds /process/rlimits/1 "did you mean RLIMIT_NOFILE?"
	finds /process/oomScoreAdj "between -1000 and 1000"
	finds /hostnam "did you mean hostname?"
	finds /mounts/7/source "there is no"
	finds /mounts/8 "neither a type nor the option bind"
	finds /mounts/9 '"destination" is missing'
	finds /hooks/prestart/0/path "not an absolute path"
	finds /hooks/prestart/1 'the hook "/tare/no/hook" is not there'
	finds /linux/namespaces/5 "given twice"
	finds /linux/maskedPaths/0 "not absolute"
	finds /linux/sysctl "not in a separate kernel namespace"
	finds /linux/seccomp/defaultAction "did you mean SCMP_ACT_KILL?"
	# Each once, with its line and column, in the order of the file.
	is '[.problems[] | .line and .column and .severity] | all' true
	is '[.problems[].line] | . == sort' true
	is '[.problems[] | [.pointer, .msg]] | length == (unique | length)' true
	# The same for people: as the errors of the runtime look.
	t check --bundle "$BUNDLE"
	exits 1
	[[ $stdout == *$'tare: check: expected a boolean, found a string\n  config.json:'*$' /process/noNewPrivileges\n'* ]] || show
	[[ $stdout == *"tare: check: warning: "* ]] || show
	[[ $stdout == *$'\n  hint: '* ]] || show
	equal "$(grep -c '^tare: check: ' <<<"$stdout")" "$(jq '.problems | length' "$WORK/report")"
}

@test "check: lines and columns are those of the file" {
	printf '%s\n' '{' '  "ociVersion": "1.0.0",' '  "root": {"path": "'"$SHARED"'"},' \
		'  "process": {"cwd": "/", "args": ["/bin/true"], "user": {"uid": -1}},' \
		'  "mounts": [1, {"destination": "/a", "type": 2}, {"destination": "/proc", "type": "tmpfs"}],' \
		'  "linux": {"namespaces": [{"type": "mount"}]}' '}' >"$BUNDLE/config.json"
	looks
	exits 1
	is '[.problems[] | [.pointer, .line, .column]]' '[["/process/user/uid", 4, 66],
		["/mounts/0", 5, 14], ["/mounts/1/type", 5, 47], ["/mounts/2", 5, 51]]'
}

@test "check: what cannot be read does not lead to complaints about the rest" {
	args /bin/true
	config '.linux.namespaces[0].type = "x" | .linux.namespaces[1].type = "y" | .linux.sysctl = {"kernel.msgmax": "8192"}'
	looks
	exits 1
	is '[.problems[].pointer]' '["/linux/namespaces/0/type", "/linux/namespaces/1/type"]'
	new_bundle bundle
	args /bin/true
	config '.mounts[0].options = "ro" | .process.rlimits[0].type = 3'
	looks
	is '[.problems[].pointer] | sort' '["/mounts/0/options", "/process/rlimits/0/type"]'
	new_bundle bundle
	args /bin/true
	config 'del(.ociVersion) | del(.process.cwd) | .process.oomScoreAdj = 2000'
	looks
	is '[.problems[] | .pointer // ""] | sort' '["", "/process", "/process/oomScoreAdj"]'
}

@test "check: a text that is no JSON, and what stands before" {
	printf '{"ociVersion": 1, "hostname": [], "x": }' >"$BUNDLE/config.json"
	looks
	exits 1
	finds /ociVersion "expected a string"
	finds /hostname "expected a string"
	finds /x "not JSON"
	rm "$BUNDLE/config.json"
	looks
	exits 1
	is '[.problems[].msg | contains("no such file or directory")]' '[true]'
}

# --- what this host has not ----------------------------------------------------------------------

@test "check: the root, the program and its rights" {
	args /bin/true
	config '.root.path = "nowhere"'
	finds_only /root/path "is not there"
	new_bundle bundle
	own_root
	args /bin/true
	touch "$ROOTFS/data/plain" && chmod 644 "$ROOTFS/data/plain"
	args /data/plain
	finds_only /process/args "is not executable"
	args /data
	finds_only /process/args "is a directory"
	args /data/none
	finds_only /process/args "is not there"
	# The host has such a file; a link inside does not lead there.
	ln -s /usr/bin/env "$ROOTFS/data/out"
	rm -f "$ROOTFS/usr/bin/env"
	args /data/out
	finds_only /process/args "is not there"
	# A mount may have it.
	mount_add "{destination: \"/data\", source: \"$SHARED/bin\", options: [\"bind\"]}"
	args /data/true
	looks
	ok
	inside
}

@test "check: sources of mounts, namespaces to join, hooks" {
	args /bin/true
	mount_add '{destination: "/mnt", source: "/tare/no/source", options: ["bind"]}'
	finds_only /mounts/7/source "there is no"
	new_bundle bundle
	args /bin/true
	namespace network /tare/no/namespace
	looks
	finds /linux/namespaces/4/path "there is no"
	namespace network /proc/self/ns/uts
	looks
	finds /linux/namespaces/4/path "is not a network namespace"
	namespace network /proc/self/status
	looks
	finds /linux/namespaces/4/path "is not a namespace"
	namespace network /proc/self/ns/net
	looks
	ok
	new_bundle bundle
	args /bin/true
	config '.hooks = {poststop: [{path: "/etc/passwd"}]}'
	looks
	finds /hooks/poststop/0 "is not executable"
}

@test "check: what the caller may not give" {
	args /bin/true
	has_capability 24 && skip_or_fail "needs a root without CAP_SYS_RESOURCE"
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", hard: 10000000, soft: 1024}]'
	finds_only /process/rlimits/0 "above the caller's own"
	new_bundle bundle
	args /bin/true
	config '.process.oomScoreAdj = -1000'
	finds_only /process/oomScoreAdj "below the caller's own"
	new_bundle bundle
	args /bin/true
	config '.process.capabilities |= with_entries(.value += ["CAP_SYS_RESOURCE"])'
	finds_only /process/capabilities "CAP_SYS_RESOURCE"
}

@test "check: ids that the caller's user namespace has not" {
	args /bin/true
	config '.linux += {uidMappings: [{containerID: 0, hostID: 1000, size: 70000}],
		gidMappings: [{containerID: 0, hostID: 0, size: 1}]}'
	namespace user
	status=0
	# There the id 0 is the only one.
	unshare --user --map-root-user "$TARE" check --bundle "$BUNDLE" --format json >"$WORK/report" 3>&- || status=$?
	equal "$status" 1
	finds /linux/uidMappings "has not all of the 70000 ids from 1000"
	is '[.problems[] | select(.pointer == "/linux/gidMappings")] | length' 0
}

@test "check: warnings are no failure" {
	args /bin/true
	config '.processs = {} | .process.capabilities.bounding += ["CAP_NONE"]'
	warns_only /processs "did you mean process?"
	is '[.problems[] | .msg | contains("CAP_NONE")] | any' true
	inside
	new_bundle bundle
	args /bin/true
	mount_add '{destination: "/mnt", type: "nofs-of-tare", source: "x"}'
	warns_only /mounts/7 'no file system "nofs-of-tare"'
}

# --- any bundle ----------------------------------------------------------------------------------

@test "check: every recorded configuration, and every one cut short, comes to an answer" {
	local file count=0

	for file in "$HERE"/../data/configs/*/*.config.json; do
		cp "$file" "$BUNDLE/config.json"
		looks
		[ "$status" -le 1 ] || show
		jq -e '.problems | type == "array"' "$WORK/report" >/dev/null
		head -c $(($(stat -c %s "$file") / 2)) "$file" >"$BUNDLE/config.json"
		looks
		exits 1
		jq -e '.problems | length > 0' "$WORK/report" >/dev/null
		count=$((count + 1))
	done
	[ $count -gt 100 ]
}

@test "check: as a user who owns nothing" {
	args /bin/true
	cp "$TARE" "$WORK/tare"
	chmod -R a+rX "$WORK"
	status=0
	(cd / && setpriv --reuid 12345 --regid 12345 --clear-groups env -i "$WORK/tare" check --bundle "$BUNDLE" \
		--format json) >"$WORK/report" 3>&- || status=$?
	[ "$status" -le 1 ]
	jq -e '.problems | type == "array"' "$WORK/report" >/dev/null
}

@test "check: changes nothing, and is quick" {
	local before after start

	own_root
	args /bin/true
	before=$(find "$BUNDLE" -printf '%p %T@ %s\n' | sort)
	start=$(date +%s%N)
	t check --bundle "$BUNDLE"
	ok
	[ $((($(date +%s%N) - start) / 1000000)) -lt 500 ]
	after=$(find "$BUNDLE" -printf '%p %T@ %s\n' | sort)
	equal "$after" "$before"
	nothing_left_of "$ID"
}

@test "check: devices that the host does not have, and a share of its caches" {
	config '.linux.netDevices = {"tare-none": {}}'
	finds_only /linux/netDevices/tare-none 'this host has no network device "tare-none"'
	config '.linux.netDevices = {"a b": {}, "c/d": {}}'
	looks
	exits 1
	finds "/linux/netDevices/a b" "is not the name of a network device"
	finds "/linux/netDevices/c~1d" "is not the name of a network device"
	! grep -q ' - resctrl ' /proc/self/mountinfo || skip "needs a host without a resctrl file system"
	config 'del(.linux.netDevices) | .linux.intelRdt = {closID: "x"}'
	finds_only /linux/intelRdt "no resctrl"
}

@test "check: no systemd, and processors that the host does not have" {
	config '.process.execCPUAffinity = {initial: "0", final: "8000"}'
	args /bin/true
	warns_only /process/execCPUAffinity/final "only the processors"
	config '.process.execCPUAffinity = {initial: "0,8000"}'
	looks
	is '.problems | length' 0
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$WORK/nothing
	t --systemd-cgroup check --bundle "$BUNDLE"
	unset DBUS_SYSTEM_BUS_ADDRESS
	exits 1
	matches "$stdout" "cannot connect to systemd"
}
