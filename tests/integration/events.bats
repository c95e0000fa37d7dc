#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# events, and how an end for want of memory is told.

load helpers
load cgroups

# stats: the numbers of the running container, in $WORK/report.
stats()
{
	must events --stats "$ID"
	equal "$(wc -l <"$WORK/stdout")" 1
	cp "$WORK/stdout" "$WORK/report"
}

@test "events --stats is one line in the shape that readers know" {
	needs_controller memory
	needs_controller pids
	config '.linux.resources += {memory: {limit: 67108864}, pids: {limit: 20}}'
	script 'sleep 1000 & sleep 1000 & wait'
	background
	wait_for has_pids 3
	stats
	is .type '"stats"'
	is .id "\"$ID\""
	is '.data.memory.usage.limit' 67108864
	is '.data.memory.usage.usage > 0' true
	is '.data.memory.raw | length > 10' true
	is '.data.pids' '{"current": 3, "limit": 20}'
	is '.data.cpu.usage.total > 0' true
	is '.data | [has("cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces")] | all' true
}

has_pids()
{
	[ "$(kernel_file pids pids.current pids.current)" = "$1" ]
}

@test "events --stats has the members that runc's has" {
	needs_v1 memory
	command -v runc >/dev/null || skip_or_fail "needs runc"
	sleeper
	stats
	local theirs=$WORK/theirs
	mkdir "$theirs"
	runc --root "$theirs" run --detach --bundle "$BUNDLE" "$ID-r" </dev/null >/dev/null 2>&1 3>&-
	timeout 10 runc --root "$theirs" events --stats "$ID-r" >"$WORK/runc" || true
	runc --root "$theirs" delete --force "$ID-r" 3>&-
	equal "$(jq -n --slurpfile a "$WORK/report" --slurpfile b "$WORK/runc" -c '
		def shape: del(.data.blkio, .data.hugetlb, .data.cpu.usage, .data.memory.cache) |
			[paths | map(if type == "number" then 0 else . end) | join(".")] | unique;
		($b[0] | shape) - ($a[0] | shape)')" "[]"
}

@test "events and ps of a created and of a paused container" {
	args /bin/sleep 1000
	t_create
	ok
	stats
	is '.data.memory | has("usage")' true
	must ps --format json "$ID"
	prints "[$(pid_of "$ID")]"
	must start "$ID"
	must pause "$ID"
	stats
	is .type '"stats"'
	must ps --format json "$ID"
	prints "[$(pid_of "$ID")]"
	has_status "$ID" paused
}

@test "v2: pressure is told where the kernel knows it" {
	[ -e /proc/pressure/cpu ] || skip_or_fail "needs a kernel with PSI"
	setup_v2
	args /bin/sleep 1000
	v2 run --detach --bundle "$BUNDLE" "$ID"
	ok
	v2 events --stats "$ID"
	ok
	cp "$WORK/stdout" "$WORK/report"
	v2 delete --force "$ID"
	ok
	local name
	for name in cpu memory; do
		is ".data.$name.psi | keys" '["full", "some"]'
		is ".data.$name.psi.some | keys" '["avg10", "avg300", "avg60", "total"]'
		is ".data.$name.psi.some | map(type) | unique" '["number"]'
	done
	is '.data.blkio | has("psi")' true
}

@test "throttling is told" {
	needs_controller cpu
	config '.linux.resources.cpu = {quota: 5000, period: 50000}'
	script 'while :; do :; done'
	background
	wait_for is_throttled
}

is_throttled()
{
	"$TARE" --root "$STATE" events --stats "$ID" | jq -e '.data.cpu.throttling.throttledPeriods > 1' >/dev/null
}

@test "events go on in intervals, and end with the container" {
	sleeper
	timeout 10 "$TARE" --root "$STATE" events --interval 100ms "$ID" >"$WORK/events" 3>&- &
	local pid=$!
	wait_for has_lines 3
	must kill "$ID" KILL
	wait "$pid"
	equal "$(jq -r .type "$WORK/events" | sort -u)" stats
}

# has_lines NUMBER [TYPE]
has_lines()
{
	[ "$(grep -c "\"type\":\"${2:-stats}\"" "$WORK/events")" -ge "$1" ]
}

@test "a process that is killed for its memory is an event" {
	needs_controller memory
	config '.linux.resources.memory = {limit: 33554432, swap: 33554432}'
	script 'while :; do sleep 0.2; reporter eat 60 >/dev/null; done'
	background
	timeout 15 "$TARE" --root "$STATE" events --interval 30s "$ID" >"$WORK/events" 3>&- &
	local pid=$!
	wait_for has_lines 2 oom
	must kill "$ID" KILL
	wait "$pid"
	equal "$(jq -rs 'map(select(.type == "oom")) | .[0]' "$WORK/events" | jq -c keys)" '["id","type"]'
}

