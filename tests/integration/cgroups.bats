#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# cgroups: path, limits, devices, the cgroup mount, killing and removal, on v1 and on v2.

load helpers
load cgroups

# --- path ----------------------------------------------------------------------------------------

@test "without cgroupsPath the cgroup has the container's name, in every hierarchy" {
	sleeper
	local pid line count=0
	pid=$(pid_of "$ID")
	while IFS=: read -r _ controllers path; do
		[ -n "$controllers" ] || continue
		equal "$(basename "$path")" "$ID"
		count=$((count + 1))
	done <"/proc/$pid/cgroup"
	[ "$count" -gt 0 ] || needs_v1 pids
}

@test "the first process is in the cgroup that cgroupsPath names" {
	config '.linux.cgroupsPath = $p' --arg p "/$MARK/named"
	sleeper
	local pid controllers path
	pid=$(pid_of "$ID")
	while IFS=: read -r _ controllers path; do
		[ -z "$controllers" ] || equal "$path" "/$MARK/named"
	done <"/proc/$pid/cgroup"
	must delete --force "$ID"
	equal "$(find "$CGROUPS" -type d -name named -path "*$MARK*")" ""
	find "$CGROUPS" -depth -type d -name "$MARK" -exec rmdir {} \; 2>/dev/null || true
}

@test "a relative cgroupsPath is below the caller's cgroup" {
	needs_v1 memory
	config '.linux.cgroupsPath = $p' --arg p "$MARK-relative"
	sleeper
	equal "$(group_of "$(pid_of "$ID")" memory)" \
		"$(group_of self memory | sed 's,^/$,,')/$MARK-relative"
}

@test "processes of the container are all in its cgroup" {
	script 'sleep 1000 & sleep 1000 & wait'
	background
	wait_for has_processes 3
}

@test "a cgroup that has processes is refused" {
	sleeper
	local path
	path=$(group_of "$(pid_of "$ID")" "$(pure_v2 || echo pids)")
	new_bundle second
	config '.linux.cgroupsPath = $p' --arg p "$path"
	promise
	t create --bundle "$BUNDLE" "$ID-second"
	exits 1
	says "container's cgroup is not empty"
	has_status "$ID" running
	[ ! -e "$STATE/$ID-second" ]
}

@test "an empty cgroup that was there before may be used" {
	local dir=$CGROUPS/pids
	! pure_v2 || dir=$CGROUPS
	mkdir "$dir/$MARK-before"
	config '.linux.cgroupsPath = $p' --arg p "/$MARK-before"
	args /bin/true
	inside
	rmdir "$dir/$MARK-before" 2>/dev/null || true
}

@test "a frozen cgroup is refused" {
	promise
	pure_v2 || needs_v1 freezer
	local dir=$CGROUPS/freezer/$MARK-frozen state=(freezer.state FROZEN THAWED)
	! pure_v2 || dir=$CGROUPS/$MARK-frozen state=(cgroup.freeze 1 0)
	mkdir "$dir"
	echo "${state[1]}" >"$dir/${state[0]}"
	config '.linux.cgroupsPath = $p' --arg p "/$MARK-frozen"
	t_create
	echo "${state[2]}" >"$dir/${state[0]}" || true
	rmdir "$dir" || true
	exits 1
	says frozen
}

@test "a cgroupsPath that climbs is refused or stays below" {
	promise
	config '.linux.cgroupsPath = $p' --arg p "/../../../tmp/$MARK-climb"
	args /bin/true
	t_run
	[ ! -e "/tmp/$MARK-climb" ]
	[ ! -e "/sys/tmp/$MARK-climb" ]
	find "$CGROUPS" -depth -type d -name "$MARK-climb" -exec rmdir {} \; 2>/dev/null || true
	find "$CGROUPS" -mindepth 2 -maxdepth 2 -type d -name tmp -exec rmdir {} \; 2>/dev/null || true
}

@test "the manager can be disabled" {
	promise
	args /bin/sleep 1000
	must --cgroup-manager disabled run --detach --bundle "$BUNDLE" "$ID"
	equal "$(cat "/proc/$(pid_of "$ID")/cgroup")" "$(cat /proc/self/cgroup)"
	equal "$(left_cgroups)" ""
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
}

