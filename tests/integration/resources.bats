#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# linux.resources: what the kernel's files say, on v1 and on v2, and what is refused.

load helpers
load cgroups

# limits JSON: linux.resources gets these members.
limits()
{
	config '.linux.resources += $r' --argjson r "$(jq -nc "$1")"
}

# --- memory --------------------------------------------------------------------------------------

@test "memory: limit and reservation" {
	needs_controller memory
	limits '{memory: {limit: 67108864, reservation: 33554432}}'
	sleeper
	equal "$(kernel_file memory memory.limit_in_bytes memory.max)" 67108864
	equal "$(kernel_file memory memory.soft_limit_in_bytes memory.low)" 33554432
}

@test "memory: swap" {
	needs_controller memory
	limits '{memory: {limit: 67108864, swap: 134217728}}'
	sleeper
	equal "$(kernel_file memory memory.memsw.limit_in_bytes memory.swap.max)" \
		"$(by_version 134217728 67108864)"
}

@test "memory: as much swap as memory is none" {
	needs_controller memory
	limits '{memory: {limit: 67108864, swap: 67108864}}'
	sleeper
	equal "$(kernel_file memory memory.memsw.limit_in_bytes memory.swap.max)" \
		"$(by_version 67108864 0)"
}

@test "memory: swap without limit, and less swap than limit, are refused" {
	promise
	needs_controller memory
	limits '{memory: {swap: 67108864}}'
	refused /linux/resources/memory/swap "needs a limit of memory"
	limits '{memory: {limit: 67108864, swap: 1048576}}'
	refused /linux/resources/memory/swap "is less than 67108864"
}

@test "memory: swappiness and the OOM killer are files of v1" {
	promise
	needs_controller memory
	limits '{memory: {swappiness: 10, disableOOMKiller: true}}'
	if pure_v2; then
		refused /linux/resources/memory/swappiness "knows no such limit"
		return
	fi
	sleeper
	equal "$(group_file memory memory.swappiness)" 10
	equal "$(group_file memory memory.oom_control | head -1)" "oom_kill_disable 1"
}

@test "memory: the limits of kernel memory that there are" {
	needs_v1 memory
	limits '{memory: {kernel: 50000000, kernelTCP: 4194304}}'
	sleeper
	equal "$(group_file memory memory.kmem.tcp.limit_in_bytes)" 4194304
}

@test "memory: 64 MiB are enough for 50, and 100 are the end" {
	needs_controller memory
	limits '{memory: {limit: 67108864, swap: 67108864}}'
	args /bin/reporter eat 50
	inside
	args /bin/reporter eat 100
	t_run
	exits 137
	nothing_left_of "$ID"
	promise
	says "killed at its memory limit of 67108864 bytes, having used up to 67108864"
}

# --- CPU -----------------------------------------------------------------------------------------

@test "cpu: shares" {
	needs_controller cpu
	limits '{cpu: {shares: 512}}'
	sleeper
	equal "$(kernel_file cpu cpu.shares cpu.weight)" "$(by_version 512 59)"
}

@test "cpu: quota, period and burst" {
	needs_controller cpu
	limits '{cpu: {quota: 20000, period: 50000, burst: 10000}}'
	sleeper
	equal "$(kernel_file cpu cpu.cfs_quota_us cpu.max)" "$(by_version 20000 "20000 50000")"
	equal "$(kernel_file cpu cpu.cfs_period_us cpu.max)" "$(by_version 50000 "20000 50000")"
	equal "$(kernel_file cpu cpu.cfs_burst_us cpu.max.burst)" 10000
}

@test "cpu: a period alone, a quota alone, no quota" {
	needs_controller cpu
	limits '{cpu: {period: 50000}}'
	sleeper
	equal "$(kernel_file cpu cpu.cfs_period_us cpu.max)" "$(by_version 50000 "max 50000")"
	must delete --force "$ID"
	limits '{cpu: {quota: 50000}}'
	sleeper
	equal "$(kernel_file cpu cpu.cfs_quota_us cpu.max)" "$(by_version 50000 "50000 100000")"
	must delete --force "$ID"
	limits '{cpu: {quota: -1}}'
	sleeper
	equal "$(kernel_file cpu cpu.cfs_quota_us cpu.max)" "$(by_version -1 "max 100000")"
}

