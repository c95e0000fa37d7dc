#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154
# Several commands at once on one container: each ends, with one of the answers that a state of the container allows, and
# nothing is left. TARE_TEST_ROUNDS is the number of rounds.

load helpers

ROUNDS=${TARE_TEST_ROUNDS:-15}

# What a command may say instead of succeeding: what holds in one of the states that the others bring about meanwhile.
GONE='does not exist|was never created'
declare -gA REFUSALS=(
	# delete --force ends its init, and waits for it to clean up.
	[create]='already exists|was deleted while it was created|killed by signal 9 before the container was built'
	[start]="$GONE|being created|already running|has stopped|in the paused state|wake the container's init: broken pipe|before it could execute"
	[kill]="$GONE|not running"
	[delete]="$GONE|not stopped"
	[force]='while another command works on it'
	[state]="$GONE"
	# What it says of its own process is told of init: it is one until it executes.
	[exec]="$GONE|in a (stopped|paused) container|being created|before the container was built|namespaces?: (no such process|cannot allocate memory)"
	# On v1 a process that waits for the end of a frozen one does not freeze.
	[pause]="$GONE|not running|have not stopped within"
	[resume]="$GONE|not paused"
	[update]="$GONE|not running"
)

# one COMMAND: runs it; its status and what it said lie in files.
one()
{
	local status=0 words=()

	case $1 in
	create) words=(create --bundle "$BUNDLE" "$ID") ;;
	kill) words=(kill "$ID" KILL) ;;
	force) words=(delete --force "$ID") ;;
	exec) words=(exec "$ID" /bin/true) ;;
	update) words=(update --pids-limit 50 "$ID") ;;
	*) words=("$1" "$ID") ;;
	esac
	TARE_TEST_MARK=$MARK timeout --foreground -k 1 "$LIMIT" "$TARE" --root "$STATE" "${words[@]}" \
		</dev/null >"$WORK/out.$2" 2>"$WORK/err.$2" 3>&- || status=$?
	echo "$1 $status" >"$WORK/status.$2"
}

# at_once COMMAND...: all of them, and waits for all.
at_once()
{
	local i=0 pids=()

	rm -f "$WORK"/status.*
	for command; do
		one "$command" $i 3>&- &
		pids+=($!)
		i=$((i + 1))
	done
	wait "${pids[@]}"
}

# allowed: each has ended with success or with something that it may say. $won counts those that succeeded.
allowed()
{
	local file command status n

	unset won
	declare -gA won=()
	while read -r command status; do
		[ "$status" != 0 ] || won[$command]=$((${won[$command]:-0} + 1))
	done < <(cat "$WORK"/status.*)
	for file in "$WORK"/status.*; do
		n=${file##*.}
		read -r command status <"$file"
		[ "$status" != 0 ] || continue
		# Its process is killed with the container, or waits as a part of one that is paused.
		[ "$command $status" != "exec 137" ] || continue
		[ "$command $status" != "exec 124" ] || [ -z "${won[pause]:-}" ] || continue
		if [[ $status != 1 && "$command $status" != "exec 255" ]] ||
			! grep -qE "${REFUSALS[$command]:?}" "$WORK/err.$n"; then
			echo "$command ended with $status and said:" >&2
			cat "$WORK/err.$n" >&2
			tail -n 2 "$WORK"/status.* "$WORK"/err.* >&2
			return 1
		fi
	done
}

# at_most COMMAND NUMBER: so many of them have won.
at_most()
{
	[ "${won[$1]:-0}" -le "$2" ] || {
		echo "$1 has succeeded ${won[$1]} times, at most $2 could" >&2
		cat "$WORK"/status.* >&2
		return 1
	}
}

cleared()
{
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "eight commands at once" {
	local all=(create start kill delete force state exec pause resume update) round some=() i had begun

	promise
	args /bin/sleep 1000
	config '.linux.resources.pids = {limit: 100}'
	RANDOM=4711
	for ((round = 0; round < ROUNDS; round++)); do
		had=0
		if [ $((round % 3)) != 0 ]; then
			must create --bundle "$BUNDLE" "$ID"
			had=1
		fi
		[ $((round % 3)) != 2 ] || must start "$ID"
		some=()
		for ((i = 0; i < 8; i++)); do
			some+=("${all[RANDOM % ${#all[@]}]}")
		done
		at_once "${some[@]}"
		allowed
		at_most create $((1 - had + ${won[delete]:-0} + ${won[force]:-0}))
		at_most start $((had + ${won[create]:-0}))
		# What is deleted before it is made counts too.
		begun=$(cat "$WORK"/err.* | grep -c 'was deleted while it was created' || true)
		at_most delete $((had + ${won[create]:-0} + begun))
		cleared
	done
}

@test "create beside delete" {
	local round

	promise
	args /bin/sleep 1000
	for ((round = 0; round < ROUNDS; round++)); do
		at_once create force delete force
		allowed
		cleared
	done
}

@test "start beside kill" {
	local round

	promise
	args /bin/sleep 1000
	for ((round = 0; round < ROUNDS; round++)); do
		must create --bundle "$BUNDLE" "$ID"
		at_once start kill start
		allowed
		at_most start 1
		at_most kill 1
		wait_for has_status "$ID" stopped
		cleared
	done
}

@test "exec beside delete" {
	local round

	promise
	args /bin/sleep 1000
	for ((round = 0; round < ROUNDS; round++)); do
		background
		at_once exec exec force exec
		allowed
		nothing_left_of "$ID"
		cleared
	done
}
