#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# systemd as the manager of cgroups: units, limits on both sides, devices, ends, and a systemd that does not answer.

load helpers
load cgroups
load systemd

@test "systemd: the default unit, its cgroup, and nothing left of either" {
	args /bin/sleep 1000
	run_unit
	local unit=tare-$ID.scope
	in_unit "/system.slice/$unit" /container
	equal "$(unit_show "$unit" ActiveState Delegate Slice DefaultDependencies)" 'active
yes
system.slice
no'
	must delete --force "$ID"
	no_unit "$unit"
}

@test "systemd: slice, prefix and name" {
	config '.linux.cgroupsPath = $p' --arg p "tare$MARK-inner.slice:pre:$ID"
	args /bin/sleep 1000
	run_unit
	in_unit "/tare$MARK.slice/tare$MARK-inner.slice/pre-$ID.scope" /container
	must delete --force "$ID"
	no_unit "pre-$ID.scope"
	systemctl stop "tare$MARK.slice"
}

@test "systemd: a slice of its own" {
	config '.linux.cgroupsPath = $p' --arg p "system.slice::tare$MARK-own.slice"
	args /bin/sleep 1000
	run_unit
	in_unit "/tare$MARK.slice/tare$MARK-own.slice"
	must delete --force "$ID"
	equal "$(systemctl is-active "tare$MARK-own.slice")" inactive
	systemctl stop "tare$MARK.slice"
}

@test "systemd: paths that name no unit" {
	local path
	for path in /a/b a:b a:b:c:d 'a b.slice:x:y' no:x:y 'system.slice:x:y z' -a.slice:x:y a--b.slice:x:y; do
		config '.linux.cgroupsPath = $p' --arg p "$path"
		t --systemd-cgroup create --bundle "$BUNDLE" "$ID"
		exits 1
		says 'expected cgroupsPath to be of format "slice:prefix:name"' /linux/cgroupsPath
	done
}

@test "systemd: a unit that somebody else has is not touched" {
	systemd-run --quiet --unit="tare-$ID" --scope sleep 1000 &
	wait_for systemctl --quiet is-active "tare-$ID.scope"
	args /bin/true
	t --systemd-cgroup run --bundle "$BUNDLE" "$ID"
	exits 1
	says "tare-$ID.scope"
	t delete --force "$ID"
	systemctl --quiet is-active "tare-$ID.scope"
	systemctl stop "tare-$ID.scope"
}

@test "systemd: limits are in the kernel's files and in the unit" {
	needs_pure_v2
	config '.linux.resources += {memory: {limit: 67108864, reservation: 33554432, swap: 134217728},
		cpu: {shares: 2048, quota: 25000, period: 50000}, pids: {limit: 77},
		unified: {"memory.high": "60000000", "memory.min": "4096", "memory.oom.group": "1"}}'
	args /bin/sleep 1000
	run_unit
	equal "$(unit_show "tare-$ID.scope" OOMPolicy MemoryMin CPUWeight MemoryMax MemoryLow MemorySwapMax MemoryHigh TasksMax \
		CPUQuotaPerSecUSec CPUQuotaPeriodUSec)" "kill
4096
$(cat "$CGROUPS/system.slice/tare-$ID.scope/container/cpu.weight")
"'67108864
33554432
67108864
60000000
77
500ms
50ms'
	local file
	for file in memory.min memory.max memory.low memory.swap.max memory.high pids.max cpu.max cpu.weight; do
		equal "$(cat "$CGROUPS/system.slice/tare-$ID.scope/container/$file")" \
			"$(cat "$CGROUPS/system.slice/tare-$ID.scope/$file")"
	done
	equal "$(cat "$CGROUPS/system.slice/tare-$ID.scope/memory.max")" 67108864
	equal "$(cat "$CGROUPS/system.slice/tare-$ID.scope/cpu.max")" "25000 50000"
}

