#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Attributes of the process that are neither its identity nor its limits: scheduling, memory policy,
# personality, clocks, user namespaces of pods, labels of security modules.

load helpers

ids_mapped()
{
	namespace user
	config '.linux |= . + {uidMappings: [{containerID: 0, hostID: 100000, size: 65536}],
		gidMappings: [{containerID: 0, hostID: 100000, size: 65536}]}'
}

# refused TEXT POINTER: create ends with an error that says both, and leaves nothing.
refused()
{
	t_create
	exits 1
	says "$1" "$2"
	nothing_left_of "$ID"
}

# v1 gives a new cgroup no share of real time: the container stays in the caller's.
real_time()
{
	t --cgroup-manager disabled run --bundle "$BUNDLE" "$ID"
	ok
	cp "$WORK/stdout" "$WORK/report"
}

# --- personality ---------------------------------------------------------------------------------

@test "the personality is the kernel's own unless another is asked for" {
	local real=$TARE

	TARE=$WORK/as-linux32
	printf '#!/bin/sh\nexec setarch linux32 "%s" "$@"\n' "$real" >"$TARE"
	chmod +x "$TARE"
	report
	is .personality 0
}

@test "personality LINUX32" {
	config '.linux.personality = {domain: "LINUX32"}'
	report
	is .personality 8
	is .machine "\"$(setarch linux32 uname -m)\""
}

@test "personality LINUX" {
	config '.linux.personality = {domain: "LINUX", flags: []}'
	report
	is .personality 0
	is .machine "\"$(uname -m)\""
}

@test "a personality has no flags" {
	config '.linux.personality = {domain: "LINUX", flags: ["ADDR_NO_RANDOMIZE"]}'
	refused 'not a flag of a personality' /linux/personality
}

# --- scheduler -----------------------------------------------------------------------------------

@test "scheduler: other, batch and idle" {
	config '.process.scheduler = {policy: "SCHED_OTHER", nice: 5}'
	report
	is '.schedule | {policy, flags, nice}' '{policy: 0, flags: 0, nice: 5}'
	config '.process.scheduler = {policy: "SCHED_BATCH", nice: -7}'
	report
	is '.schedule | {policy, flags, nice}' '{policy: 3, flags: 0, nice: -7}'
	config '.process.scheduler = {policy: "SCHED_IDLE"}'
	report
	is '.schedule | {policy, flags}' '{policy: 5, flags: 0}'
}

@test "scheduler: a nice value of 0 is not that of the caller" {
	config '.process.scheduler = {policy: "SCHED_OTHER"}'
	args /bin/reporter
	renice -n 4 -p $BASHPID >/dev/null
	inside
	cp "$WORK/stdout" "$WORK/report"
	is .schedule.nice 0
}

@test "scheduler: first in first out, round robin" {
	chrt -f 1 true 2>/dev/null || skip_or_fail "needs a cgroup that may run in real time"
	args /bin/reporter
	config '.process.scheduler = {policy: "SCHED_FIFO", priority: 3}'
	real_time
	is '.schedule | {policy, priority}' '{policy: 1, priority: 3}'
	config '.process.scheduler = {policy: "SCHED_RR", priority: 99, flags: ["SCHED_FLAG_RESET_ON_FORK"]}'
	real_time
	is '.schedule | {policy, priority, flags}' '{policy: 2, priority: 99, flags: 1}'
}

@test "scheduler: deadline" {
	args /bin/reporter
	config '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 5000000, deadline: 50000000,
		period: 100000000, flags: ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN"]}'
	real_time
	is .schedule '{policy: 6, flags: 7, nice: 0, priority: 0, runtime: 5000000, deadline: 50000000, period: 100000000}'
}

@test "scheduler: in a user namespace, as another user" {
	ids_mapped
	config '.process.user = {uid: 1000, gid: 1000} | .process.scheduler = {policy: "SCHED_BATCH", nice: -3}'
	report
	is '.schedule | {policy, nice}' '{policy: 3, nice: -3}'
}

