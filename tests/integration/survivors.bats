#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Processes that SIGKILL does not end: they are named, and when they can end they are removed.

load helpers
load cgroups

eval "teardown_rest() $(declare -f teardown | tail -n +2)"

# Whatever holds processes is let go first, or nobody could clean up.
teardown()
{
	names || return 1
	if [ -d "$CGROUPS/freezer/$MARK-outer" ]; then
		echo THAWED >"$CGROUPS/freezer/$MARK-outer/freezer.state"
	fi
	if mountpoint -q "${BATS_TEST_TMPDIR:?}/disk"; then
		fsfreeze --unfreeze "$BATS_TEST_TMPDIR/disk" 2>/dev/null || true
	fi
	teardown_rest || return 1
	if mountpoint -q "$BATS_TEST_TMPDIR/disk"; then
		umount "$BATS_TEST_TMPDIR/disk"
	fi
}

@test "v1: a cgroup above that is frozen holds the container, and delete --force says so" {
	promise
	needs_v1 freezer
	mkdir "$CGROUPS/freezer/$MARK-outer"
	config '.linux.cgroupsPath = $p' --arg p "/$MARK-outer/inner"
	sleeper
	local pid
	pid=$(pid_of "$ID")
	echo FROZEN >"$CGROUPS/freezer/$MARK-outer/freezer.state"
	t delete --force "$ID"
	exits 1
	says "1 process(es) of the container do not end after SIGKILL: $pid (sleep, state " \
		"a cgroup above theirs is frozen"
	has_status "$ID" running || has_status "$ID" paused
	echo THAWED >"$CGROUPS/freezer/$MARK-outer/freezer.state"
	must delete --force "$ID"
	rmdir "$CGROUPS/freezer/$MARK-outer"
	nothing_left_of "$ID"
}

# disk: an ext4 at $WORK/disk that can be frozen: whoever writes to it then waits where no signal reaches him.
disk()
{
	truncate -s 16M "$WORK/image"
	mkfs.ext4 -q "$WORK/image" && mkdir "$WORK/disk" && mount -o loop "$WORK/image" "$WORK/disk" 2>/dev/null ||
		skip_or_fail "needs loop devices and ext4"
}

in_state()
{
	[ "$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status")" = "$2" ]
}

@test "a process that waits for a disk is named, and is removed when it has it" {
	promise
	disk
	config '.mounts += [{destination: "/mnt", type: "bind", source: $d, options: ["bind"]}]' --arg d "$WORK/disk"
	script 'read -r go </tmp/go; exec head -c 4096 /dev/zero >/mnt/file'
	own_root
	mkfifo "$ROOTFS/tmp/go"
	background
	local pid
	pid=$(pid_of "$ID")
	fsfreeze --freeze "$WORK/disk"
	echo >"$ROOTFS/tmp/go"
	wait_for in_state "$pid" D
	t delete --force "$ID"
	exits 1
	says "1 process(es) of the container do not end after SIGKILL: $pid (" ", state D)"
	t delete "$ID"
	exits 1
	fsfreeze --unfreeze "$WORK/disk"
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "a process that waits for a disk outlives init, and delete names it" {
	promise
	disk
	config '.mounts += [{destination: "/mnt", type: "bind", source: $d, options: ["bind"]}]' --arg d "$WORK/disk"
	without_namespace pid
	script 'head -c 4096 /dev/zero >/mnt/file & echo $! >/tmp/pid; read -r go </tmp/go'
	own_root
	mkfifo "$ROOTFS/tmp/go"
	fsfreeze --freeze "$WORK/disk"
	background
	wait_for test -s "$ROOTFS/tmp/pid"
	local pid
	pid=$(cat "$ROOTFS/tmp/pid")
	wait_for in_state "$pid" D
	echo >"$ROOTFS/tmp/go"
	wait_for has_status "$ID" stopped
	t delete "$ID"
	exits 1
	says "1 process(es) of the container do not end after SIGKILL: $pid (" ", state D)"
	fsfreeze --unfreeze "$WORK/disk"
	must delete "$ID"
	nothing_left_of "$ID"
}

# The calls that wait are in $WORK/calls.
traced()
{
	cat >"$WORK/traced" <<-END
		#!/bin/sh
		exec strace -o "$WORK/calls" -e trace=poll,ppoll,nanosleep,clock_nanosleep "$TARE" "\$@"
	END
	chmod 755 "$WORK/traced"
}

@test "v2: delete waits for the last process by cgroup.events, and never sleeps" {
	promise
	command -v strace >/dev/null || skip_or_fail "needs strace"
	disk
	setup_v2
	config '.mounts += [{destination: "/mnt", type: "bind", source: $d, options: ["bind"]}]' --arg d "$WORK/disk"
	without_namespace pid
	script 'head -c 4096 /dev/zero >/mnt/file & echo $! >/tmp/pid; read -r go </tmp/go'
	own_root
	mkfifo "$ROOTFS/tmp/go"
	fsfreeze --freeze "$WORK/disk"
	v2 run --detach --bundle "$BUNDLE" "$ID"
	ok
	wait_for test -s "$ROOTFS/tmp/pid"
	wait_for in_state "$(cat "$ROOTFS/tmp/pid")" D
	echo >"$ROOTFS/tmp/go"
	wait_for has_status "$ID" stopped
	traced
	{
		wait_for grep -q POLLPRI "$WORK/calls"
		sleep 0.3
		fsfreeze --unfreeze "$WORK/disk"
	} 3>&- &
	TARE=$WORK/traced v2 delete "$ID"
	ok
	wait
	grep -q 'events=POLLPRI.*revents=POLLPRI|POLLERR' "$WORK/calls"
	equal "$(grep -c sleep "$WORK/calls")" 0
	nothing_left_of "$ID"
}