throttled()
{
	[ "$(kernel_file cpu cpu.stat cpu.stat | sed -n 's/^nr_throttled //p')" -gt 3 ]
}

@test "cpu: who spins is throttled, and cpu.stat tells" {
	needs_controller cpu
	limits '{cpu: {quota: 5000, period: 50000}}'
	script 'while :; do :; done'
	background
	wait_for throttled
}

@test "cpu: idle" {
	promise
	needs_controller cpu
	limits '{cpu: {idle: 1}}'
	sleeper
	equal "$(kernel_file cpu cpu.idle cpu.idle)" 1
	must delete --force "$ID"
	limits '{cpu: {idle: 3}}'
	refused /linux/resources/cpu/idle "neither 0 nor 1"
}

@test "cpu: realtime is refused by name, or in the kernel's file" {
	promise
	needs_controller cpu
	limits '{cpu: {realtimeRuntime: 1000, realtimePeriod: 1000000}}'
	args /bin/sleep 1000
	t run --detach --bundle "$BUNDLE" "$ID"
	if [ "$status" = 0 ]; then
		equal "$(group_file cpu cpu.rt_runtime_us)" 1000
	else
		says /linux/resources/cpu/realtime
		nothing_left_of "$ID"
	fi
}

@test "cpu: processors and memory nodes" {
	needs_controller cpuset
	limits '{cpu: {cpus: "0", mems: "0"}}'
	args /bin/reporter
	sleeper
	equal "$(kernel_file cpuset cpuset.cpus cpuset.cpus)" 0
	equal "$(kernel_file cpuset cpuset.mems cpuset.mems)" 0
	equal "$(sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$(pid_of "$ID")/status")" 0
}

@test "cpu: processors that the host has not, and words, are refused" {
	promise
	needs_controller cpuset
	limits '{cpu: {cpus: "4000"}}'
	refused /linux/resources/cpu/cpus
	limits '{cpu: {cpus: "some"}}'
	refused /linux/resources/cpu/cpus "is not a list of numbers"
	nothing_left_of "$ID"
}

@test "a controller that the host has not is refused before anything is made" {
	promise
	limits '{rdma: {mlx5_0: {hcaHandles: 3}}}'
	grep -qw rdma "$CGROUPS"/{,unified/}cgroup.controllers 2>/dev/null && skip "needs a host without the rdma controller"
	has_v1 rdma && skip "needs a host without the rdma controller"
	config '.linux.cgroupsPath = $p' --arg p "/$MARK-none/deep"
	refused /linux/resources/rdma 'no cgroup controller "rdma"'
}

# --- processes -----------------------------------------------------------------------------------

@test "pids: a fork bomb is stopped" {
	needs_controller pids
	limits '{pids: {limit: 20}}'
	script 'bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 1000'
	background
	sleep 0.5
	[ "$(kernel_file pids pids.current pids.current)" -le 20 ]
	equal "$(kernel_file pids pids.max pids.max)" 20
	must delete --force "$ID"
	nothing_left_of "$ID"
}

# --- block I/O -----------------------------------------------------------------------------------