@test "scheduler: what the kernel refuses fails the create" {
	config '.process.scheduler = {policy: "SCHED_OTHER", flags: ["SCHED_FLAG_UTIL_CLAMP_MIN"]}'
	t_create
	if [ "$status" = 0 ]; then
		skip "needs a kernel that does not clamp utilization (CONFIG_UCLAMP_TASK off)"
	fi
	says 'cannot set the scheduling policy SCHED_OTHER' /process/scheduler
	nothing_left_of "$ID"
}

@test "scheduler: bad values" {
	config '.process.scheduler = {policy: "SCHED_OTHER", nice: 20}'
	refused 'the nice value 20 is not between -20 and 19' /process/scheduler/nice
	config '.process.scheduler = {policy: "SCHED_RR", priority: 0}'
	refused 'the priority 0 of SCHED_RR is not between 1 and 99' /process/scheduler/priority
	config '.process.scheduler = {policy: "SCHED_FIFO", priority: 1, runtime: 5}'
	refused 'SCHED_FIFO has no runtime' /process/scheduler/runtime
	config '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 5000, deadline: 4000}'
	refused 'the deadline of 4000 ns' /process/scheduler/deadline
	config '.process.scheduler = {policy: "SCHED_FAIR"}'
	refused '"SCHED_FAIR" is not a scheduling policy' /process/scheduler/policy
	config '.process.scheduler = {policy: "SCHED_OTHER", flags: ["SCHED_FLAG_FAST"]}'
	refused '"SCHED_FLAG_FAST" is not a scheduling flag' /process/scheduler/flags/0
}

# --- I/O priority --------------------------------------------------------------------------------

@test "I/O priority" {
	config '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6}'
	report
	is .ioPriority $((2 << 13 | 6))
	config '.process.ioPriority = {class: "IOPRIO_CLASS_RT", priority: 1}'
	report
	is .ioPriority $((1 << 13 | 1))
	config '.process.ioPriority = {class: "IOPRIO_CLASS_IDLE"}'
	report
	is .ioPriority $((3 << 13))
}

@test "I/O priority: in a user namespace, as another user" {
	ids_mapped
	config '.process.user = {uid: 1000, gid: 1000} | .process.ioPriority = {class: "IOPRIO_CLASS_RT", priority: 0}'
	report
	is .ioPriority $((1 << 13))
}

@test "I/O priority: bad values" {
	config '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 8}'
	refused 'the I/O priority 8 is not between 0 and 7' /process/ioPriority
	config '.process.ioPriority = {class: "IOPRIO_CLASS_NONE", priority: 1}'
	refused 'is not an I/O priority class' /process/ioPriority/class
}

# --- memory policy -------------------------------------------------------------------------------

has_memory_policies()
{
	[ -d /sys/devices/system/node/node0 ] ||
		skip_or_fail "needs a kernel with NUMA: /sys/devices/system/node/node0 is missing"
}

@test "memory policy" {
	has_memory_policies
	report
	is .memoryPolicy '{mode: 0, nodes: []}'
	config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0"}'
	report
	is .memoryPolicy '{mode: 2, nodes: [0]}'
	config '.linux.memoryPolicy = {mode: "MPOL_INTERLEAVE", nodes: "0", flags: ["MPOL_F_STATIC_NODES"]}'
	report
	is .memoryPolicy "{mode: $((3 | 1 << 15)), nodes: [0]}"
	config '.linux.memoryPolicy = {mode: "MPOL_PREFERRED", nodes: "0", flags: ["MPOL_F_RELATIVE_NODES"]}'
	report
	is .memoryPolicy "{mode: $((1 | 1 << 14)), nodes: [0]}"
	config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_NUMA_BALANCING"]}'
	report
	is .memoryPolicy "{mode: $((2 | 1 << 13)), nodes: [0]}"
	config '.linux.memoryPolicy = {mode: "MPOL_LOCAL"}'
	report
	is .memoryPolicy '{mode: 4, nodes: []}'
	config '.linux.memoryPolicy = {mode: "MPOL_DEFAULT", nodes: ""}'
	report
	is .memoryPolicy '{mode: 0, nodes: []}'
}

