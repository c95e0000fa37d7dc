#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# update: limits of containers that exist, by options and by documents, and the way back.

load helpers
load cgroups

memory()
{
	kernel_file memory memory.limit_in_bytes memory.max
}

pids()
{
	kernel_file pids pids.max pids.max
}

# update ARGUMENT...: of the container $ID, which must succeed without a word.
update()
{
	must update "$@" "$ID"
	silent
}

# document JSON: updates from standard input.
document()
{
	echo "$1" >"$WORK/in"
	t_in "$WORK/in" update --resources - "$ID"
}

@test "limits by options, with units" {
	needs_controller memory
	needs_controller pids
	sleeper
	update --memory 64M --pids-limit 20
	equal "$(memory)" 67108864
	equal "$(pids)" 20
	update --memory 67112960 --pids-limit -1
	equal "$(memory)" 67112960
	equal "$(pids)" max
	update --memory 128mib
	equal "$(memory)" 134217728
	update --memory-reservation 32m
	equal "$(kernel_file memory memory.soft_limit_in_bytes memory.low)" 33554432
}

@test "CPU limits by options" {
	needs_controller cpu
	sleeper
	update --cpu-share 512 --cpu-quota 50000
	equal "$(kernel_file cpu cpu.shares cpu.weight)" "$(by_version 512 59)"
	equal "$(kernel_file cpu cpu.cfs_quota_us cpu.max)" "$(by_version 50000 "50000 100000")"
	update --cpu-period 200000
	equal "$(kernel_file cpu cpu.cfs_quota_us cpu.max)" "$(by_version 50000 "50000 200000")"
	equal "$(kernel_file cpu cpu.cfs_period_us cpu.max)" "$(by_version 200000 "50000 200000")"
	update --cpu-burst 10000
	equal "$(kernel_file cpu cpu.cfs_burst_us cpu.max.burst)" 10000
	update --cpu-quota -1 --cpu-burst 0
	equal "$(kernel_file cpu cpu.cfs_quota_us cpu.max)" "$(by_version -1 "max 200000")"
	update --cpu-idle 1
	equal "$(kernel_file cpu cpu.idle cpu.idle)" 1
	update --cpu-idle 0 --cpu-share 1024
	equal "$(kernel_file cpu cpu.shares cpu.weight)" "$(by_version 1024 100)"
}

@test "a quota below the burst, in one update" {
	needs_controller cpu
	sleeper
	update --cpu-quota 50000 --cpu-burst 40000
	update --cpu-quota 20000 --cpu-burst 10000
	equal "$(kernel_file cpu cpu.cfs_burst_us cpu.max.burst)" 10000
	update --cpu-quota 60000 --cpu-burst 60000
	equal "$(kernel_file cpu cpu.cfs_burst_us cpu.max.burst)" 60000
}

@test "processors" {
	needs_controller cpuset
	sleeper
	update --cpuset-cpus 0 --cpuset-mems 0
	equal "$(kernel_file cpuset cpuset.cpus cpuset.cpus)" 0
}

@test "memory and swap together, up and down" {
	needs_v1 memory
	config '.linux.resources.memory = {limit: 67108864, swap: 67108864}'
	sleeper
	update --memory 134217728 --memory-swap 134217728
	equal "$(group_file memory memory.memsw.limit_in_bytes)" 134217728
	update --memory 33554432 --memory-swap 50331648
	equal "$(group_file memory memory.limit_in_bytes)" 33554432
	equal "$(group_file memory memory.memsw.limit_in_bytes)" 50331648
	update --memory-swap 67108864
	equal "$(group_file memory memory.memsw.limit_in_bytes)" 67108864
	equal "$(group_file memory memory.limit_in_bytes)" 33554432
	update --memory -1
	[ "$(group_file memory memory.memsw.limit_in_bytes)" -gt 1000000000000000 ]
}

@test "a document on standard input, as engines give it" {
	needs_controller memory
	needs_controller pids
	sleeper
	document '{"memory": {"limit": 100663296, "reservation": 0, "kernel": 0},
		"cpu": {"shares": 0, "quota": 0, "period": 0}, "blockIO": {"weight": 0}, "pids": {"limit": 33}}'
	ok
	equal "$(memory)" 100663296
	equal "$(pids)" 33
	document '{}'
	ok
	equal "$(pids)" 33
}

@test "a document in a file" {
	needs_controller pids
	sleeper
	echo '{"pids": {"limit": 12}}' >"$WORK/document"
	update --resources "$WORK/document"
	equal "$(pids)" 12
	update --resources="$WORK/document"
	t update --resources "$WORK/none" "$ID"
	exits 1
	says "cannot open"
}

