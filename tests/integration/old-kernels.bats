#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2016,SC2154
# Kernels that lack one of the newer system calls, or a flag of it: a container is what it is with them, or it is
# refused with the name of the call, and nothing is left. A filter of system calls makes the kernel older.

load helpers

# What src/sys/calls.c knows of.
CALLS="pidfd_send_signal open_tree move_mount fsopen fsconfig fsmount pidfd_open clone3 openat2 pidfd_getfd faccessat2
	close_range mount_setattr memfd_create execveat"

# Flags that are newer than their call: CALL:ARGUMENT:MASK.
FLAGS="memfd_create:1:0x8 memfd_create:1:0x10 memfd_create:1:0x18"

# behind WHAT COMMAND [ARGUMENT...]: the runtime of the command lacks the call, or the flag.
behind()
{
	local what=$1 real=$TARE result=0

	shift
	make_helper without
	case $what in
	*:*) what="none --flag $what" ;;
	esac
	printf '#!/bin/sh\nexec "%s" %s -- "%s" "$@"\n' "$BIN/without" "$what" "$real" >"$WORK/tare"
	chmod +x "$WORK/tare"
	TARE=$WORK/tare
	"$@" || result=$?
	TARE=$real
	return $result
}

# What the reporter says, without the numbers that no two containers have in common.
facts()
{
	jq -S --argjson host "$("$BIN/reporter")" '
		del(.mounts[] | .id, .parent, .device)
		| if .pid == 1 then . else del(.pid, .pgid, .sid) end
		| .mounts |= map(.optional |= gsub("[0-9]+"; "N"))
		| .namespaces |= with_entries(.value = (.value == $host.namespaces[.key]))' "$WORK/stdout" >"$1"
}

# is_what_it_was WHAT: the same as with all calls, or refused by name.
is_what_it_was()
{
	if [ "$status" = 0 ]; then
		facts "$WORK/facts"
		diff "$WORK/wanted" "$WORK/facts" >"$WORK/diff" || {
			echo "without $1:" >&2
			cat "$WORK/diff" >&2
			return 1
		}
		kept="$kept $1"
	else
		exits "${2:-1}"
		says "$1 is missing: this Linux is older than "
		[ -z "$stdout" ] || show
		refused="$refused $1"
	fi
}

# compare: runs the bundle without each of the calls in turn.
compare()
{
	local call kept="" refused=""

	behind none t_run
	ok
	facts "$WORK/wanted"
	for call in $CALLS $FLAGS; do
		behind "$call" t_run
		is_what_it_was "$call"
	done
	nothing_left_of "$ID"
	echo "# the same without:$kept; refused without:$refused" >&3
	# A filter that does nothing would let all of them pass.
	matches "$refused" " openat2 .* mount_setattr "
	matches "$kept" " memfd_create:1:0x18"
}

@test "run: the usual container" {
	promise
	compare
}

@test "run: attributes of mounts, a filter of system calls, sysctls, hooks" {
	promise
	mount_add '{destination: "/data", type: "bind", source: "'"$SHARED/data"'",
		options: ["rbind", "ro", "nosuid", "nodev", "noexec", "noatime", "nosymfollow"]}'
	mount_add '{destination: "/volume", type: "bind", source: "'"$SHARED/volume"'", options: ["rbind", "rro", "rnodev"]}'
	mount_add '{destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "size=1m", "mode=700"]}'
	config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["acct"], action: "SCMP_ACT_ERRNO"}]}
		| .linux.sysctl = {"kernel.shmmax": "4096"}
		| .linux.rootfsPropagation = "private"
		| .process.user = {uid: 1000, gid: 1000, additionalGids: [5, 6]}
		| .hooks = {createRuntime: [{path: "/bin/true"}], createContainer: [{path: "/bin/true"}]}'
	compare
}

@test "run: a user namespace, and a mount with ids of its own" {
	promise
	namespace user
	namespace cgroup
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	chmod a+x "$WORK" "$BUNDLE"
	mount_add '{destination: "/data", type: "bind", source: "'"$SHARED/data"'", options: ["bind", "ro"],
		uidMappings: [{containerID: 0, hostID: 100000, size: 65536}],
		gidMappings: [{containerID: 0, hostID: 100000, size: 65536}]}'
	compare
}

@test "run: without a filter of no_new_privs, and with all capabilities" {
	promise
	config '.process.noNewPrivileges = false | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
	all_capabilities
	compare
}

@test "exec: the same process, or none" {
	local call kept="" refused=""

	promise
	args /bin/sleep 1000
	background
	must exec "$ID" /bin/reporter
	behind none t exec "$ID" /bin/reporter
	ok
	facts "$WORK/wanted"
	for call in $CALLS $FLAGS; do
		behind "$call" t exec "$ID" /bin/reporter
		is_what_it_was "$call" 255
		equal "$(pgrep -cP "$(pid_of "$ID")" || true)" 0
	done
	matches "$refused" " pidfd_open clone3 openat2 "
	matches "$kept" " pidfd_send_signal "
	has_status "$ID" running
}

# effect OPERATION: has it happened?
effect()
{
	case $1 in
	start | resume) has_status "$ID" running ;;
	pause) has_status "$ID" paused ;;
	kill) wait_for has_status "$ID" stopped ;;
	delete) [ ! -e "$STATE/$ID" ] ;;
	update) equal "$(cat "$CGROUPS/pids/$ID/pids.max")" 23 ;;
	*) true ;;
	esac
}

# operation NAME: what must be before it, and its words.
operation()
{
	words=("$1" "$ID")
	case $1 in
	start) must create --bundle "$BUNDLE" "$ID" ;;
	*) background ;;
	esac
	case $1 in
	resume) must pause "$ID" ;;
	kill) words=(kill "$ID" KILL) ;;
	delete) words=(delete --force "$ID") ;;
	update) words=(update --pids-limit 23 "$ID") ;;
	events) words=(events --stats "$ID") ;;
	list) words=(list) ;;
	esac
}

@test "start, state, list, ps, events, update, pause, resume, kill and delete: done, or refused by name" {
	local call name words refused=""

	promise
	needs_v1 pids
	args /bin/sleep 1000
	for name in start state list ps events update pause resume kill delete; do
		for call in pidfd_send_signal pidfd_open openat2 close_range memfd_create clone3; do
			operation "$name"
			behind "$call" t "${words[@]}"
			if [ "$status" = 0 ]; then
				effect "$name"
			else
				exits 1
				says "$call is missing: this Linux is older than "
				refused="$refused $name/$call"
			fi
			must delete --force "$ID"
		done
	done
	nothing_left_of "$ID"
	matches "$refused" " kill/pidfd_send_signal .*delete/pidfd_open"
}

@test "an older call that a filter forbids is told by what failed" {
	promise
	make_helper without
	behind statx t_run
	exits 1
	says "cannot read config.json: function not implemented"
	behind prctl t_run
	exits 1
	says ": function not implemented"
	behind prlimit64 t_run
	exits 1
	says "cannot set RLIMIT_NOFILE" "function not implemented"
	nothing_left_of "$ID"
}
