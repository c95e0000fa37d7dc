# SPDX-License-Identifier: GPL-2.0-or-later
# What the files about bad input share: refusals, and who is alive. Loaded behind helpers.bash.
# shellcheck shell=bash

# refuses FILTER POINTER TEXT...: run refuses what the filter makes of the usual config.json. The
# container's program prints something: an empty stdout says that it was never started.
refuses()
{
	local filter=$1 pointer=$2

	shift 2
	new_bundle bundle
	config "$filter"
	is_refused "$pointer" "$@"
}

# is_refused POINTER TEXT...: the same for the bundle as it is. Every runtime must refuse; the words
# are a promise of tare alone. That nothing else is left is what teardown looks for: without a state
# directory it deletes nothing before.
is_refused()
{
	local pointer=$1

	shift
	t_run
	exits 1
	[ -z "$stdout" ] && [ ! -e "$STATE/$ID" ] || show
	is_tare || [ "${TARE_TEST_PROMISES:-}" = 1 ] || return 0
	says "tare: run $ID: " "$@"
	[ -z "$pointer" ] || matches "$stderr" "config\\.json:[0-9]+:[0-9]+ $pointer"$'\n'
}

# literally TEXT: writes config.json.
literally()
{
	printf '%s' "$1" >"$BUNDLE/config.json"
}

alive()
{
	local state

	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null)
	[ -n "$state" ] && [ "$state" != Z ]
}

dead()
{
	! alive "$1"
}