@test "with the manager disabled, limits are refused, not ignored" {
	promise
	config '.linux.resources = {pids: {limit: 5}}'
	t --cgroup-manager disabled create --bundle "$BUNDLE" "$ID"
	exits 1
	says /linux/resources
	nothing_left_of "$ID"
}

# --- limits --------------------------------------------------------------------------------------

@test "memory.limit" {
	needs_v1 memory
	config '.linux.resources.memory = {limit: 33554432}'
	sleeper
	equal "$(group_file memory memory.limit_in_bytes)" 33554432
}

@test "memory.limit of -1 is no limit" {
	needs_v1 memory
	config '.linux.resources.memory = {limit: -1}'
	sleeper
	[ "$(group_file memory memory.limit_in_bytes)" -gt 1000000000000000 ]
}

@test "who eats more than the limit is killed" {
	needs_v1 memory
	config '.linux.resources.memory = {limit: 16777216}'
	args /bin/reporter eat 64
	t_run
	exits 137
	prints ""
	args /bin/reporter eat 4
	inside
	prints "ate 4 MiB"
}

@test "a limit of half a megabyte is enough to start" {
	promise
	needs_v1 memory
	config '.linux.resources.memory = {limit: 524288}'
	args /bin/true
	inside
}

@test "a memory limit too small to start says so" {
	promise
	needs_v1 memory
	config '.linux.resources.memory = {limit: 4096}'
	args /bin/true
	t_run
	exits 1
	says "the container's memory limit of 4096 bytes is too small to start it" /linux/resources/memory/limit
	nothing_left_of "$ID"
}

@test "pids.limit" {
	needs_v1 pids
	config '.linux.resources.pids = {limit: 5}'
	args /bin/reporter fork 50
	t_run
	prints 4
}

@test "pids.limit of 1 still starts the container" {
	needs_v1 pids
	promise
	config '.linux.resources.pids = {limit: 1}'
	args /bin/reporter fork 3
	t_run
	prints 0
}

@test "pids.limit of 0 means 1, of -1 no limit" {
	promise
	needs_v1 pids
	config '.linux.resources.pids = {limit: 0}'
	sleeper
	equal "$(group_file pids pids.max)" 1
	must delete --force "$ID"
	config '.linux.resources.pids = {limit: -1}'
	sleeper
	equal "$(group_file pids pids.max)" max
}

@test "a member of resources that is not acted on is refused, never ignored" {
	promise
	needs_v1 cpu
	config '.linux.resources.cpu = {shares: 512}'
	args /bin/sleep 1000
	t run --detach --bundle "$BUNDLE" "$ID"
	if [ "$status" = 0 ]; then
		equal "$(group_file cpu cpu.shares)" 512
	else
		says "/linux/resources/cpu/shares"
		nothing_left_of "$ID"
	fi
}

# --- devices -------------------------------------------------------------------------------------

# kmsg_rules RULES: a container with /dev/kmsg (which is 1:11 and not among the default devices)
# under these rules tries to open it.
kmsg_rules()
{
	config '.linux.devices = [{path: "/dev/mine", type: "c", major: 1, minor: 11}] |
		.linux.resources.devices = $r' --argjson r "$1"
	all_capabilities
	args /bin/reporter open /dev/mine
	t_run
}

@test "a device that no rule allows cannot be opened, one that a rule allows can" {
	kmsg_rules '[{"allow": false, "access": "rwm"}]'
	prints EPERM
	kmsg_rules '[{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rw"}]'
	prints ok
	kmsg_rules '[{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "access": "rwm"}]'
	prints ok
}

@test "access is what the rule says" {
	kmsg_rules '[{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "r"}]'
	prints EPERM
}

@test "the rules hold in the order of the configuration" {
	promise
	kmsg_rules '[{"allow": true, "access": "rwm"}, {"allow": false, "type": "c", "major": 1, "minor": 11, "access": "rw"}]'
	prints EPERM
	kmsg_rules '[{"allow": false, "type": "c", "major": 1, "minor": 11, "access": "rw"}, {"allow": true, "access": "rwm"}]'
	prints ok
}

