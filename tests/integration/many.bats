#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Many sleeping containers at once: what they cost, and that nothing of them is left. TARE_TEST_MANY is their number, 100 by
# default; contrib/test --long takes 1,000.

load helpers

COUNT=${TARE_TEST_MANY:-100}

# told WHAT COMMAND...: how long the command took for each container, as a comment in the TAP; on a machine with other work the
# time of the processor says more.
told()
{
	local what=$1 TIMEFORMAT='%R %U %S' failed=0

	shift
	{ time "$@" 2>"$WORK/said"; } 2>"$WORK/time" || failed=1
	cat "$WORK/said" >&2
	awk -v n="$COUNT" -v what="$what" '{
		printf "# %d containers, %s: %.0f us for each, %.0f of them of the processor\n", n, what,
			$1 * 1000000 / n, ($2 + $3) * 1000000 / n
	}' "$WORK/time" >&3
	return "$failed"
}

# each COMMAND [ARGUMENT...]: for all containers, one after the other.
each()
{
	local i

	for ((i = 1; i <= COUNT; i++)); do
		"$TARE" --root "$STATE" "$@" "$ID-$i" </dev/null >/dev/null 2>"$WORK/stderr" 3>&- || {
			echo "$* of container $i: $(cat "$WORK/stderr")" >&2
			return 1
		}
	done
}

list_all()
{
	"$TARE" --root "$STATE" list --format json >"$WORK/list" 3>&-
}

# all_are STATUS: all of them are listed, each once, with that status.
all_are()
{
	list_all
	equal "$(jq -c 'map(.id) | unique | length' "$WORK/list")" "$COUNT"
	equal "$(jq -r '.[].status' "$WORK/list" | sort -u)" "$1"
}

memory_used()
{
	awk '$1 == "MemTotal:" {n += $2} $1 == "MemAvailable:" {n -= $2} END {print n}' /proc/meminfo
}

# charged: what the memory controller counts for all of them, in bytes, user's and kernel's.
charged()
{
	find "$CGROUPS" -type f -path "*/$ID-*" \( -name memory.usage_in_bytes -o -name memory.current \) -exec cat {} + 2>/dev/null |
		awk '{n += $1} END {print n}'
}

# private_of PID: the memory that it shares with nobody, in KiB.
private_of()
{
	awk '/^Private/ {n += $2} END {print n}' "/proc/$1/smaps_rollup"
}

@test "many sleeping containers at once: created, started, listed, deleted" {
	local before after private=0 pid
	args /bin/sleep 100000
	config '.linux.resources += {memory: {limit: 67108864}, pids: {limit: 20}}'
	before=$(memory_used)
	told create each create --bundle "$BUNDLE"
	after=$(memory_used)
	all_are created
	told list list_all
	for pid in $(jq -r '.[].pid' "$WORK/list"); do
		[ "$(private_of "$pid")" -le "$private" ] || private=$(private_of "$pid")
	done
	echo "# $COUNT containers, created: $(($(charged) / COUNT / 1024)) KiB charged for each," \
		"$(((after - before) / COUNT)) KiB less on the machine, at most $private KiB of init's own" >&3
	[ "$private" -lt 92 ]
	told start each start
	all_are running
	told state each state
	told "delete --force" each delete --force
	equal "$("$TARE" --root "$STATE" list --quiet 3>&-)" ""
	nothing_left_of "$ID"
}
