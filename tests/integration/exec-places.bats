#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# exec: in which containers, namespaces and cgroups, and what it leaves behind.

load helpers
load exec
load user

# --- states --------------------------------------------------------------------------------------

@test "in a created container" {
	args /bin/sleep 1000
	t_create
	ok
	must_x "$ID" /bin/echo here
	prints here
	has_status "$ID" created
	must start "$ID"
	has_status "$ID" running
}

@test "in a stopped container" {
	sleeper
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	x "$ID" /bin/true
	exits 255
	says "cannot exec in a stopped container"
}

# v1 alone: there is no other freezer on the machines that this runs on.
freeze()
{
	needs_v1 freezer
	echo "$1" >"$CGROUPS/freezer/$ID/freezer.state"
}

@test "in a paused container" {
	sleeper
	freeze FROZEN
	x "$ID" /bin/true
	freeze THAWED
	exits 255
	says "cannot exec in a paused container (use --ignore-paused to override)"
}

@test "--ignore-paused waits until it is resumed" {
	sleeper
	freeze FROZEN
	"$TARE" --root "$STATE" exec --ignore-paused "$ID" /bin/echo here </dev/null >"$WORK/out" 2>&1 3>&- &
	sleep 0.3
	[ ! -s "$WORK/out" ]
	freeze THAWED
	wait $!
	equal "$(cat "$WORK/out")" here
}

# --- namespaces ----------------------------------------------------------------------------------

@test "in a user namespace" {
	ids_mapped
	sleeper
	reported --user 1000:1001 --additional-gids 7
	is '[.uid[0], .gid[0], .groups]' '[1000, 1001, [7]]'
	is '.capabilities.bounding | length' 3
	must_x -d --pid-file "$WORK/pid" "$ID" /bin/sleep 1000
	equal "$(stat -c %u:%g "/proc/$(cat "$WORK/pid")")" 100000:200000
	x --user 70000 "$ID" /bin/id
	exits 255
	says "is not an id of the container"
}

@test "in a user namespace, with a terminal, a profile and limits" {
	ids_mapped
	config '.process.oomScoreAdj = 200 | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"}'
	sleeper
	on_terminal -- -t "$ID" /bin/sh -c 'tty; grep Seccomp: /proc/self/status; cat /proc/self/oom_score_adj'
	ok
	has_line /dev/pts/0
	has_line "$(printf 'Seccomp:\t2')"
	has_line 200
}

@test "without a pid namespace of its own" {
	without_namespace pid
	sleeper
	must_x -d --pid-file "$WORK/pid" "$ID" /bin/sleep 1000
	equal "$(readlink "/proc/$(cat "$WORK/pid")/ns/pid")" "$(readlink /proc/self/ns/pid)"
	must_x "$ID" /bin/sh -c 'exit 0'
}

@test "without a mount namespace of its own" {
	config 'del(.mounts, .linux.maskedPaths, .linux.readonlyPaths, .root.readonly)'
	without_namespace mount
	sleeper
	must_x --cwd /data "$ID" /bin/sh -c 'pwd; ls -d /data/a'
	prints "$(printf '/data\n/data/a')"
}

@test "in namespaces that were joined, also with a user namespace that does not own them" {
	local other
	sleeper
	other=$(pid_of "$ID")
	new_bundle joined
	args /bin/sleep 1000
	namespace network "/proc/$other/ns/net"
	namespace ipc "/proc/$other/ns/ipc"
	namespace pid "/proc/$other/ns/pid"
	config '.mounts |= map(select(.type != "mqueue"))'
	background "$ID-joined"
	must_x "$ID-joined" /bin/readlink /proc/self/ns/net
	prints "$(readlink "/proc/$other/ns/net")"
	new_bundle mapped
	args /bin/sleep 1000
	ids_mapped
	namespace network "/proc/$other/ns/net"
	config '.mounts |= map(select(.type != "sysfs" and .type != "cgroup"))'
	background "$ID-mapped"
	must_x "$ID-mapped" /bin/readlink /proc/self/ns/net
	prints "$(readlink "/proc/$other/ns/net")"
	must kill "$ID" KILL
}

@test "by a caller who is in some of its namespaces already" {
	promise
	local kind pid
	sleeper
	pid=$(pid_of "$ID")
	nsenter --target "$pid" --net --uts --ipc "$TARE" --root "$STATE" exec --detach --pid-file "$WORK/pid" "$ID" \
		/bin/sleep 1000 </dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&-
	for kind in cgroup ipc mnt net pid user uts; do
		equal "$(readlink "/proc/$(cat "$WORK/pid")/ns/$kind")" "$(readlink "/proc/$pid/ns/$kind")"
	done
}