@test "memory policy: a node that the machine does not have" {
	has_memory_policies
	config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "1023"}'
	[ ! -d /sys/devices/system/node/node1023 ] || skip "needs a machine with fewer than 1,024 NUMA nodes"
	refused 'cannot set the memory policy' /linux/memoryPolicy
}

@test "memory policy: bad values, in the words that callers match on" {
	config '.linux.memoryPolicy = {mode: "MPOL_BEST", nodes: "0"}'
	refused 'invalid memory policy mode: "MPOL_BEST"' /linux/memoryPolicy/mode
	config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_BEST"]}'
	refused 'invalid memory policy flag: "MPOL_F_BEST"' /linux/memoryPolicy/flags/0
	config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "best"}'
	refused 'invalid memory policy node: "best"' /linux/memoryPolicy/nodes
	config '.linux.memoryPolicy = {mode: "MPOL_LOCAL", nodes: "0-1"}'
	refused 'mode requires 0 nodes but got 2' /linux/memoryPolicy/nodes
}

# --- time ----------------------------------------------------------------------------------------

# uptime in whole seconds, of the clock that counts suspended time too
uptime_of()
{
	cut -d. -f1 "$1"
}

@test "time offsets" {
	namespace time
	config '.linux.timeOffsets = {monotonic: {secs: 1000, nanosecs: 5}, boottime: {secs: 864000}}'
	script 'cat /proc/self/timens_offsets; cut -d. -f1 /proc/uptime'
	inside
	equal "$(head -n 2 <<<"$stdout" | tr -s ' \t\n' ' ')" "monotonic 1000 5 boottime 864000 0 "
	local away=$(($(tail -n 1 <<<"$stdout") - $(uptime_of /proc/uptime)))
	[ $away -gt 863990 ] && [ $away -le 864000 ]
}

@test "time offsets in a user namespace" {
	ids_mapped
	namespace time
	config '.linux.timeOffsets = {boottime: {secs: 86400}}'
	script 'cut -d. -f1 /proc/uptime'
	inside
	[ "$stdout" -gt $(($(uptime_of /proc/uptime) + 86000)) ]
}

@test "the runtime's next children are in the host's time namespace" {
	namespace time
	script 'readlink /proc/self/ns/time; read -r line'
	mkfifo "$WORK/in"
	"$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" <"$WORK/in" >"$WORK/said" 3>&- &
	local runtime=$!
	exec 4>"$WORK/in"
	wait_for test -s "$WORK/said"
	equal "$(readlink /proc/$runtime/ns/time_for_children)" "$(readlink /proc/self/ns/time)"
	equal "$(readlink /proc/$runtime/ns/time)" "$(readlink /proc/self/ns/time)"
	[ "$(cat "$WORK/said")" != "$(readlink /proc/self/ns/time)" ]
	exec 4>&-
	wait $runtime || true
}

@test "time offsets: bad values" {
	config '.linux.timeOffsets = {monotonic: {secs: 1}}'
	refused 'time offsets need a time namespace' /linux/timeOffsets
	namespace time /proc/self/ns/time
	refused 'cannot be changed' /linux/timeOffsets
	namespace time
	config '.linux.timeOffsets = {monotonic: {nanosecs: 1000000000}}'
	refused '1000000000 nanoseconds' /linux/timeOffsets
	config '.linux.timeOffsets = {boottime: {secs: -9000000000}}'
	refused 'cannot set the offsets of the time namespace' /linux/timeOffsets
}

# --- a user namespace by path, with mappings -----------------------------------------------------