# eats_when_told FILTER: a container with 32 MiB that wants more of it at a line in /tmp/go; who reads its events has begun.
eats_when_told()
{
	config ".linux.resources.memory = ({limit: 33554432, swap: 33554432} + $1)"
	script 'read -r go </tmp/go; reporter eat 60 >/dev/null; exec sleep 1000'
	own_root
	mkfifo "$ROOTFS/tmp/go"
	background
	timeout 15 "$TARE" --root "$STATE" events --interval 3s "$ID" >"$WORK/events" 3>&- &
	wait_for has_lines 1
	echo >"$ROOTFS/tmp/go"
	wait_for has_lines 1 oom
	equal "$(sed -n 2p "$WORK/events" | jq -r .type)" oom
}

@test "one kill is told at once, and does not wait for the next interval" {
	needs_controller memory
	eats_when_told '{}'
	must kill "$ID" KILL
	wait
	equal "$(grep -c oom "$WORK/events")" 1
}

@test "v1: out of memory without a killer is an event, and the container can be killed" {
	needs_v1 memory
	eats_when_told '{disableOOMKiller: true}'
	has_status "$ID" running
	must delete --force "$ID"
	wait
	nothing_left_of "$ID"
}

@test "events of who does not run, and intervals that are none" {
	args /bin/true
	background
	wait_for has_status "$ID" stopped
	t events --stats "$ID"
	exits 1
	says "is not running"
	t events "$MARK-none"
	exits 1
	says "does not exist"
	local word
	for word in 0 0s -5s five 5 5x; do
		t events --interval "$word" "$ID"
		exits 1
	done
}

# --- out of memory -------------------------------------------------------------------------------

@test "too little memory for create says so, with limit and peak" {
	promise
	needs_controller memory
	config '.linux.resources.memory = {limit: 65536, swap: 65536}'
	args /bin/true
	t_create
	exits 1
	says "killed at its memory limit of 65536 bytes, having used up to " /linux/resources/memory/limit
	nothing_left_of "$ID"
	t_run
	exits 1
	says "killed at its memory limit of 65536 bytes"
	nothing_left_of "$ID"
}

@test "too little memory for what the program is told: start says so" {
	promise
	needs_controller memory
	config '.linux.resources.memory = {limit: 786432, swap: 786432} |
		.process.args = ["/bin/true"] + [range(10) | "0123456789abcdef" * 8000]'
	t_create
	ok
	t start "$ID"
	exits 1
	says "killed at its memory limit of 786432 bytes"
	wait_for has_status "$ID" stopped
	must delete "$ID"
	nothing_left_of "$ID"
}

@test "a hook inside that eats all memory: create, start and run say so, and which hook it was" {
	promise
	needs_controller memory
	local kind

	own_root

	for kind in createContainer startContainer; do
		# shellcheck disable=SC2016 # is for jq
		config '.linux.resources.memory = {limit: 16777216, swap: 16777216} | .hooks = {($k):
			[{path: "/bin/true"}, {path: "/bin/reporter", args: ["reporter", "eat", "64"]}]}' --arg k $kind
		[ $kind != createContainer ] || config '.hooks.createContainer[].path |= $r + .' --arg r "$ROOTFS"
		t_run
		exits 1
		oom_of_hook $kind
		t_create
		[ $kind = createContainer ] || {
			ok
			t start "$ID"
		}
		exits 1
		oom_of_hook $kind
	done
}

# oom_of_hook KIND: the second one; nothing is left.
oom_of_hook()
{
	says "killed at its memory limit of 16777216 bytes, having used up to 1" "/hooks/$1/1"
	says "error running $1 hook #1: \"" "reporter\" was killed by signal 9"
	nothing_left_of "$ID"
}

@test "no memory for the program itself: run says so, with the signal's exit status" {
	promise
	needs_controller memory
	config '.linux.resources.memory = {limit: 8388608, swap: 8388608}'
	args /bin/reporter eat 64
	t_run
	exits 137
	says "killed at its memory limit of 8388608 bytes"
	nothing_left_of "$ID"
}

@test "who is killed by somebody is not told to have run out of memory" {
	needs_controller memory
	config '.linux.resources.memory = {limit: 67108864}'
	without_namespace pid
	script 'kill -9 $$'
	t_run
	exits 137
	[[ $stderr != *"memory"* ]]
}
