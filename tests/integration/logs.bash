# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
#
# What the files about callers share: a log as they ask for it. After load of the helpers.

# logged ARGUMENTS: with a JSON log at $LOG, the way callers ask for it.
logged()
{
	LOG=$WORK/log.json
	t --log "$LOG" --log-format json "$@"
}

# one_object: the log holds exactly one, with the keys that are decoded; $message is its msg.
one_object()
{
	equal "$(wc -l <"$LOG")" 1
	equal "$(jq -rs 'length' "$LOG")" 1
	equal "$(jq -r .level "$LOG")" error
	matches "$(jq -r .time "$LOG")" '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$'
	message=$(jq -r .msg "$LOG")
	[ -n "$message" ]
}