@test "no rules: what v1 and the peers make of it, the default devices work" {
	config 'del(.linux.resources)'
	script 'echo x >/dev/null && head -c 1 /dev/zero | wc -c'
	inside
	prints 1
}

@test "the default devices can be used though everything is denied" {
	config '.linux.resources.devices = [{allow: false, access: "rwm"}]'
	script 'for i in null zero full random urandom; do reporter open /dev/$i; done; reporter open /dev/ptmx'
	inside
	equal "$(sort -u <<<"$stdout")" ok
}

@test "the list of the v1 hierarchy" {
	needs_v1 devices
	sleeper
	local list
	list=$(group_file devices devices.list)
	grep -qxF "c 1:3 rwm" <<<"$list"
	grep -qxF "c 5:2 rwm" <<<"$list"
	grep -qxF "c 136:* rwm" <<<"$list"
	grep -qxF "b *:* m" <<<"$list"
	[[ $list != *"a *:* rwm"* ]]
}

has_inner()
{
	local dir

	dir=$(group_dir pids) && [ -d "$dir/inner/most" ]
}

# --- the cgroup mount ----------------------------------------------------------------------------

@test "v1: each hierarchy is mounted read-only, and shows the container's cgroup" {
	needs_v1 pids
	script 'cd /sys/fs/cgroup; ls; cat pids/cgroup.procs; mkdir pids/new; mkdir new'
	t_run
	# runc leaves the tmpfs of the links writable.
	has_line pids
	has_line memory
	has_line devices
	has_line 1
	says "can't create directory 'pids/new': Read-only file system"
	promise
	says "can't create directory 'new': Read-only file system"
}

@test "v1: the hierarchies have the names of the host" {
	needs_v1 pids
	local host name
	host=$(grep ' - cgroup ' /proc/self/mountinfo | cut -d' ' -f5 | sed 's,.*/,,')
	script 'ls /sys/fs/cgroup'
	inside
	for name in $host; do
		has_line "$name"
	done
}

