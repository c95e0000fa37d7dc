#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154
# exec as probes use it: thousands of times, many at once, and from what is kept for it.

load helpers
load seccomp
load exec

# In a row; TARE_TEST_EXECS asks for more.
ROW=${TARE_TEST_EXECS:-400}

# some N: so many, one after the other; $milliseconds is what they took.
some()
{
	local i begin end

	begin=$(date +%s%N)
	for ((i = 0; i < $1; i++)); do
		"$TARE" --root "$STATE" exec "$ID" /bin/reporter exit 0 </dev/null
	done
	end=$(date +%s%N)
	milliseconds=$(((end - begin) / 1000000))
}

# What may grow: files of the state, cgroups, descriptors and mounts of init, keys, processes.
counts()
{
	local init

	init=$(pid_of "$ID")
	find "$STATE" | wc -l
	find "$CGROUPS" -path "*$ID*" 2>/dev/null | wc -l
	find "/proc/$init/fd" -type l | wc -l
	wc -l <"/proc/$init/mountinfo"
	grep -c "_ses.$ID" /proc/keys || true
	stat -c %s "$STATE/$ID/journal"
	cat "$CGROUPS/pids/$ID/pids.current" 2>/dev/null || true
}

# kernel_memory: bytes that are charged to the container, without what is only cached.
kernel_memory()
{
	local dir

	dir=$CGROUPS/memory$(sed -n 's/^[0-9]*:memory://p' "/proc/$(pid_of "$ID")/cgroup")
	[ ! -e "$dir/memory.force_empty" ] || echo 0 >"$dir/memory.force_empty"
	cat "$dir/memory.usage_in_bytes" 2>/dev/null || echo 0
}

@test "one after the other: nothing grows, neither does the time" {
	local before first memory

	profile ALLOW "$(rule personality ERRNO)"
	sleeper
	some $((ROW / 10))
	before=$(counts)
	memory=$(kernel_memory)
	some $((ROW / 10))
	first=$milliseconds
	some $((ROW * 7 / 10))
	some $((ROW / 10))
	equal "$(counts)" "$before"
	# A page per process would be more than that.
	[ "$(kernel_memory)" -le $((memory + 300000 + ROW * 1000)) ]
	echo "$first ms for the first ones, $milliseconds ms for the last" >&2
	[ "$milliseconds" -le $((first * 3 + 200)) ]
	alone_inside
}

@test "ten at once: each gets its own answer" {
	local i round pids

	sleeper
	for round in 1 2 3 4 5; do
		pids=()
		for i in 0 1 2 3 4 5 6 7 8 9; do
			"$TARE" --root "$STATE" exec --env "N=$i" "$ID" /bin/sh -c 'echo $N; exit $N' \
				</dev/null >"$WORK/out.$i" 2>&1 3>&- &
			pids+=($!)
		done
		for i in 0 1 2 3 4 5 6 7 8 9; do
			status=0
			wait "${pids[i]}" || status=$?
			equal "$status $(cat "$WORK/out.$i")" "$i $i"
		done
	done
	alone_inside
}

@test "ten at once while the container is deleted: each ends, and nothing is left" {
	local i round pids

	for round in 1 2 3; do
		sleeper
		pids=()
		for i in 0 1 2 3 4 5 6 7 8 9; do
			"$TARE" --root "$STATE" exec "$ID" /bin/sleep 1000 </dev/null >"$WORK/out.$i" 2>&1 3>&- &
			pids+=($!)
		done
		[ "$round" = 1 ] || sleep "0.0$((round * 2))"
		must delete --force "$ID"
		for i in 0 1 2 3 4 5 6 7 8 9; do
			status=0
			wait "${pids[i]}" || status=$?
			[ "$status" = 255 ] || [ "$status" = 137 ] || {
				cat "$WORK/out.$i" >&2
				return 1
			}
		done
	done
}

@test "ten at once with an id that is made again meanwhile: each is in one or in none" {
	local i round

	for round in 1 2 3; do
		sleeper
		for i in 0 1 2 3 4 5 6 7 8 9; do
			"$TARE" --root "$STATE" exec "$ID" /bin/sleep 1000 </dev/null >/dev/null 2>&1 3>&- &
		done
		must delete --force "$ID"
		args /bin/sleep 1000
		background
		must delete --force "$ID"
	done
	wait
}

# Line 1 of the copy of config.json is the digest of the rules, line 2 has what exec reads of the rest.
@test "exec has the profile's filter from the cache, and without it from the rules" {
	local copy="$STATE/$ID/config"

	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 77')"
	calls
	sleeper
	equal "$(sed -n 2p "$copy" | jq -c .linux.seccomp)" '{"defaultAction":"SCMP_ACT_ALLOW"}'
	must_x "$ID" /data/other "$GETPID"
	prints -77
	# Now the rules are not looked at any more ...
	sed -i '3,$s/77/78/' "$copy"
	must_x "$ID" /data/other "$GETPID"
	prints -77
	# ... until there is no filter of theirs, or of that digest.
	rm -r "$STATE/.cache/seccomp"
	must_x "$ID" /data/other "$GETPID"
	prints -78
	sed -i '1s/./0/g; 3,$s/78/79/' "$copy"
	must_x "$ID" /data/other "$GETPID"
	prints -79
	sed -i '1s/0/x/' "$copy"
	t exec "$ID" /data/other "$GETPID"
	exits 255
	says "the container's copy of config.json is damaged"
	must delete --force "$ID"
}
