# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
#
# What the files about exec share.

# sleeper: a running container with nothing but a program that waits.
sleeper()
{
	args /bin/sleep 1000
	background
}

# x ARGUMENTS: exec in the container of the test.
x()
{
	t exec "$@"
}

# must_x ARGUMENTS: the same, which must succeed.
must_x()
{
	x "$@"
	ok
}

# reported OPTION...: what the reporter says as a process that exec adds; then `is` looks at it.
reported()
{
	must_x "$@" "$ID" /bin/reporter
	cp "$WORK/stdout" "$WORK/report"
}

# process FILTER [jq options]: $PROCESS is a description as engines pass it: that of the bundle, edited.
process()
{
	local filter=$1

	shift
	PROCESS=$WORK/process.json
	jq "$@" ".process | $filter" "$BUNDLE/config.json" >"$PROCESS"
}

ids_mapped()
{
	namespace user
	config '.linux |= . + {uidMappings: [{containerID: 0, hostID: 100000, size: 65536}],
		gidMappings: [{containerID: 0, hostID: 200000, size: 65536}]}'
}

# alone_inside: the first process of the container sees nobody but the one that looks.
alone_inside()
{
	must_x "$ID" /bin/sh -c 'set -- /proc/[0-9]*; echo $#'
	prints 2
}

# on_terminal STEP... -- ARGUMENT...: exec on a terminal of its own.
on_terminal()
{
	local steps=()

	while [ "$1" != -- ]; do
		steps+=("$1")
		shift
	done
	shift
	status=0
	TARE_TEST_MARK=$MARK "$BIN/pty" ${steps[@]+"${steps[@]}"} -- "$TARE" --root "$STATE" exec "$@" \
		</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&- || status=$?
	stdout=$(tr -d '\0\r' <"$WORK/stdout")
	stderr=$(tr -d '\0' <"$WORK/stderr")
}
