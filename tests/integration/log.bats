#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Logs that are no files: journald, where it runs, and the socket of syslog.
# shellcheck disable=SC2154

load helpers

# heard SOCKET ARGUMENTS: runs tare where somebody listens on the socket; what came is in $WORK/heard, in pieces that a
# NUL ends. The socket is in a mount namespace of its own.
heard()
{
	local socket=$1

	shift
	cat >"$WORK/listen" <<-'END'
		import socket, subprocess, sys
		path, out = sys.argv[1], sys.argv[2]
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(path)
		status = subprocess.call(sys.argv[3:])
		s.setblocking(False)
		with open(out, "wb") as f:
		    while True:
		        try:
		            f.write(s.recv(65536) + b"\0")
		        except BlockingIOError:
		            break
		sys.exit(status)
	END
	command -v python3 >/dev/null || skip_or_fail "needs python3"
	status=0
	# /dev keeps its null, which python and tare open.
	timeout -k 1 "$LIMIT" unshare -m --propagation private bash -c '
		mkdir -p "${1%/*}" && mount -t tmpfs tmpfs "${1%/*}"
		[ "${1%/*}" != /dev ] || mknod -m 666 /dev/null c 1 3
		shift
		exec "$@"' sh "$socket" \
		python3 "$WORK/listen" "$socket" "$WORK/heard" "$TARE" --root "$STATE" "$@" \
		</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&- || status=$?
	stderr=$(cat "$WORK/stderr")
}

@test "journald: an entry per message, with priority and name" {
	promise
	heard /run/systemd/journal/socket --log journald:some-name state nothing-of-this-name
	exits 1
	says 'container "nothing-of-this-name" does not exist'
	tr '\0' '\n' <"$WORK/heard" >"$WORK/lines"
	for line in SYSLOG_IDENTIFIER=tare PRIORITY=3 ID=some-name MESSAGE; do
		grep -aqx "$line" "$WORK/lines"
	done
	grep -aq 'state nothing-of-this-name: container "nothing-of-this-name" does not exist' "$WORK/lines"
	equal "$(grep -ac ^MESSAGE "$WORK/lines")" 1
}

@test "journald: what is in a message makes no fields" {
	promise
	heard /run/systemd/journal/socket --log journald:x run --bundle "$WORK/"$'a\nPRIORITY=0\nb' "$ID"
	exits 1
	python3 - "$WORK/heard" <<-'END'
		import struct, sys
		data = open(sys.argv[1], "rb").read()[:-1]
		head, rest = data.split(b"\nMESSAGE\n", 1)
		length, = struct.unpack("<Q", rest[:8])
		assert b"PRIORITY=0" in rest[8:8 + length] and b"PRIORITY=0" not in head, data
		assert rest[8 + length:] == b"\n", data
	END
}

entry_of()
{
	journalctl -q -o json "ID=$1" | grep nothing
}

@test "journald: the real one" {
	promise
	[ -S /run/systemd/journal/socket ] || skip_or_fail "needs systemd-journald, for example in the guest"
	t --log "journald:$ID" state nothing-of-this-name
	exits 1
	wait_for entry_of "$ID"
	equal "$(journalctl -q -o json "ID=$ID" | jq -r '.PRIORITY + " " + .SYSLOG_IDENTIFIER')" "3 tare"
}

@test "syslog: a line with facility, priority and name" {
	promise
	heard /dev/log --log syslog:some-name state nothing-of-this-name
	exits 1
	equal "$(tr -d '\0' <"$WORK/heard")" \
		'<11>tare[some-name]: state nothing-of-this-name: container "nothing-of-this-name" does not exist: no such file or directory'
}

@test "a daemon that is not there is told of, and nothing is done" {
	promise
	[ ! -e /dev/log ] || skip_or_fail "needs a host without /dev/log"
	t --log syslog:x run --bundle "$BUNDLE" "$ID"
	exits 1
	says 'cannot reach syslog at /dev/log for the log'
	nothing_left_of "$ID"
}

@test "file: a path that looks like something else" {
	promise
	cd "$WORK"
	t --log "file:$WORK/journald:x" state nothing-of-this-name
	exits 1
	grep -q 'does not exist' "$WORK/journald:x"
	t --log $'journald:a\nPRIORITY=0' state nothing-of-this-name
	exits 1
	says 'the name of a log has no line breaks'
}
