#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# pause, resume and ps, and what the other commands make of a paused container.

load helpers
load cgroups

needs_freezer()
{
	has_v1 freezer || pure_v2 || skip_or_fail "needs a freezer"
}

# ticking: a container that writes to a file all the time.
ticking()
{
	own_root
	script 'n=0; while :; do n=$((n + 1)); echo $n >/tick; sleep 0.01; done'
	background
	wait_for test -s "$ROOTFS/tick"
}

# stands_still: nothing is written for a while.
stands_still()
{
	local before

	before=$(cat "$ROOTFS/tick")
	sleep 0.2
	[ "$(cat "$ROOTFS/tick")" = "$before" ]
}

goes_on()
{
	local before

	before=$(cat "$ROOTFS/tick")
	wait_for different "$before"
}

different()
{
	[ "$(cat "$ROOTFS/tick")" != "$1" ]
}

@test "pause stops every process, resume lets them go on" {
	needs_freezer
	ticking
	must pause "$ID"
	silent
	has_status "$ID" paused
	stands_still
	must resume "$ID"
	silent
	has_status "$ID" running
	goes_on
}

@test "list tells that a container is paused" {
	needs_freezer
	sleeper
	must pause "$ID"
	must list --format json
	cp "$WORK/stdout" "$WORK/report"
	is ".[] | select(.id == \"$ID\") | .status" '"paused"'
}

@test "pause and resume at the wrong time are errors that callers know" {
	needs_freezer
	sleeper
	t resume "$ID"
	exits 1
	says "container not paused"
	must pause "$ID"
	t pause "$ID"
	exits 1
	says "container not running"
	must resume "$ID"
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	t pause "$ID"
	exits 1
	says "container not running"
	t resume "$ID"
	exits 1
	says "container not paused"
	t pause "$MARK-none"
	exits 1
	says "does not exist"
}

@test "a created container can be paused, and is not started meanwhile" {
	needs_freezer
	args /bin/sleep 1000
	t_create
	ok
	must pause "$ID"
	has_status "$ID" paused
	t start "$ID"
	exits 1
	says "cannot start a container in the paused state"
	must resume "$ID"
	has_status "$ID" created
	must start "$ID"
	has_status "$ID" running
}

@test "kill KILL of a paused container ends it, TERM waits for resume" {
	needs_freezer
	script 'trap "exit 5" TERM; while :; do sleep 0.02; done'
	background
	must pause "$ID"
	must kill "$ID" TERM
	has_status "$ID" paused
	must resume "$ID"
	wait_for has_status "$ID" stopped
	must delete "$ID"
	args /bin/sleep 1000
	background
	must pause "$ID"
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	nothing_left_of "$ID"
}

# Whoever kills on v1 lets go what is frozen, also when that was not yet seen by whoever has frozen it.
@test "pause of a container that is killed meanwhile does not wait" {
	needs_freezer
	local round since killer
	script 'for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; wait'
	for round in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
		background
		since=$SECONDS
		{ sleep "0.00$((round / 2))" && exec "$TARE" --root "$STATE" kill "$ID" KILL; } </dev/null >/dev/null 2>&1 3>&- &
		killer=$!
		t pause "$ID"
		wait $killer || true
		[ $((SECONDS - since)) -lt 8 ]
		[ "$status" = 0 ] || says "container not running"
		must delete --force "$ID"
	done
	nothing_left_of "$ID"
}

@test "delete of a paused container needs --force" {
	needs_freezer
	sleeper
	must pause "$ID"
	t delete "$ID"
	exits 1
	says "that is not stopped: paused"
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "without a cgroup nothing can be paused" {
	promise
	args /bin/sleep 1000
	must --cgroup-manager disabled run --detach --bundle "$BUNDLE" "$ID"
	t pause "$ID"
	exits 1
	says "has no cgroup"
	t ps "$ID"
	exits 1
	says "has no cgroup"
}

# --- ps ------------------------------------------------------------------------------------------

three()
{
	script 'sleep 1000 & sleep 1000 & wait'
	background
	wait_for has_three
}

has_three()
{
	[ "$("$TARE" --root "$STATE" ps --format json "$ID" | jq length)" = 3 ]
}

@test "ps --format json is the pids that the host knows" {
	three
	must ps --format json "$ID"
	local pid
	[ "$(wc -l <"$WORK/stdout")" = 1 ]
	equal "$(jq "index($(pid_of "$ID"))" <<<"$stdout")" 0
	for pid in $(jq '.[1:][]' <<<"$stdout"); do
		equal "$(tr '\0' ' ' <"/proc/$pid/cmdline")" "sleep 1000 "
	done
}

# Debian 12's fails in the guest that manages cgroup v1: "Unable to get system boot time".
needs_ps()
{
	ps -ef >/dev/null 2>&1 || skip_or_fail "needs a ps -ef that works"
}

@test "ps without options is the table of ps -ef" {
	needs_ps
	three
	must ps "$ID"
	matches "$stdout" '^UID +PID +PPID +C +STIME +TTY +TIME +CMD'
	equal "$(wc -l <<<"$stdout")" 4
	equal "$(grep -c 'sleep 1000$' <<<"$stdout")" 2
}

@test "ps passes options on" {
	needs_ps
	three
	must ps "$ID" -o pid,args
	equal "$(head -1 <<<"$stdout" | tr -s ' ')" " PID COMMAND"
	equal "$(wc -l <<<"$stdout")" 4
	must ps --format table "$ID" aux
	matches "$stdout" '^USER +PID +%CPU'
	equal "$(wc -l <<<"$stdout")" 4
}

@test "ps with options that show no pid, or that are none, fails" {
	three
	t ps "$ID" -o comm
	exits 1
	says "PID"
	t ps "$ID" --no-such-option
	exits 1
}

@test "ps sees what the container has put into a cgroup of its own" {
	needs_v1 pids
	sleeper
	local dir
	dir=$(group_dir freezer)
	mkdir "$dir/below"
	pid_of "$ID" >"$dir/below/cgroup.procs"
	must ps --format json "$ID"
	prints "[$(pid_of "$ID")]"
}

@test "ps of a stopped container shows nobody" {
	args /bin/true
	background
	wait_for has_status "$ID" stopped
	must ps --format json "$ID"
	promise
	prints "[]"
}