@test "in a time namespace" {
	[ -e /proc/self/ns/time ] || skip_or_fail "needs a kernel with time namespaces"
	namespace time
	config '.linux.timeOffsets = {boottime: {secs: 1000000}}'
	sleeper
	must_x "$ID" /bin/cat /proc/uptime
	[ "${stdout%%.*}" -gt 1000000 ]
}

@test "of a user without root's rights" {
	as_user
	single_map
	config '.process.rlimits += [{type: "RLIMIT_CORE", hard: 0, soft: 0}] | .process.oomScoreAdj = 300 |
		.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"}'
	sleeper
	reported
	is '[.uid, .gid, .groups]' '[[0, 0, 0], [0, 0, 0], []]'
	is '.capabilities.effective' '["CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_AUDIT_WRITE"]'
	is .noNewPrivileges true
	is .rlimits.RLIMIT_CORE '{"soft": 0, "hard": 0}'
	must_x -d --pid-file "$BATS_FILE_TMPDIR/xdg/pid" --tty=false "$ID" /bin/sleep 1000
	for kind in cgroup ipc mnt net pid user uts time; do
		equal "$(readlink "/proc/$(cat "$BATS_FILE_TMPDIR/xdg/pid")/ns/$kind")" "$(readlink "/proc/$(pid_of "$ID")/ns/$kind")"
	done
	equal "$(cat "/proc/$(cat "$BATS_FILE_TMPDIR/xdg/pid")/oom_score_adj")" 300
	on_terminal -- -t "$ID" /bin/sh -c 'tty; grep Seccomp: /proc/self/status'
	ok
	has_line /dev/pts/0
	has_line "$(printf 'Seccomp:\t2')"
	x --user 1000 "$ID" /bin/id
	exits 255
	says "is not an id of the container"
}

@test "of a user without root's rights, in a user namespace that was joined without its mappings" {
	as_user
	single_map
	sleeper
	local other
	other=$(pid_of "$ID")
	new_bundle joined
	chmod a+rx "$BUNDLE"
	args /bin/sleep 1000
	namespace user "/proc/$other/ns/user"
	config '(.mounts[] | select(.type == "devpts").options) -= ["gid=5"]'
	background "$ID-joined"
	must_x "$ID-joined" /bin/readlink /proc/self/ns/user
	prints "$(readlink "/proc/$other/ns/user")"
	on_terminal -- -t "$ID-joined" /bin/sh -c 'tty; id -u'
	ok
	has_line 0
	x --user 5 "$ID-joined" /bin/true
	exits 255
	says "cannot set the user, which must be an id of the container"
	x --user 0:5 "$ID-joined" /bin/true
	exits 255
	says "cannot set the group, which must be an id of the container"
}

@test "in a user namespace without root, which can be joined with its mappings only" {
	as_user
	local holder
	setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups unshare --user --map-user "$USER_ID" --map-group "$USER_ID" \
		sleep 1000 3>&- &
	holder=$!
	wait_for grep -q "$USER_ID" "/proc/$holder/uid_map"
	namespace user "/proc/$holder/ns/user"
	config '(.mounts[] | select(.type == "devpts").options) -= ["gid=5"] |
		.process.user = {uid: $id, gid: $id}' --argjson id "$USER_ID"
	refused /linux/namespaces/5 "cannot become root of the user namespace: it must have a root, or linux.uidMappings"
	config '.linux.uidMappings = [{containerID: $id, hostID: $id, size: 1}] | .linux.gidMappings = .linux.uidMappings' \
		--argjson id "$USER_ID"
	sleeper
	must_x "$ID" /bin/id -u
	prints "$USER_ID"
	x --user 0 "$ID" /bin/true
	exits 255
	says "the uid 0 is not an id of the container"
	kill -KILL $holder
}

@test "of a user with ranges of ids" {
	needs_helpers
	as_user
	several_ranges
	sleeper
	reported --user 1000:1001 --additional-gids 7
	is '[.uid[0], .gid[0], .groups]' '[1000, 1001, [7]]'
}

# --- cgroups -------------------------------------------------------------------------------------

@test "--cgroup: below the container's own" {
	needs_v1 pids
	sleeper
	mkdir "$CGROUPS/pids/$ID/below"
	must_x --cgroup pids:below "$ID" /bin/grep :pids: /proc/self/cgroup
	matches "$stdout" ":pids:/$ID/below$"
	x --cgroup pids:/above "$ID" /bin/true
	exits 255
	says " adding pid " "no such file or directory"
	x --cgroup below "$ID" /bin/true
	exits 255
	says " adding pid " "no such file or directory"
	rmdir "$CGROUPS/pids/$ID/below"
}

@test "--cgroup: what leads elsewhere is refused" {
	local bad
	sleeper
	for bad in ../other / a/../../b . 'pids:..' 'a//b'; do
		[ "$bad" != / ] || continue
		x --cgroup "$bad" "$ID" /bin/true
		exits 255
		says "bad sub cgroup path" "is not a sub cgroup path"
	done
	x --cgroup nosuch:x "$ID" /bin/true
	exits 255
	says "unknown controller "
	must_x --cgroup / "$ID" /bin/true
}