@test "systemd: update changes both, and a daemon-reload takes nothing back" {
	needs_pure_v2
	config '.linux.resources += {memory: {limit: 67108864}, cpu: {quota: 25000, period: 50000}, pids: {limit: 77}}'
	args /bin/sleep 1000
	run_unit
	must update --memory 80000000 --pids-limit 99 --cpu-quota 20000 "$ID"
	systemctl daemon-reload
	equal "$(unit_show "tare-$ID.scope" MemoryMax TasksMax CPUQuotaPerSecUSec)" '80000000
99
400ms'
	equal "$(cat "$CGROUPS/system.slice/tare-$ID.scope/"{,container/}{memory,pids,cpu}.max)" '79998976
99
20000 50000
79998976
99
20000 50000'
}

@test "systemd: processors, memory nodes and the weight of I/O are in both" {
	needs_pure_v2
	needs_controller cpuset
	local unit=tare-$ID.scope dir=$CGROUPS/system.slice/tare-$ID.scope
	config '.linux.resources += {cpu: {cpus: "0", mems: "0"}, blockIO: {weight: 300}}'
	args /bin/sleep 1000
	t --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID"
	[[ ! $stderr =~ has\ no\ \"io.weight ]] || skip_or_fail "needs a kernel with BFQ or io.weight"
	ok
	equal "$(unit_show "$unit" AllowedCPUs AllowedMemoryNodes IOWeight)" $'0\n0\n2930'
	equal "$(cat "$dir/"{,container/}cpuset.{cpus,mems})" $'0\n0\n0\n0'
	[ ! -e "$dir/io.weight" ] || equal "$(head -1 "$dir/io.weight")" "default 2930"
	must update --blkio-weight 500 "$ID"
	systemctl daemon-reload
	equal "$(unit_show "$unit" IOWeight)" 4950
	[ ! -e "$dir/io.weight" ] || equal "$(head -1 "$dir/io.weight")" "default 4950"
}

# on_v1: what the kernel's files say of the running container.
on_v1()
{
	group_file memory memory.limit_in_bytes
	group_file memory memory.soft_limit_in_bytes
	group_file memory memory.swappiness
	group_file cpu cpu.shares
	group_file cpu cpu.cfs_quota_us
	group_file cpu cpu.cfs_period_us
	group_file pids pids.max
}

@test "systemd: v1 limits are in the kernel's files and in the unit, and systemd takes none of them back" {
	needs_v1 memory
	config '.linux.resources += {memory: {limit: 67108864, reservation: 33554432, swappiness: 30},
		cpu: {shares: 2048, quota: 25000, period: 50000}, pids: {limit: 77}}'
	args /bin/sleep 1000
	run_unit
	local unit=tare-$ID.scope limits=$'67108864\n33554432\n30\n2048\n25000\n50000\n77'
	equal "$(on_v1)" "$limits"
	equal "$(unit_show "$unit" MemoryLimit CPUShares CPUQuotaPerSecUSec CPUQuotaPeriodUSec TasksMax)" \
		$'67108864\n2048\n500ms\n50ms\n77'
	# The cgroup is the unit's own: systemd writes there what it has, and so must have all of it.
	systemctl daemon-reload
	systemctl set-property --runtime "$unit" CPUShares=4096 TasksMax=78
	equal "$(on_v1)" $'67108864\n33554432\n30\n4096\n25000\n50000\n78'
	must update --memory 80003072 --cpu-quota 20000 --pids-limit 99 "$ID"
	equal "$(unit_show "$unit" MemoryLimit CPUQuotaPerSecUSec TasksMax)" $'80003072\n400ms\n99'
	systemctl set-property --runtime "$unit" CPUShares=2048
	equal "$(on_v1)" $'80003072\n33554432\n30\n2048\n20000\n50000\n99'
	must update --cpu-period 40000 "$ID"
	equal "$(unit_show "$unit" CPUQuotaPerSecUSec CPUQuotaPeriodUSec)" $'500ms\n40ms'
	must delete --force "$ID"
	no_unit "$unit"
}

@test "systemd: a cgroup that is the unit's own keeps what systemd knows nothing of" {
	needs_pure_v2
	local dir path
	args /bin/sleep 1000
	for path in "::$ID" "::tare$MARK-own.slice"; do
		config '.annotations = {"run.oci.systemd.subgroup": ""} | .linux.cgroupsPath = $p | .linux.resources += {pids: {limit: 77},
			unified: {"memory.high": "61440000", "memory.swap.high": "4096000"}}' --arg p "$path"
		run_unit
		dir=$CGROUPS$(cut -d: -f3 "/proc/$(pid_of "$ID")/cgroup")
		systemctl daemon-reload
		systemctl set-property --runtime system.slice MemoryLow=1M
		equal "$(cat "$dir/"{pids.max,memory.high,memory.swap.high})" '77
61440000
4096000'
		must delete --force "$ID"
		[ ! -d "$dir" ]
	done
	systemctl stop "tare$MARK.slice"
}

