#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2016,SC2154
# A systemd, or a bus on the way to it, that answers late, never, or for somebody else: every command ends in time, and what is left
# is known to delete --force.

load helpers
load cgroups
load systemd

@test "late systemd: create and run, before and after the unit was asked for" {
	local word
	args /bin/true
	for word in AUTH Hello AddMatch StartTransientUnit; do
		freezing_relay "$WORK/bus" "$word"
		late --systemd-cgroup run --bundle "$BUNDLE" "$ID"
		wait_for no_unit "tare-$ID.scope" 2>/dev/null
		nothing_left_of "$ID"
		late --systemd-cgroup create --bundle "$BUNDLE" "$ID"
		nothing_left_of "$ID"
		reap_jobs
		rm "$WORK/bus"
	done
}

@test "late systemd: a slice that may come to be stays in the record" {
	config '.linux.cgroupsPath = $p' --arg p "system.slice::tare$MARK-own.slice"
	args /bin/true
	freezing_relay "$WORK/bus" StartTransientUnit
	late --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	wait_for systemctl --quiet is-active "tare$MARK-own.slice"
	has_status "$ID" stopped
	must delete --force "$ID"
	equal "$(systemctl is-active "tare$MARK-own.slice")" inactive
	systemctl stop "tare$MARK.slice"
	nothing_left_of "$ID"
}

@test "late systemd: update takes back what it had written" {
	needs_pure_v2
	config '.linux.resources += {memory: {limit: 67108864}}'
	args /bin/sleep 1000
	run_unit
	freezing_relay "$WORK/bus" AUTH
	late update --memory 80000000 "$ID"
	equal "$(cat "$CGROUPS/system.slice/tare-$ID.scope/"{,container/}memory.max)" '67108864
67108864'
	must update --memory 80000000 "$ID"
	equal "$(cat "$CGROUPS/system.slice/tare-$ID.scope/"{,container/}memory.max)" '79998976
79998976'
}

@test "late systemd: delete can be called again" {
	needs_pure_v2
	local word
	args /bin/sleep 1000
	for word in Get StopUnit; do
		run_unit
		# Something else in the unit keeps systemd from ending it by itself.
		mkdir "$CGROUPS/system.slice/tare-$ID.scope/other"
		sleep 1000 3>&- &
		echo $! >"$CGROUPS/system.slice/tare-$ID.scope/other/cgroup.procs"
		freezing_relay "$WORK/bus" "$word"
		late delete --force "$ID"
		status_of "$ID"
		must delete --force "$ID"
		no_unit "tare-$ID.scope"
		nothing_left_of "$ID"
		reap_jobs
		rm "$WORK/bus"
	done
}

@test "late systemd: what needs no answer of it waits for none" {
	local since=$SECONDS
	args /bin/sleep 1000
	run_unit
	freezing_relay "$WORK/bus" AUTH
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$WORK/bus
	must state "$ID"
	must ps --format json "$ID"
	must pause "$ID"
	must resume "$ID"
	must kill "$ID" KILL
	must list
	unset DBUS_SYSTEM_BUS_ADDRESS
	# Whoever waited would do so for 30 seconds.
	[ $((SECONDS - since)) -le 25 ]
}

@test "late systemd: all of it by the bus" {
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket
	config '.linux.resources += {memory: {limit: 67108864}}'
	args /bin/sleep 1000
	run_unit
	must update --memory 80000000 "$ID"
	equal "$(unit_show "tare-$ID.scope" "$(by_version MemoryLimit MemoryMax)")" 80000000
	must delete --force "$ID"
	no_unit "tare-$ID.scope"
	DBUS_SYSTEM_BUS_ADDRESS=unix:path=$WORK/nobody t --systemd-cgroup run --bundle "$BUNDLE" "$ID"
	exits 1
	says "cannot connect to systemd at \"$WORK/nobody\""
	nothing_left_of "$ID"
}
