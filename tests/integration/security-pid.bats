#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154
# A container in the pid namespace of another that may trace (CVE-2016-9962): whatever that takes hold of has the rights
# of the final program, and nothing of the runtime's or the host's.

load helpers
load seccomp

# How often a container is made; each is one chance to be seen.
ROUNDS=15

# The three of base.json; CAP_SYS_ADMIN is the 21st.
CAPS=20000420
ADMIN=20200420

# watched MODE CAPS [FILTER [UID [NAME=VALUE]]]: a container with a watcher in it, and the bundle in its pid namespace.
watched()
{
	local bundle=$BUNDLE watcher uid=${4:-0}

	promise
	make_helper watcher
	new_bundle watcher
	own_root
	cp "$BIN/watcher" "$ROOTFS/bin/watcher"
	mkdir "$ROOTFS/report"
	config ".process.noNewPrivileges = false | .root.readonly = false"
	all_capabilities
	config "${3:-.}"
	args /bin/watcher "mode=$1" report=/report/lines "caps=$2" "uid=$uid" ${5:+"$5"} "mnt=$(readlink /proc/self/ns/mnt)" \
		"program=$(stat -c %d:%i "$TARE")" word=TARE_TEST_MARK= "path=$WORK"
	chmod 777 "$ROOTFS/report"
	REPORT=$ROOTFS/report/lines
	background "$ID-watcher"
	watcher=$(pid_of "$ID-watcher")
	wait_for grep -q ready "$REPORT"
	BUNDLE=$bundle
	namespace pid "/proc/$watcher/ns/pid"
	args /bin/true
}

# nothing_found [PERCENT]: so many of the processes that were there have been looked at, and nothing was found.
nothing_found()
{
	local seen

	has_status "$ID-watcher" running
	seen=$(grep -c ^seen "$REPORT" || true)
	[ "$seen" -ge $((ROUNDS * ${1:-80} / 100)) ] || {
		echo "only $seen processes were seen of $ROUNDS" >&2
		return 1
	}
	equal "$(grep ^bad "$REPORT" || true)" ""
}

created()
{
	local i

	for ((i = 0; i < ROUNDS; i++)); do
		must create --bundle "$BUNDLE" "$ID"
		must start "$ID"
		must delete --force "$ID"
	done
}

ran()
{
	local i

	for ((i = 0; i < ROUNDS; i++)); do
		inside
	done
}

@test "CVE-2016-9962: traced at every system call: create and start" {
	ROUNDS=60
	watched trace $CAPS
	created
	nothing_found
}

@test "CVE-2016-9962: traced at every system call: run" {
	ROUNDS=60
	watched trace $CAPS
	ran
	# Nothing waits for the watcher here.
	nothing_found 20
}

@test "CVE-2016-9962: looked at all the time, without tracing" {
	watched look $CAPS
	created
	nothing_found
}

@test "CVE-2016-9962: traced, without noNewPrivileges" {
	watched trace $CAPS
	privileges_can_grow
	created
	nothing_found
}

@test "CVE-2016-9962: traced, with a profile and noNewPrivileges" {
	watched trace $CAPS
	recorded docker-28.5.2/default.config.json
	created
	nothing_found
}

@test "CVE-2016-9962: traced, with a profile and without noNewPrivileges" {
	watched trace $CAPS
	privileges_can_grow
	recorded docker-28.5.2/default.config.json
	created
	nothing_found
}

@test "CVE-2016-9962: traced, with a profile that can be loaded last only: CAP_SYS_ADMIN, and nothing else, is there until then" {
	watched trace $ADMIN
	privileges_can_grow
	profile KILL_PROCESS "{names: $START, action: \"SCMP_ACT_ALLOW\"}"
	calls
	created
	nothing_found
}

@test "CVE-2016-9962: traced, with a terminal" {
	local i

	watched trace $CAPS
	config '.process.terminal = true'
	for ((i = 0; i < ROUNDS; i++)); do
		TARE_TEST_MARK=$MARK "$BIN/pty" -- "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
			</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&-
	done
	nothing_found 20
}

@test "CVE-2016-9962: traced, with createContainer and startContainer hooks" {
	watched trace $CAPS
	config '.hooks = {createContainer: [{path: "/bin/true"}], startContainer: [{path: "/bin/true"}]}'
	created
	nothing_found
}

@test "CVE-2016-9962: traced, with procfs, devices and masked paths of an engine" {
	watched trace $CAPS
	config '.linux.maskedPaths = ["/proc/kcore", "/proc/keys", "/sys/firmware"]
		| .linux.readonlyPaths = ["/proc/sys", "/proc/bus"]
		| .linux.sysctl = {"net.ipv4.ip_forward": "1"}'
	namespace cgroup
	created
	nothing_found
}

@test "a watcher in a user namespace can take hold of nothing" {
	watched trace $CAPS '.linux.namespaces += [{type: "user"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	ROUNDS=5
	created
	equal "$(cat "$REPORT")" ready
}

# --- all of it together --------------------------------------------------------------------------

# on_terminal: the bundle is run ROUNDS times with a terminal of its own.
on_terminal()
{
	local i

	for ((i = 0; i < ROUNDS; i++)); do
		TARE_TEST_MARK=$MARK "$BIN/pty" -- "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
			</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&-
	done
}

# each_way: with and without a profile, noNewPrivileges and a terminal.
each_way()
{
	local filter grow

	ROUNDS=4
	for filter in no yes; do
		[ $filter = no ] || recorded docker-28.5.2/default.config.json
		for grow in false true; do
			config '.process.terminal = false | .process.noNewPrivileges = ($grow | not)' --argjson grow $grow
			created
			config '.process.terminal = true'
			on_terminal
		done
	done
	has_status "$ID-watcher" running
}

@test "CVE-2016-9962: traced, each way: profile, noNewPrivileges, terminal" {
	watched trace $CAPS
	each_way
	ROUNDS=16
	nothing_found
}

@test "CVE-2016-9962: without CAP_SYS_PTRACE, each way: a process of the same user reaches the program and not init" {
	watched trace 0 '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = {}' 1000 hidden=1
	config '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = {}'
	each_way
	equal "$(grep '^bad: init' "$REPORT" || true)" ""
}

@test "CVE-2016-9962: in the user namespace that is joined, each way: whoever may trace there reaches the program and not init" {
	local watcher

	watched trace $CAPS '.linux.namespaces += [{type: "user"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = .linux.uidMappings' 0 hidden=1
	watcher=$(pid_of "$ID-watcher")
	namespace user "/proc/$watcher/ns/user"
	each_way
	grep -q ^seen "$REPORT"
	equal "$(grep ^bad "$REPORT" || true)" ""
}