@test "systemd: after a daemon-reload the device still works, and others do not" {
	config '.linux.resources.devices += [{allow: true, type: "c", major: 1, minor: 11, access: "rw"}] |
		.linux.devices = [{path: "/dev/mine", type: "c", major: 1, minor: 11},
			{path: "/dev/other", type: "c", major: 1, minor: 1}]'
	all_capabilities
	script 'while [ ! -e /tmp/go ]; do sleep 0.1; done; reporter open /dev/mine; reporter open /dev/other; reporter open /dev/null; sleep 1000'
	mount_add '{destination: "/tmp", type: "bind", source: $ENV.WORK, options: ["bind"]}'
	run_unit
	systemctl daemon-reload
	systemctl daemon-reexec
	touch "$WORK/go"
	wait_for has_lines 3 "$WORK/stdout"
	equal "$(cat "$WORK/stdout")" 'ok
EPERM
ok'
}

@test "systemd: properties by annotation" {
	config '.annotations = {"org.systemd.property.CollectMode": "'"'inactive'"'",
		"org.systemd.property.TimeoutStopSec": "uint64 17", "org.systemd.property.TasksMax": "uint64 55",
		"org.systemd.property.After": "['"'dbus.socket'"']", "org.systemd.property.IOAccounting": "false",
		"org.systemd.property.KillSignal": "int32 0xc", "org.systemd.property.SendSIGHUP": "boolean true",
		"org.systemd.property.CPUWeight": "@t 33", "org.systemd.property.AllowedCPUs": "[byte 1]"}'
	args /bin/sleep 1000
	run_unit
	equal "$(unit_show "tare-$ID.scope" TimeoutStopUSec TasksMax CollectMode KillSignal SendSIGHUP CPUWeight AllowedCPUs)" '17s
55
inactive
12
yes
33
0'
	matches "$(unit_show "tare-$ID.scope" After)" dbus.socket
}

@test "systemd: annotations that cannot be meant" {
	local pair
	for pair in 'a.b=1' 'X=1' 'TasksMax=uint64' 'TasksMax=1 2' 'TasksMax=1.5' "Description='x'" 'Slice="a.slice"' 'After=[1' 'TimeoutStopSec=true'; do
		config '.annotations = {("org.systemd.property." + $k): $v}' --arg k "${pair%%=*}" --arg v "${pair#*=}"
		t --systemd-cgroup create --bundle "$BUNDLE" "$ID"
		exits 1
		says /annotations
	done
	config '.annotations = {"org.systemd.property.NoSuchThing": "true"}'
	t --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	exits 1
	says NoSuchThing
	nothing_left_of "$ID"
	no_unit "tare-$ID.scope"
}

@test "systemd: the cgroup below the scope is named, divided, or left out" {
	needs_pure_v2
	config '.annotations = {"run.oci.systemd.subgroup": "mine", "run.oci.delegate-cgroup": "payload"}'
	args /bin/sleep 1000
	run_unit
	equal "$(cat "/proc/$(pid_of "$ID")/cgroup")" "0::/system.slice/tare-$ID.scope/mine/payload"
	must delete --force "$ID"
	no_unit "tare-$ID.scope"
	config '.annotations = {"run.oci.systemd.subgroup": ""}'
	run_unit
	equal "$(cat "/proc/$(pid_of "$ID")/cgroup")" "0::/system.slice/tare-$ID.scope"
	must delete --force "$ID"
	no_unit "tare-$ID.scope"
	config '.annotations = {"run.oci.systemd.subgroup": "../up"}'
	t --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	exits 1
	says '/annotations/run.oci.systemd.subgroup'
}