# disk: the number of a block device that the kernel has.
disk()
{
	local name

	for name in /sys/block/*; do
		[ -e "$name/dev" ] && [ ! -e "$name/loop" ] && cat "$name/dev" && return
	done
	skip_or_fail "needs a block device"
}

@test "blockIO: weight" {
	has_v1 blkio || needs_controller io
	limits '{blockIO: {weight: 300}}'
	args /bin/sleep 1000
	t run --detach --bundle "$BUNDLE" "$ID"
	[[ ! $stderr =~ has\ no\ \"(io|blkio).weight ]] || skip_or_fail "needs a kernel with BFQ or io.weight"
	ok
	local text
	if pure_v2; then
		text=$(kernel_file io - io.bfq.weight 2>/dev/null || kernel_file io - io.weight)
		[[ $text == "default 300" || $text == "default 2930" ]]
	else
		text=$(group_file blkio blkio.bfq.weight 2>/dev/null || group_file blkio blkio.weight)
		equal "$text" 300
	fi
}

@test "blockIO: limits of a device" {
	has_v1 blkio || needs_controller io
	local disk
	disk=$(disk)
	config '.linux.resources.blockIO = {
		throttleReadBpsDevice: [{major: $M, minor: $m, rate: 1048576}],
		throttleWriteBpsDevice: [{major: $M, minor: $m, rate: 2097152}],
		throttleReadIOPSDevice: [{major: $M, minor: $m, rate: 100}],
		throttleWriteIOPSDevice: [{major: $M, minor: $m, rate: 200}]}' \
		--argjson M "${disk%:*}" --argjson m "${disk#*:}"
	sleeper
	if pure_v2; then
		equal "$(kernel_file io - io.max)" "$disk rbps=1048576 wbps=2097152 riops=100 wiops=200"
	else
		equal "$(group_file blkio blkio.throttle.read_bps_device)" "$disk 1048576"
		equal "$(group_file blkio blkio.throttle.write_bps_device)" "$disk 2097152"
		equal "$(group_file blkio blkio.throttle.read_iops_device)" "$disk 100"
		equal "$(group_file blkio blkio.throttle.write_iops_device)" "$disk 200"
	fi
}

@test "blockIO: a weight or a device that is none" {
	promise
	has_v1 blkio || needs_controller io
	limits '{blockIO: {weight: 5}}'
	refused /linux/resources/blockIO/weight "is not from 10 to 1000"
	limits '{blockIO: {throttleReadBpsDevice: [{major: 4095, minor: 77, rate: 5}]}}'
	refused /linux/resources/blockIO/throttleReadBpsDevice/0
}

# --- huge pages, networks, unified ---------------------------------------------------------------

# The v2 tree of this machine has huge pages, whether it is alone or not.
@test "hugepageLimits, and what is reserved" {
	grep -qw hugetlb "$CGROUPS"/{,unified/}cgroup.controllers 2>/dev/null ||
		skip_or_fail "needs the controller hugetlb"
	[ -d /sys/kernel/mm/hugepages/hugepages-2048kB ] || skip_or_fail "needs huge pages of 2 MB"
	limits '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}'
	sleeper
	local dir
	dir=$(find "$CGROUPS" -type d -fstype cgroup2 -name "$ID" 2>/dev/null) || true
	equal "$(cat "$dir/hugetlb.2MB.max")" 4194304
	equal "$(cat "$dir/hugetlb.2MB.rsvd.max")" 4194304
}

@test "hugepageLimits of a size that the kernel has not" {
	promise
	grep -qw hugetlb "$CGROUPS"/{,unified/}cgroup.controllers 2>/dev/null ||
		skip_or_fail "needs the controller hugetlb"
	limits '{hugepageLimits: [{pageSize: "3MB", limit: 4194304}]}'
	refused /linux/resources/hugepageLimits/0 'has no "hugetlb.3MB.max"'
}

@test "network: classes and priorities, or that the host has none" {
	promise
	limits '{network: {classID: 1048577, priorities: [{name: "lo", priority: 5}]}}'
	if has_v1 net_cls && has_v1 net_prio; then
		sleeper
		equal "$(group_file net_cls net_cls.classid)" 1048577
		grep -qxF "lo 5" <<<"$(group_file net_prio net_prio.ifpriomap)"
	else
		refused /linux/resources/network 'no cgroup controller "net_'
	fi
}

@test "unified: a file of v2" {
	needs_pure_v2
	limits '{unified: {"memory.high": "33554432", "pids.max": "77", "cgroup.max.depth": "3"}}'
	sleeper
	equal "$(kernel_file memory - memory.high)" 33554432
	equal "$(kernel_file pids - pids.max)" 77
	equal "$(kernel_file cgroup - cgroup.max.depth)" 3
}

@test "unified: v1 has no such files" {
	needs_v1 memory
	limits '{unified: {"memory.high": "33554432"}}'
	t_run
	exits 1
	says "invalid configuration"
	nothing_left_of "$ID"
}

@test "unified: names that are no files of limits" {
	promise
	local name
	for name in cgroup.procs cgroup.freeze ../memory.high memory/../x.y memory; do
		config '.linux.resources.unified = {($n): "1"}' --arg n "$name"
		refused /linux/resources/unified "\"$name\" is not a file of a"
	done
}

@test "unified: a controller that is not there" {
	needs_pure_v2
	limits '{unified: {"perf.max": "1"}}'
	t_run
	exits 1
	says 'controller "perf" not available'
}

# --- recorded configurations ---------------------------------------------------------------------

# Everything but the resources is the test's own: those are what is to be seen here. jq rounds the ends of the scale.
@test "the resources that engines have written work, or are refused for what the host has not" {
	promise
	needs_controller memory
	local file bad=0 ran=0
	args /bin/true
	cp "$BUNDLE/config.json" "$WORK/plain.json"
	for file in "$HERE"/../data/configs/*/*.config.json; do
		jq -e '.linux.resources | del(.devices) | length > 0' "$file" >/dev/null || continue
		jq -s '.[0].linux.resources = (.[1].linux.resources | del(.devices)) | .[0]' \
			"$WORK/plain.json" "$file" |
			sed 's/-9223372036854776000/-9223372036854775808/; s/9223372036854776000/9223372036854775807/' \
				>"$BUNDLE/config.json"
		t_run
		if [ "$status" = 0 ]; then
			ran=$((ran + 1))
		elif ! grep -qE 'no cgroup controller|knows no such|o such device|invalid configuration|has no "hugetlb|realtime|is not available|peration not supported|has no "io.weight"|controller "hugetlb"' <<<"$stderr"; then
			echo "$file: $stderr" >&2
			bad=1
		fi
		nothing_left_of "$ID"
	done
	equal "$bad" 0
	[ "$ran" -gt 60 ]
}

