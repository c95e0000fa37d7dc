#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2016,SC2154
# Too little of what every operation needs, and more than anybody has asked for: descriptors, memory, mounts, long
# paths, deep and large documents. It works, or an error says what is too little, and nothing is left.

load helpers
load errors

# with_files NUMBER COMMAND [ARGUMENT...]: so many descriptors may be open.
with_files()
{
	local real=$TARE

	printf '#!/bin/sh\nexec prlimit --nofile=%s: -- "%s" "$@"\n' "$1" "$real" >"$WORK/tare"
	chmod +x "$WORK/tare"
	shift
	TARE=$WORK/tare
	"$@"
	TARE=$real
}

# fewest COMMAND [ARGUMENT...]: from few descriptors to as many as it takes.
fewest()
{
	local number

	for ((number = 4; number < 200; number += 1 + number / 12)); do
		with_files "$number" "$@"
		[ "$status" != 0 ] || break
		[[ $stderr == *"too many open files"* ]] || show
		left_state | grep -e "$ID" >"$WORK/left" || continue
		grep -q "$ID-kept" "$WORK/left" || {
			echo "with $number descriptors:" >&2
			cat "$WORK/left" >&2
			show
		}
	done
	ok
	echo "# $2: $number descriptors are enough" >&3
}

@test "run with few descriptors takes everything back, until there are enough" {
	promise
	script 'echo inside'
	fewest t run --bundle "$BUNDLE" "$ID"
	prints inside
	nothing_left_of "$ID"
}

@test "create with few descriptors takes everything back, until there are enough" {
	promise
	args /bin/sleep 1000
	fewest t create --bundle "$BUNDLE" "$ID"
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "exec, pause, kill and delete with few descriptors: later it works" {
	promise
	args /bin/sleep 1000
	background "$ID-kept"
	fewest t exec "$ID-kept" /bin/true
	fewest t pause "$ID-kept"
	has_status "$ID-kept" paused
	fewest t resume "$ID-kept"
	fewest t ps "$ID-kept"
	fewest t kill "$ID-kept" KILL
	wait_for has_status "$ID-kept" stopped
	fewest t delete "$ID-kept"
	nothing_left_of "$ID-kept"
}

@test "delete --force with few descriptors does not say that it is done before it is" {
	promise
	local number pid
	args /bin/sleep 1000
	background
	pid=$(pid_of "$ID")
	for ((number = 4; number < 64; number++)); do
		with_files "$number" t delete --force "$ID"
		[ "$status" != 0 ] || break
		[ -e "$STATE/$ID" ] && [ -n "$stderr" ] || show
	done
	ok
	dead "$pid"
	nothing_left_of "$ID"
}

@test "more mounts than descriptors are refused by the place of the one that is too many" {
	promise
	config '.mounts += [range(300) | {destination: "/mnt", type: "bind", source: $s, options: ["bind", "ro"]}]' --arg s "$SHARED/data"
	with_files 256 t_run
	exits 1
	says "cannot open the mount source" "too many open files" "/mounts/2"
	nothing_left_of "$ID"
}

@test "memory: from 64 KiB up a container runs, or is told its limit" {
	promise
	needs_v1 memory
	local kib smallest=""
	script 'echo inside'
	for kib in 4 64 96 128 192 256 384 512 1024 2048 4096; do
		config '.linux.resources.memory = {limit: ($k * 1024)}' --argjson k "$kib"
		t_run
		case $status in
		0) smallest=${smallest:-$kib} ;;
		1)
			grep -qE "memory limit of $((kib * 1024)) bytes|cannot allocate memory" <<<"$stderr" || show
			;;
		137) says "memory limit of $((kib * 1024)) bytes" ;;
		*) show ;;
		esac
		[ "$status" = 0 ] || smallest=""
	done
	echo "# a shell ran in $smallest KiB" >&3
	[ "$smallest" -le 2048 ]
	nothing_left_of "$ID"
}

@test "thousands of mounts" {
	promise
	local count=${TARE_TEST_MOUNTS:-2000}
	[ "$(ulimit -Hn)" -gt $((count + 100)) ] || skip_or_fail "needs a hard RLIMIT_NOFILE above $((count + 100))"
	mount_add '{destination: "/tmp", type: "tmpfs", source: "tmpfs"}'
	config '.mounts += [range($n) | {destination: "/tmp/m\(.)", type: "bind", source: $s, options: ["bind", "ro", "nodev"]}]' \
		--argjson n "$count" --arg s "$SHARED/data"
	script 'grep -c "/tmp/m[0-9]* ro,nodev" /proc/self/mountinfo'
	LIMIT=60 with_files "$(ulimit -Hn)" t_run
	ok
	prints "$count"
	nothing_left_of "$ID"
}

@test "destinations of 4,000 bytes, and longer ones than the kernel takes" {
	promise
	local long
	long=$(printf '/%0250d' {1..15})/$(printf '%0235d' 1)
	mount_add '{destination: "/tmp", type: "tmpfs", source: "tmpfs"}'
	mount_add '{destination: ("/tmp" + "'"$long"'"), type: "bind", source: "'"$SHARED/data"'", options: ["bind", "ro"]}'
	script 'cat /tmp/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/a/text'
	inside
	prints shared
	equal $((${#long} + 4)) 4005
	config '.mounts[-1].destination += $m' --arg m "$(printf '/%0200d' 1)"
	refused /mounts/8 "name too long"
	config '.mounts[-1].destination = "/tmp/" + "x" * 256'
	refused /mounts/8 "name too long"
}

@test "a document 200,000 levels deep" {
	promise
	printf '[%.0s' {1..200000} >"$BUNDLE/config.json"
	t_run
	exits 1
	says "config.json:1:1" "found an array"
	printf '{"x":%.0s' {1..200000} >"$BUNDLE/config.json"
	t_run
	exits 1
	says "nested deeper than 64 levels"
	new_bundle bundle
	config '.linux.x = 1'
	sed -i "s/\"x\": 1/\"x\": $(printf '[%.0s' {1..70})$(printf ']%.0s' {1..70})/" "$BUNDLE/config.json"
	t_run
	exits 1
	says "nested deeper than 64 levels" "/linux/x/0/0"
}

@test "a document of 64 MiB runs, one byte more is refused" {
	promise
	local size
	script 'echo inside'
	size=$(stat -c %s "$BUNDLE/config.json")
	head -c $((67108864 - size)) /dev/zero | tr '\0' ' ' >>"$BUNDLE/config.json"
	inside
	prints inside
	printf ' ' >>"$BUNDLE/config.json"
	refused "" "larger than 64 MiB"
}

@test "sixty thousand annotations are kept, and told" {
	promise
	config '.annotations = ([range(60000) | {key: "name\(.)", value: ("x" * 200)}] | from_entries)'
	args /bin/sleep 1000
	background
	must state "$ID"
	equal "$(jq '.annotations | length' "$WORK/stdout")" 60000
	must delete --force "$ID"
	nothing_left_of "$ID"
}