@test "v1: a writable cgroup mount can be divided, and delete removes what was made" {
	needs_v1 pids
	config '(.mounts[] | select(.type == "cgroup")).options = ["nosuid", "noexec", "nodev"]'
	script 'mkdir /sys/fs/cgroup/pids/inner /sys/fs/cgroup/pids/inner/most && sleep 1000 & echo $! ; sleep 0.1; echo $! >/sys/fs/cgroup/pids/inner/most/cgroup.procs; sleep 1000'
	background
	wait_for has_inner
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "v1: with a cgroup namespace" {
	needs_v1 pids
	namespace cgroup
	script 'cat /sys/fs/cgroup/pids/cgroup.procs; cat /proc/self/cgroup | cut -d: -f3 | sort -u'
	inside
	has_line 1
	has_line /
}

# --- ends ----------------------------------------------------------------------------------------

@test "kill KILL without pid namespace ends all processes" {
	without_namespace pid
	script 'setsid sleep 1000 & (trap "" TERM; sleep 1000) & sleep 1000'
	background
	wait_for has_processes 3
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	nothing_left_of "$ID"
}

@test "delete of a stopped container without pid namespace ends what it left" {
	promise
	without_namespace pid
	script 'setsid sleep 1000 & exit 0'
	background
	wait_for has_status "$ID" stopped
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "delete --force of a frozen container thaws it" {
	pure_v2 || needs_v1 freezer
	sleeper
	freeze
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "a frozen container is paused" {
	pure_v2 || needs_v1 freezer
	sleeper
	freeze
	has_status "$ID" paused
	t delete "$ID"
	exits 1
	has_status "$ID" paused
	thaw
	has_status "$ID" running
}

@test "kill KILL of a frozen container" {
	pure_v2 || needs_v1 freezer
	sleeper
	freeze
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
}

@test "a container that cannot be started leaves no cgroup" {
	args /no/such/program
	t_run
	exits 1
	equal "$(left_cgroups)" ""
}

@test "delete removes the cgroup if somebody has made one below it" {
	pure_v2 || needs_v1 pids
	sleeper
	local dir
	dir=$(group_dir pids)
	mkdir "$dir/below"
	must delete --force "$ID"
	equal "$(left_cgroups)" ""
}

@test "delete succeeds if somebody has removed the cgroup" {
	args /bin/true
	background
	wait_for has_status "$ID" stopped
	find "$CGROUPS" -depth -type d -name "$ID" -exec rmdir {} \; 2>/dev/null || true
	must delete "$ID"
}

# --- v2 ------------------------------------------------------------------------------------------

@test "v2: a container runs, in a cgroup of its name, and leaves nothing" {
	setup_v2
	script 'cat /proc/self/cgroup; exit 3'
	v2 run --bundle "$BUNDLE" "$ID"
	exits 3
	nothing_left_of "$ID"
}

@test "v2: create, state, start, kill, delete" {
	setup_v2
	args /bin/sleep 1000
	v2 create --bundle "$BUNDLE" "$ID"
	ok
	v2 state "$ID"
	equal "$(jq -r .status <<<"$stdout")" created
	local pid
	pid=$(jq .pid <<<"$stdout")
	equal "$(basename "$(group_of "$pid" "")")" "$ID"
	v2 start "$ID"
	ok
	v2 kill "$ID" KILL
	ok
	wait_for test ! -e "/proc/$pid/root/bin"
	v2 delete "$ID"
	ok
	nothing_left_of "$ID"
}

@test "v2: the cgroup mount shows the container's own cgroup" {
	setup_v2
	script 'cat /sys/fs/cgroup/cgroup.procs; mkdir /sys/fs/cgroup/new; grep " /sys/fs/cgroup " /proc/self/mountinfo'
	v2 run --bundle "$BUNDLE" "$ID"
	ok
	has_line 1
	matches "$stdout" 'cgroup2'
	says "Read-only file system"
}

@test "v2: without a cgroup namespace too" {
	setup_v2
	without_namespace cgroup
	script 'grep -c " /sys/fs/cgroup .* cgroup2 " /proc/self/mountinfo'
	v2 run --bundle "$BUNDLE" "$ID"
	ok
	prints 1
}

@test "v2: device rules" {
	setup_v2
	local rules
	config '.linux.devices = [{path: "/dev/mine", type: "c", major: 1, minor: 11}]'
	all_capabilities
	args /bin/reporter open /dev/mine
	v2 run --bundle "$BUNDLE" "$ID"
	prints EPERM
	config '.linux.resources.devices += [{allow: true, type: "c", major: 1, minor: 11, access: "rw"}]'
	v2 run --bundle "$BUNDLE" "$ID"
	prints ok
	config '.linux.resources.devices[1].access = "r"'
	v2 run --bundle "$BUNDLE" "$ID"
	prints EPERM
	script 'for i in null zero full random urandom ptmx; do reporter open /dev/$i; done'
	v2 run --bundle "$BUNDLE" "$ID"
	equal "$(sort -u <<<"$stdout")" ok
}

@test "v2: kill KILL without pid namespace ends all processes" {
	promise
	setup_v2
	without_namespace pid
	script 'setsid sleep 1000 & sleep 1000 & sleep 1000'
	v2 run --detach --bundle "$BUNDLE" "$ID"
	ok
	v2 kill "$ID" KILL
	ok
	sleep 0.1
	v2 delete --force "$ID"
	ok
	nothing_left_of "$ID"
}

@test "v2: cgroups below are removed, frozen ones thawed" {
	setup_v2
	args /bin/sleep 1000
	v2 run --detach --bundle "$BUNDLE" "$ID"
	ok
	local dir
	dir=$(find "$CGROUPS" -type d \( -fstype cgroup2 \) -name "$ID" 2>/dev/null) || true
	[ -n "$dir" ] || skip "needs a cgroup v2 tree that is mounted"
	mkdir "$dir/below" "$dir/below/more"
	echo 1 >"$dir/cgroup.freeze"
	v2 delete --force "$ID"
	ok
	nothing_left_of "$ID"
}

@test "v2: a controller that is not there is refused, not ignored" {
	promise
	setup_v2
	cat "$CGROUPS"/{,unified/}cgroup.controllers 2>/dev/null | grep -qw pids && skip "needs a host whose v2 tree lacks the pids controller"
	config '.linux.resources.pids = {limit: 5}'
	v2 run --bundle "$BUNDLE" "$ID"
	exits 1
	says /linux/resources/pids
	nothing_left_of "$ID"
}