# pod: a container with a user namespace of two ranges; $pod is its pid.
pod()
{
	local bundle=$BUNDLE

	new_bundle pod
	namespace user
	config '.linux |= . + {uidMappings: [{containerID: 0, hostID: 100000, size: 65536}, {containerID: 65536, hostID: 300000, size: 10}],
		gidMappings: [{containerID: 0, hostID: 200000, size: 65536}]}'
	args /bin/sleep 600
	background "$ID-pod"
	pod=$(pid_of "$ID-pod")
	BUNDLE=$bundle
	namespace user "/proc/$pod/ns/user"
}

@test "mappings that are those of the joined user namespace, however they are written" {
	pod
	config '.linux |= . + {uidMappings: [{containerID: 65536, hostID: 300000, size: 10}, {containerID: 0, hostID: 100000, size: 1000}, {containerID: 1000, hostID: 101000, size: 64536}],
		gidMappings: [{containerID: 0, hostID: 200000, size: 65536}]}'
	script 'readlink /proc/self/ns/user; sed "s/  */ /g" /proc/self/uid_map'
	inside
	equal "$stdout" "$(readlink "/proc/$pod/ns/user")
 0 100000 65536
 65536 300000 10"
}

@test "mappings that are not those of the joined user namespace" {
	pod
	config '.linux |= . + {uidMappings: [{containerID: 0, hostID: 100000, size: 65536}],
		gidMappings: [{containerID: 0, hostID: 200000, size: 65536}]}'
	t_create
	exits 1
	says 'which are 0 100000 65536, 65536 300000 10' /linux/uidMappings
	config '.linux |= . + {uidMappings: [], gidMappings: [{containerID: 0, hostID: 200001, size: 65536}]}'
	t_create
	exits 1
	says 'are not those of the user namespace' 'which are 0 200000 65536' /linux/gidMappings
	config '.linux.gidMappings = [{containerID: 0, hostID: 200000, size: 65537}]'
	t_create
	exits 1
	says 'are not those of the user namespace' /linux/gidMappings
}

@test "mappings of a pod whose pid, network and ipc namespaces are joined too" {
	pod
	config '.linux |= . + {uidMappings: [{containerID: 0, hostID: 100000, size: 65536}, {containerID: 65536, hostID: 300000, size: 10}],
		gidMappings: [{containerID: 0, hostID: 200000, size: 65536}]}'
	namespace pid "/proc/$pod/ns/pid"
	namespace network "/proc/$pod/ns/net"
	namespace ipc "/proc/$pod/ns/ipc"
	config '.process.user = {uid: 1000, gid: 1000}'
	report
	is .uid '[1000, 1000, 1000]'
	is .namespaces.pid "\"$(readlink "/proc/$pod/ns/pid")\""
}

@test "a user namespace whose maps are not written yet is no place for a container" {
	unshare --user sleep 600 3>&- &
	local other=$!
	wait_for other_namespace user $other
	namespace user "/proc/$other/ns/user"
	config '.linux |= . + {uidMappings: [{containerID: 0, hostID: 100000, size: 1}]}'
	t_create
	exits 1
	says 'not written yet' /linux/uidMappings
}

# --- security modules ----------------------------------------------------------------------------

apparmor_on()
{
	[ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ]
}

selinux_on()
{
	[ -e /sys/fs/selinux/enforce ]
}

@test "an AppArmor profile without AppArmor is refused" {
	! apparmor_on || skip "needs a kernel without AppArmor"
	config '.process.apparmorProfile = "some-profile"'
	refused '"some-profile" cannot be enforced: AppArmor is off on this host' /process/apparmorProfile
	config '.process.apparmorProfile = "unconfined"'
	report
	config '.process.apparmorProfile = ""'
	report
}

