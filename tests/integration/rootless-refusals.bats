#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What jq is to read stands in single quotes.
# shellcheck disable=SC2016,SC2154,SC2034
# Containers of an ordinary user: cgroups that he has or has not, and what is refused, each with its reason.

load helpers
load user

# --- cgroups -------------------------------------------------------------------------------------

@test "without a delegated cgroup there is none, and the caller's stays" {
	as_user
	single_map
	args /bin/sleep 1000
	background
	equal "$(cut -d: -f2- "/proc/$(pid_of "$ID")/cgroup" | sort)" "$(cut -d: -f2- /proc/self/cgroup | sort)"
	config '.linux.namespaces += [{type: "cgroup"}]'
	args /bin/ls /sys/fs/cgroup
	must delete --force "$ID"
	inside
}

@test "a delegated cgroup is used, and its limits" {
	as_user
	single_map
	delegated pids
	config '.linux.resources.pids.limit = 20'
	args /bin/sleep 1000
	background
	equal "$(cat "$delegated/$ID/pids.max")" 20
	equal "$(cat "$delegated/$ID/cgroup.procs")" "$(pid_of "$ID")"
	t kill --all "$ID" TERM
	ok
	must kill --all "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	[ ! -e "$delegated/$ID" ]
	delegated_end
}

# What he was delegated he can use inside as well; to another id of his ranges he cannot give it.
@test "v2: a delegated cgroup can be divided inside by whom it belongs to" {
	[ -e "$CGROUPS/cgroup.controllers" ] || skip_or_fail "needs a host with cgroup v2 alone, as the guest is"
	needs_helpers
	as_user
	several_ranges
	delegated pids
	namespace cgroup
	config '(.mounts[] | select(.type == "cgroup")) |= (.source = "cgroup" | .options = ["nosuid", "nodev", "noexec", "rw"])'
	script 'cd /sys/fs/cgroup; mkdir mine && echo made; stat -c %u .'
	inside
	matches "$stdout" $'made\n0$'
	config '.process.user = {uid: 7, gid: 7}'
	t_run
	ok
	matches "$stdout" '^0$'
	nothing_left_of "$ID"
	delegated_end
}

@test "a limit without a delegated cgroup is refused" {
	as_user
	single_map
	config '.linux.resources.pids.limit = 20'
	refused /linux/resources/pids/limit 'the limit needs a cgroup with the controller "pids", and none was delegated to user 61234'
	config '.linux.resources = {memory: {limit: 100000000}}'
	refused /linux/resources/memory/limit 'the controller "memory"'
}

@test "a cgroupsPath without rights is refused" {
	as_user
	single_map
	config '.linux.cgroupsPath = "/\($id)"' --arg id "$ID"
	refused "" "was not delegated to user 61234 (--cgroup-manager disabled does without)" "permission denied"
	t --cgroup-manager disabled run --bundle "$BUNDLE" "$ID"
	script true
	must --cgroup-manager disabled run --bundle "$BUNDLE" "$ID"
}

@test "--rootless: false wants a cgroup of everybody, true of nobody, other words are refused" {
	as_user
	single_map
	args /bin/true
	t --rootless=false create --bundle "$BUNDLE" "$ID"
	exits 1
	says "cannot make cgroup" "permission denied"
	nothing_left_of "$ID"
	must --rootless=true run --bundle "$BUNDLE" "$ID"
	must --rootless=auto run --bundle "$BUNDLE" "$ID"
	t --rootless=maybe run --bundle "$BUNDLE" "$ID"
	exits 1
	says 'invalid rootless: "maybe" is none of auto|true|false'
}

@test "rules for devices: everything is denied anyhow, a single denial has no effect and is warned of" {
	as_user
	single_map
	args /bin/true
	inside
	silent
	config '.linux.resources.devices += [{allow: false, type: "c", major: 1, minor: 8, access: "rwm"}]'
	inside
	says "what linux.resources.devices denies the container is not kept from it"
}

# --- ids -----------------------------------------------------------------------------------------

@test "a user without a user namespace is refused" {
	as_user
	refused /linux/namespaces "user 61234 may make containers in a user namespace only, and linux.namespaces has none"
}

@test "ids that he was not granted are refused, and he is told which he was" {
	needs_helpers
	as_user
	several_ranges
	config '.linux.uidMappings[1].hostID = 500000'
	refused /linux/uidMappings "cannot write the user id mappings: newuidmap: uid range" "not allowed" \
		"/etc/subuid gives ordinary, uid 61234 300000-365535"
	config '.linux.uidMappings[1].hostID = 300000 | .linux.gidMappings[1].size = 70000'
	refused /linux/gidMappings "cannot write the group id mappings: newgidmap" \
		"/etc/subgid gives ordinary, uid 61234 400000-465535"
	config '.linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}] | .linux.gidMappings[1].size = 65536'
	refused /linux/uidMappings "newuidmap: uid range"
}

@test "a user who was granted nothing is told so" {
	needs_helpers
	as_user
	several_ranges
	: >"$BATS_FILE_TMPDIR/etc/subuid"
	echo "other:300000:65536" >"$BATS_FILE_TMPDIR/etc/subgid"
	refused /linux/gidMappings "/etc/subgid gives ordinary, uid 61234 no ids"
	echo "ordinary:400000:65536" >"$BATS_FILE_TMPDIR/etc/subgid"
	refused /linux/uidMappings "/etc/subuid gives ordinary, uid 61234 no ids"
	echo "61234:300000:65536" >"$BATS_FILE_TMPDIR/etc/subuid"
	args /bin/true
	inside
	echo "ordinary:300000:65536" >"$BATS_FILE_TMPDIR/etc/subuid"
}

