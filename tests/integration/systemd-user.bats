#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2016,SC2154
# Callers without root, with their own systemd as the manager of cgroups.

load helpers
load cgroups
load systemd

LIMITS='.linux.resources = {memory: {limit: 67108864}, pids: {limit: 77}, cpu: {quota: 50000, period: 100000}}'

# lives_in_unit: the whole life of a container, whose cgroup and unit are the user's.
lives_in_unit()
{
	local unit=tare-$ID.scope dir
	dir=$CGROUPS$USER_SYSTEMD/user.slice/$unit

	config "$LIMITS"
	args /bin/sleep 1000
	must --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	equal "$(cat "/proc/$(pid_of "$ID")/cgroup")" "0::$USER_SYSTEMD/user.slice/$unit/container"
	must start "$ID"
	equal "$(cat "$dir"/{,container/}{memory.max,pids.max,cpu.max})" '67108864
77
50000 100000
67108864
77
50000 100000'
	equal "$(user_show "$unit" MemoryMax TasksMax CPUQuotaPerSecUSec Delegate Slice ActiveState)" '67108864
77
500ms
yes
user.slice
active'
	must update --memory 80000000 --pids-limit 99 "$ID"
	equal "$(user_show "$unit" MemoryMax TasksMax)" '80000000
99'
	equal "$(cat "$dir/container/"{memory,pids}.max)" '79998976
99'
	# Each call from a user namespace is from another one, which has no rights over the container's.
	if [[ $USER_ENTRY != unshare* ]]; then
		must exec "$ID" cat /proc/self/cgroup
		matches "$stdout" "$USER_SYSTEMD/user.slice/$unit/container\$"
	fi
	must pause "$ID"
	has_status "$ID" paused
	equal "$(cat "$dir/container/cgroup.freeze")" 1
	must resume "$ID"
	must ps --format json "$ID"
	equal "$stdout" "[$(pid_of "$ID")]"
	must delete --force "$ID"
	no_user_unit "$unit"
	nothing_left_of "$ID"
}

@test "a user's systemd: from a session, whose cgroup is not below it" {
	as_lingering
	lives_in_unit
}

@test "a user's systemd: from one of its own units, without its help" {
	as_lingering
	USER_ENTRY="systemd-run --quiet --user --scope"
	lives_in_unit
}

@test "a user's systemd: by root of a user namespace" {
	as_lingering
	in_namespace
	lives_in_unit
}

@test "a user's systemd: by root of a user namespace, by the bus alone" {
	as_lingering
	in_namespace
	USER_ENVIRONMENT="DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$LINGERING/bus"
	lives_in_unit
}

@test "a user's systemd: what the program inside has seen, and its end" {
	as_lingering
	script 'cat /proc/self/cgroup; exit 3'
	namespace cgroup
	t --systemd-cgroup run --bundle "$BUNDLE" "$ID"
	exits 3
	equal "$stdout" 0::/
	no_user_unit "tare-$ID.scope"
	args /no/such/program
	t --systemd-cgroup run --bundle "$BUNDLE" "$ID"
	exits 1
	no_user_unit "tare-$ID.scope"
	nothing_left_of "$ID"
}

@test "a user's systemd: has ended, and all that it had" {
	as_lingering
	args /bin/sleep 1000
	must --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID"
	# Something else in the unit keeps systemd from ending it by itself.
	mkdir "$CGROUPS$USER_SYSTEMD/user.slice/tare-$ID.scope/other"
	sleep 1000 3>&- &
	echo $! >"$CGROUPS$USER_SYSTEMD/user.slice/tare-$ID.scope/other/cgroup.procs"
	USER_ENVIRONMENT="XDG_RUNTIME_DIR=$WORK"
	t delete --force "$ID"
	exits 1
	says "cannot connect to systemd"
	USER_ENVIRONMENT="XDG_RUNTIME_DIR=/run/user/$LINGERING"
	systemctl stop "user@$LINGERING.service"
	t delete --force "$ID"
	systemctl start "user@$LINGERING.service"
	ok
	nothing_left_of "$ID"
}

@test "a user's systemd: nobody knows where it is" {
	as_lingering
	USER_ENVIRONMENT=""
	t --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	exits 1
	says "cannot find the user's systemd: XDG_RUNTIME_DIR is not set"
	USER_ENVIRONMENT="XDG_RUNTIME_DIR=$WORK"
	t --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	exits 1
	says "cannot connect to systemd at \"$WORK/bus\""
	nothing_left_of "$ID"
}

@test "a user's systemd: a limit that it was not given is an error that says what gives it" {
	as_lingering
	local drop=/run/systemd/system/user@$LINGERING.service.d
	mkdir -p "$drop"
	printf '[Service]\nDelegate=\nDelegate=memory pids\n' >"$drop/zz-tests.conf"
	systemctl daemon-reload
	systemctl restart "user@$LINGERING.service"
	config '.linux.resources = {cpu: {shares: 512}}'
	t --systemd-cgroup create --bundle "$BUNDLE" "$ID"
	rm "$drop/zz-tests.conf"
	systemctl daemon-reload
	systemctl restart "user@$LINGERING.service"
	exits 1
	says 'cgroup controller "cpu" is not available' 'Delegate=' /linux/resources/cpu/shares
	no_user_unit "tare-$ID.scope"
	nothing_left_of "$ID"
}