# --- the owner of the cgroup ---------------------------------------------------------------------

# handed_over: a container with a user namespace, and a cgroup mount with these options.
handed_over()
{
	setup_v2
	own_root
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
		.linux.gidMappings = .linux.uidMappings |
		(.mounts[] | select(.type == "cgroup")) |= (.source = "cgroup" | .options = $o)' \
		--argjson o "$1"
	chmod a+x "$WORK" "$BUNDLE"
	script 'cd /sys/fs/cgroup; mkdir mine && echo made; stat -c %u . cgroup.procs cgroup.max.depth; echo 5 >cgroup.max.depth'
	v2 run --bundle "$BUNDLE" "$ID"
}

@test "v2: a writable cgroup belongs to the container's root, its limits do not" {
	handed_over '["nosuid", "nodev", "noexec", "rw"]'
	has_line made
	matches "$stdout" $'made\n0\n0\n65534'
	says "max.depth: Permission denied"
	nothing_left_of "$ID"
}

@test "v2: a read-only cgroup stays the host's" {
	handed_over '["nosuid", "nodev", "noexec", "ro"]'
	says "Read-only file system"
	matches "$stdout" $'^65534\n65534\n65534'
}

# --- a cgroup that was there before --------------------------------------------------------------

# inner_node PATH: makes that v2 cgroup, which passes a controller on to those below it.
inner_node()
{
	local name

	name=$(awk '{print $1}' "$(v2_tree)/cgroup.subtree_control")
	[ -n "$name" ] || skip_or_fail "needs a controller that the root of the v2 tree passes on"
	mkdir -p "$(v2_tree)/$1"
	echo "+$name" >"$(v2_tree)/$1/cgroup.subtree_control"
}

v2_tree()
{
	if pure_v2; then echo "$CGROUPS"; else echo "$CGROUPS/unified"; fi
}

@test "v2: a cgroup that passes controllers on takes them back for the container" {
	[ -e "$(v2_tree)/cgroup.subtree_control" ] || skip_or_fail "needs a v2 tree"
	inner_node "$MARK-inner"
	config '.linux.cgroupsPath = $p' --arg p "/$MARK-inner"
	sleeper
	grep -q "/$MARK-inner\$" "/proc/$(pid_of "$ID")/cgroup"
	must delete --force "$ID"
	nothing_left_of "$MARK-inner"
}

@test "v2: where that is impossible the cgroup is named" {
	promise
	[ -e "$(v2_tree)/cgroup.subtree_control" ] || skip_or_fail "needs a v2 tree"
	inner_node "$MARK-inner"
	inner_node "$MARK-inner/below"
	mkdir "$(v2_tree)/$MARK-inner/below/it"
	config '.linux.cgroupsPath = $p' --arg p "/$MARK-inner"
	t_create
	exits 1
	says "/$MARK-inner\" passes controllers on to others below it"
	find "$(v2_tree)/$MARK-inner" -depth -type d -exec rmdir {} + 2>/dev/null || true
	nothing_left_of "$MARK-inner"
}