@test "no_new_privs keeps newuidmap from its rights, and is named" {
	needs_helpers
	as_user
	several_ranges
	USER_ENTRY="setpriv --no-new-privs"
	refused /linux/gidMappings "no_new_privs of the caller keeps it from its rights"
}

@test "without newuidmap only the own id can be mapped" {
	needs_helpers
	as_user
	several_ranges
	USER_HIDE="$(command -v newgidmap) $(command -v newuidmap)"
	refused /linux/gidMappings "cannot map more than the group id 61234: newgidmap is neither in PATH nor in /usr/bin"
	USER_HIDE=$(command -v newuidmap)
	refused /linux/uidMappings "cannot map more than the user id 61234: newuidmap is neither in PATH nor in /usr/bin"
}

@test "neither root nor the process is mapped" {
	as_user
	single_map
	config '.linux.uidMappings[0].containerID = 1000'
	refused /linux/uidMappings "the id 0 is not mapped: the container would have no root"
	config '.process.user = {uid: 1001, gid: 0}'
	refused /linux/uidMappings "neither the id 0 nor the process's, 1001, is mapped"
	config '.linux.uidMappings[0].containerID = 0 | .process.user.uid = 1000'
	refused /process/user/uid "the uid 1000 is not an id of the container: linux.uidMappings does not map it"
	config '.process.user = {uid: 0, gid: 1000}'
	refused /process/user/gid "the gid 1000 is not an id of the container"
}

@test "additional groups that cannot be set are refused" {
	as_user
	single_map
	config '.process.user.additionalGids = [10]'
	refused /process/user/additionalGids "the gid 10 is not an id of the container"
	USER_ENTRY="unshare --user --map-root-user"
	config 'del(.linux.namespaces[] | select(.type == "user")) | del(.linux.uidMappings, .linux.gidMappings)'
	refused /process/user/additionalGids \
		"the additional group 10 cannot be set: setgroups(2) is denied in the user namespace of the caller"
}

@test "an id of a mount that is not mapped is refused" {
	as_user
	single_map
	mount_add '{destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["uid=5"]}'
	refused /mounts/7 '"uid=5" is not an id of the container: linux.uidMappings does not map it'
}

# --- limits --------------------------------------------------------------------------------------

@test "an OOM score below the caller's is refused, with his" {
	as_user
	single_map
	USER_SCORE=200
	config '.process.oomScoreAdj = -500'
	refused /process/oomScoreAdj \
		"cannot set the OOM score adjustment to -500, below the caller's own 200: that takes CAP_SYS_RESOURCE"
}

@test "a resource limit above the caller's is refused, with his" {
	as_user
	single_map
	USER_ENTRY="prlimit --nofile=500:600"
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 700}]'
	refused /process/rlimits/0 "only CAP_SYS_RESOURCE raises the caller's hard limit, which is 600"
}

@test "a scheduler that takes privilege is refused" {
	as_user
	single_map
	config '.process.scheduler = {policy: "SCHED_FIFO", priority: 10}'
	refused /process/scheduler "operation not permitted"
	config '.process.scheduler = {policy: "SCHED_OTHER", nice: -5}'
	refused /process/scheduler "permi"
}

# --- what belongs to others ----------------------------------------------------------------------

@test "a namespace whose owner is not joined with it is refused" {
	as_user
	single_map
	namespace network /proc/self/ns/net
	refused /linux/namespaces/5 "can join the network namespace \"/proc/self/ns/net\" only together with the user namespace that owns it"
}

@test "a user namespace of another user is refused" {
	as_user
	single_map
	config 'del(.linux.uidMappings, .linux.gidMappings)'
	unshare --user --map-root-user sleep 1000 3>&- &
	local holder=$!
	wait_for grep -q 0 "/proc/$holder/uid_map"
	namespace user "/proc/$holder/ns/user"
	refused /linux/namespaces/5 "cannot open the user namespace" "permission denied"
	kill -KILL $holder
	wait $holder 2>/dev/null || true
}

@test "a source that he may not reach, and one that the user namespace cannot split, are refused" {
	as_user
	single_map
	mkdir -p "$WORK/secret/below"
	chmod 700 "$WORK/secret"
	mount_add "{destination: \"/mnt\", type: \"bind\", source: \"$WORK/secret/below\", options: [\"rbind\"]}"
	refused /mounts/7 "cannot open the mount source" "permission denied"
	config '.mounts[7].source = "/dev" | .mounts[7].options = ["bind"]'
	refused /mounts/7 "without root's rights it comes only with the mounts below it (option rbind)"
}

@test "the state of another user is refused" {
	as_user
	single_map
	args /bin/true
	must create --bundle "$BUNDLE" "$ID"
	chmod 755 "$STATE/$ID"
	chown 61235 "$STATE/$ID"
	t state "$ID"
	exits 1
	says "belongs to others, or others may write it"
	t delete --force "$ID"
	exits 1
	chmod 700 "$STATE/$ID"
	chown 61234 "$STATE/$ID"
	must delete --force "$ID"
}

@test "where user namespaces are forbidden the switch is named" {
	as_user
	single_map
	# The number is that of a user namespace and of those below it.
	printf '#!/bin/sh\necho 0 >/proc/sys/user/max_user_namespaces && exec "$@"\n' >"$WORK/forbid"
	chmod a+rx "$WORK/forbid"
	USER_ENTRY="unshare --user --map-root-user $WORK/forbid"
	config '.linux.uidMappings[0].hostID = 0 | .linux.gidMappings[0].hostID = 0'
	refused /linux/namespaces/5 "/proc/sys/user/max_user_namespaces is 0, which forbids user namespaces"
}