@test "an AppArmor profile" {
	apparmor_on || skip_or_fail "needs a kernel with AppArmor, for example in the guest"
	command -v apparmor_parser >/dev/null || skip_or_fail "needs apparmor_parser to load a profile"
	local profile=tare-test-$MARK

	config '.process.apparmorProfile = $p' --arg p "$profile"
	refused "cannot set the label \"exec $profile\"" /process/apparmorProfile
	echo "profile $profile flags=(attach_disconnected,mediate_deleted) { file, capability, signal, deny /etc/passwd r, }" |
		apparmor_parser --add --quiet
	script 'cat /proc/self/attr/current; cat /etc/passwd >/dev/null 2>&1 || echo denied'
	t_run
	echo "profile $profile { }" | apparmor_parser --remove --quiet
	ok
	equal "$stdout" "$profile (enforce)
denied"
}

@test "exec: the container's AppArmor profile, or another" {
	apparmor_on || skip_or_fail "needs a kernel with AppArmor, for example in the guest"
	command -v apparmor_parser >/dev/null || skip_or_fail "needs apparmor_parser to load a profile"
	local name profile=tare-test-$MARK

	for name in "$profile" "$profile-other"; do
		echo "profile $name flags=(attach_disconnected,mediate_deleted) { file, capability, signal, ptrace, }" |
			apparmor_parser --add --quiet
	done
	config '.process.apparmorProfile = $p' --arg p "$profile"
	args /bin/sleep 600
	background
	t exec "$ID" /bin/cat /proc/self/attr/current
	prints "$profile (enforce)"
	t exec --apparmor "$profile-other" "$ID" /bin/cat /proc/self/attr/current
	prints "$profile-other (enforce)"
	t exec --apparmor "$profile-none" "$ID" /bin/cat /proc/self/attr/current
	exits 255
	says "cannot set the label"
	must delete --force "$ID"
	for name in "$profile" "$profile-other"; do
		echo "profile $name { }" | apparmor_parser --remove --quiet
	done
}

@test "an SELinux label without SELinux is refused, one of mounts has no effect" {
	! selinux_on || skip "needs a kernel without SELinux"
	config '.process.selinuxLabel = "system_u:system_r:container_t:s0"'
	refused 'cannot be enforced: SELinux is off on this host' /process/selinuxLabel
	config 'del(.process.selinuxLabel) | .linux.mountLabel = "system_u:object_r:container_file_t:s0"'
	inside
	says 'the mount label has no effect'
}

@test "an SELinux label, and one of mounts" {
	selinux_on || skip_or_fail "needs a kernel with SELinux, for example in the guest"
	own_root
	chcon -R -t container_file_t "$ROOTFS"
	config '.process.selinuxLabel = "system_u:system_r:container_t:s0:c1,c2" |
		.linux.mountLabel = "system_u:object_r:container_file_t:s0:c1,c2"'
	args /bin/sleep 600
	background
	local pid
	pid=$(pid_of "$ID")
	equal "$(tr -d '\0' <"/proc/$pid/attr/current")" 'system_u:system_r:container_t:s0:c1,c2'
	matches "$(grep ' /dev/shm ' "/proc/$pid/mountinfo")" \
		'context="?system_u:object_r:container_file_t:s0:c1,c2'
}

@test "exec: the container's SELinux label, or another" {
	selinux_on || skip_or_fail "needs a kernel with SELinux, for example in the guest"
	own_root
	chcon -R -t container_file_t "$ROOTFS"
	config '.process.selinuxLabel = "system_u:system_r:container_t:s0:c1,c2"'
	args /bin/sleep 600
	background
	must exec --detach --pid-file "$WORK/pid" "$ID" /bin/sleep 600
	equal "$(tr -d '\0' <"/proc/$(cat "$WORK/pid")/attr/current")" 'system_u:system_r:container_t:s0:c1,c2'
	must exec --detach --pid-file "$WORK/pid" --process-label system_u:system_r:container_t:s0:c3,c4 "$ID" /bin/sleep 600
	equal "$(tr -d '\0' <"/proc/$(cat "$WORK/pid")/attr/current")" 'system_u:system_r:container_t:s0:c3,c4'
}