@test "every document that an engine wrote is taken, or refused for what this host has not" {
	promise
	needs_v1 memory
	local file
	for file in "$HERE"/../data/configs/*/*.resources.json; do
		sleeper
		t update --resources "$file" "$ID"
		if [ "$status" != 0 ]; then
			[[ ${stderr,,} =~ no\ such\ device|this\ host\ has\ no\ cgroup\ controller|this\ kernel\ has\ no ]] || show
			jq -e '.blockIO // .cpu.cpus' "$file" >/dev/null
		fi
		must delete --force "$ID"
	done
}

@test "what is wrong in a document is named, and nothing is changed" {
	promise
	needs_controller pids
	sleeper
	update --pids-limit 20
	document '{"pids": {"limit": 5}, "memory": {"limit": "much"}}'
	exits 1
	says /memory/limit
	document '{"pids": {"limit": 5}, "memory": {"limit": -5}}'
	exits 1
	says memory/limit
	document '{"pids": {"limit": 5}, "cpu": {"cpus": "none"}}'
	exits 1
	says cpu/cpus
	document 'nothing'
	exits 1
	equal "$(pids)" 20
}

@test "a word that is no limit is refused" {
	sleeper
	t update --memory lots "$ID"
	exits 1
	says "invalid value"
	t update --memory 1x "$ID"
	exits 1
	t update --cpu-share -1 "$ID"
	exits 1
	t update --memory 99999999999g "$ID"
	exits 1
	promise
	t update --memory 1m --resources - "$ID"
	exits 1
	says "exclude each other"
}

@test "when a later value is refused, those before it are taken back" {
	promise
	needs_controller memory
	needs_controller cpu
	sleeper
	update --memory 64M --cpu-share 512 --cpu-quota 50000
	t update --memory 32M --cpu-share 700 --cpu-quota 40000 --cpuset-cpus 4000 "$ID"
	exits 1
	says cpuset
	equal "$(memory)" 67108864
	equal "$(kernel_file cpu cpu.shares cpu.weight)" "$(by_version 512 59)"
	equal "$(kernel_file cpu cpu.cfs_quota_us cpu.max)" "$(by_version 50000 "50000 100000")"
	t update --memory 128M --cpu-quota 1 "$ID"
	exits 1
	equal "$(memory)" 67108864
}

@test "checkBeforeUpdate refuses a limit below what is used" {
	promise
	needs_controller memory
	script 'mount -t tmpfs none /mnt; head -c 30000000 /dev/zero >/mnt/file; echo ready >/dev/shm/ready; sleep 1000'
	all_capabilities
	background
	wait_for test -e "/proc/$(pid_of "$ID")/root/dev/shm/ready"
	update --memory 200M
	document '{"memory": {"limit": 10000000, "checkBeforeUpdate": true}}'
	exits 1
	says "more than the limit of 10000000"
	equal "$(memory)" 209715200
}

@test "a created container, a paused one, and not a stopped one" {
	needs_controller pids
	args /bin/sleep 1000
	t_create
	ok
	update --pids-limit 20
	equal "$(pids)" 20
	must start "$ID"
	equal "$(pids)" 20
	must pause "$ID"
	update --pids-limit 30
	equal "$(pids)" 30
	has_status "$ID" paused
	must resume "$ID"
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	t update --pids-limit 40 "$ID"
	exits 1
	says "container not running"
	t update --pids-limit 40 "$MARK-none"
	exits 1
	says "does not exist"
}

@test "without a cgroup there is nothing to update" {
	promise
	args /bin/sleep 1000
	must --cgroup-manager disabled run --detach --bundle "$BUNDLE" "$ID"
	t update --pids-limit 5 "$ID"
	exits 1
	says "needs a cgroup"
}

# --- devices -------------------------------------------------------------------------------------

# opening: a container that tries to open /dev/mine (1:11) again and again, and says how that went.
opening()
{
	own_root
	config '.linux.devices = [{path: "/dev/mine", type: "c", major: 1, minor: 11}]'
	all_capabilities
	script 'while :; do reporter open /dev/mine >/new; reporter open /dev/null >>/new; mv /new /said; sleep 0.02; done'
	background
	wait_for said EPERM
}

said()
{
	rm -f "$ROOTFS/said"
	for _ in {1..100}; do
		[ -s "$ROOTFS/said" ] && break
		sleep 0.02
	done
	[ "$(cat "$ROOTFS/said")" = "$1"$'\nok' ]
}

@test "a document's device rules take the place of the old ones" {
	promise
	has_v1 devices || pure_v2 || skip_or_fail "needs device rules"
	opening
	document '{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rw"}]}'
	ok
	wait_for said ok
	document '{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "r"}]}'
	ok
	wait_for said EPERM
}

@test "a denial of everything alone, which engines send along, takes nothing away" {
	promise
	has_v1 devices || pure_v2 || skip_or_fail "needs device rules"
	opening
	document '{"devices": [{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rw"}]}'
	wait_for said ok
	document '{"devices": [{"allow": false, "access": "rwm"}], "pids": {"limit": 40}}'
	ok
	said ok
}

@test "v2: device rules are replaced, not added" {
	promise
	setup_v2
	config '.linux.devices = [{path: "/dev/mine", type: "c", major: 1, minor: 11}]'
	all_capabilities
	own_root
	setup_v2
	script 'while :; do reporter open /dev/mine >/new; reporter open /dev/null >>/new; mv /new /said; sleep 0.02; done'
	v2 run --detach --bundle "$BUNDLE" "$ID"
	ok
	wait_for said EPERM
	echo '{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rw"}]}' >"$WORK/document"
	v2 update --resources "$WORK/document" "$ID"
	ok
	wait_for said ok
	v2 delete --force "$ID"
	ok
}