@test "in the v2 cgroup of the first process where the container's takes none" {
	local dir controller
	dir=$(sed -n 's|^[^ ]* [^ ]* [^ ]* / \([^ ]*\) .* - cgroup2 .*|\1|p' /proc/self/mountinfo | tail -1)
	# One that knows no threads: a cgroup that has given away but such may take processes all the same.
	case $(cat "$dir/cgroup.controllers" 2>/dev/null) in
	*memory*)
		controller=memory
		config '.linux.resources.memory.limit = 100000000'
		;;
	*hugetlb*)
		controller=hugetlb
		config '.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 0}]'
		;;
	*) skip_or_fail "needs a v2 tree with the controller memory or hugetlb" ;;
	esac
	sleeper
	dir=$dir$(sed -n 's/^0:://p' "/proc/$(pid_of "$ID")/cgroup")
	mkdir "$dir/inner"
	pid_of "$ID" >"$dir/inner/cgroup.procs"
	echo "+$controller" >"$dir/cgroup.subtree_control"
	must_x "$ID" /bin/sh -c 'grep ^0:: /proc/self/cgroup'
	matches "$stdout" "/inner$"
	# But not into a cgroup that is not the container's.
	mkdir "${dir%/*}/$MARK.elsewhere"
	pid_of "$ID" >"${dir%/*}/$MARK.elsewhere/cgroup.procs"
	x "$ID" /bin/true
	exits 255
	says "is not below its own"
	pid_of "$ID" >"$dir/inner/cgroup.procs"
	rmdir "${dir%/*}/$MARK.elsewhere"
	must delete --force "$ID"
}

# --- the rest of a process -----------------------------------------------------------------------

@test "scheduling, I/O priority and affinity" {
	sleeper
	process '.args = ["/bin/sleep", "1000"] | .scheduler = {policy: "SCHED_BATCH", nice: 5} |
		.ioPriority = {class: "IOPRIO_CLASS_IDLE", priority: 0} | .execCPUAffinity = {initial: "0", final: "0"}'
	must_x -d --pid-file "$WORK/pid" --process "$PROCESS" "$ID"
	equal "$(sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$(cat "$WORK/pid")/status")" 0
	equal "$(cut -d' ' -f19,41 "/proc/$(cat "$WORK/pid")/stat")" "5 3"
	equal "$(ionice -p "$(cat "$WORK/pid")")" idle
	# Without a file of its own the process has what config.json says.
	must delete --force "$ID"
	config '.process.execCPUAffinity = {final: "0"}'
	sleeper
	must_x "$ID" /bin/grep Cpus_allowed_list /proc/self/status
	equal "$stdout" "Cpus_allowed_list:	0"
	process '.args = ["/bin/true"] | .execCPUAffinity = {initial: "x"}'
	x --process "$PROCESS" "$ID"
	exits 255
}

# processors COMMAND...: those that a process in the container has, where the runtime itself is limited to one.
processors()
{
	taskset --cpu-list "$ONE" "$TARE" --root "$STATE" "$@" 3>&- | sed -n 's/^Cpus_allowed_list:\t//p'
}

@test "what limits the runtime to some processors does not limit the container" {
	local all
	all=$(sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status)
	ONE=$(sed 's/[-,].*//' <<<"$all")
	[ "$all" != "$ONE" ] || skip_or_fail "needs two processors"
	args /bin/grep Cpus_allowed_list /proc/self/status
	equal "$(processors run --bundle "$BUNDLE" "$ID")" "$all"
	# Without a cgroup there is nothing that would limit it otherwise.
	equal "$(processors --cgroup-manager disabled run --bundle "$BUNDLE" "$ID")" "$ONE"
	sleeper
	equal "$(processors exec "$ID" /bin/grep Cpus_allowed_list /proc/self/status)" "$all"
}

@test "many processes, one after the other, leave nothing" {
	local i fds files before after
	sleeper
	fds=$(find "/proc/$(pid_of "$ID")/fd" -type l | wc -l)
	files=$(ls -A "$STATE/$ID")
	before=$(find "$CGROUPS" -path "*$ID*" 2>/dev/null | wc -l)
	for ((i = 0; i < 200; i++)); do
		"$TARE" --root "$STATE" exec "$ID" /bin/reporter exit 0 </dev/null
	done
	after=$(find "$CGROUPS" -path "*$ID*" 2>/dev/null | wc -l)
	equal "$after" "$before"
	equal "$(find "/proc/$(pid_of "$ID")/fd" -type l | wc -l)" "$fds"
	alone_inside
	equal "$(ls -A "$STATE/$ID")" "$files"
}