@test "systemd: v1 no scope is divided" {
	needs_v1 memory
	args /bin/true
	config '.annotations = {"run.oci.systemd.subgroup": "mine"}'
	t --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	exits 1
	says "only a scope on a host with cgroup v2 alone is divided" /annotations/run.oci.systemd.subgroup
}

@test "systemd: later commands know the manager without being told" {
	args /bin/sleep 1000
	must --cgroup-manager systemd create --bundle "$BUNDLE" "$ID"
	must start "$ID"
	must pause "$ID"
	has_status "$ID" paused
	must resume "$ID"
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	no_unit "tare-$ID.scope"
}

@test "systemd: run cleans the unit up when the program ends" {
	script 'exit 7'
	t --systemd-cgroup run --bundle "$BUNDLE" "$ID"
	exits 7
	no_unit "tare-$ID.scope"
	args /no/such/program
	t --systemd-cgroup run --bundle "$BUNDLE" "$ID"
	exits 1
	no_unit "tare-$ID.scope"
	nothing_left_of "$ID"
}

@test "systemd: one call starts the unit, and nobody is moved" {
	command -v strace >/dev/null || skip_or_fail "needs strace"
	args /bin/true
	strace -f -s 4000 -e trace=sendmsg,write -o "$WORK/calls" \
		"$TARE" --root "$STATE" --systemd-cgroup run --bundle "$BUNDLE" "$ID" 3>&-
	equal "$(grep -c StartTransientUnit "$WORK/calls")" 1
	equal "$(grep -c 'cgroup.procs' "$WORK/calls")" 0
}

# connections FILE: how often systemd was called.
connections()
{
	grep -c 'sun_path="/run/systemd/private"' "$1"
}

# in_connections RUN DELETE: so many of each.
in_connections()
{
	strace -f -e trace=connect -o "$WORK/run" "$TARE" --root "$STATE" --systemd-cgroup run --bundle "$BUNDLE" "$ID" 3>&-
	must --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	strace -f -e trace=connect -o "$WORK/delete" "$TARE" --root "$STATE" delete --force "$ID" 3>&-
	no_unit "tare-$ID.scope"
	[ "$(connections "$WORK/run"):$(connections "$WORK/delete")" = "$1:$2" ]
}

@test "systemd: the end of a scope is seen without asking for it" {
	needs_pure_v2
	command -v strace >/dev/null || skip_or_fail "needs strace"
	args /bin/true
	# It is asked for when it does not come in a tenth of a second, as on a machine that has much to do.
	local i
	for i in 1 2 3 4 5; do
		! in_connections 1 0 || return 0
	done
	return 1
}

@test "systemd: a systemd that does not answer ends no command late" {
	local socket=$WORK/bus since=$SECONDS
	frozen_bus "$socket"
	export TARE_SYSTEMD_SECONDS=2
	args /bin/true
	DBUS_SYSTEM_BUS_ADDRESS=unix:path=$socket t --systemd-cgroup run --bundle "$BUNDLE" "$ID"
	exits 1
	says "does not answer: gave up after 2 seconds"
	[ $((SECONDS - since)) -lt 10 ]
	nothing_left_of "$ID"
	script 'exit 0'
	# A scope that the container is in, and not below it, has no cgroup any more that would tell of its end.
	config '.annotations = {"run.oci.systemd.subgroup": ""}'
	must --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	DBUS_SYSTEM_BUS_ADDRESS=unix:path=$socket t delete --force "$ID"
	exits 1
	says "does not answer"
	must delete --force "$ID"
	no_unit "tare-$ID.scope"
	nothing_left_of "$ID"
}

@test "systemd: killed at any moment, delete --force leaves no unit" {
	local delay
	args /bin/sleep 1000
	for delay in 0.02 0.04 0.06 0.08 0.10 0.12 0.15 0.2; do
		timeout -s KILL "$delay" "$TARE" --root "$STATE" --systemd-cgroup create --bundle "$BUNDLE" "$ID" \
			</dev/null >/dev/null 2>&1 3>&- || true
		must delete --force "$ID"
		no_unit "tare-$ID.scope"
		nothing_left_of "$ID"
	done
}
