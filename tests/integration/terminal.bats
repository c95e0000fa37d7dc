#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# process.terminal with run in the foreground, on a real terminal.

load helpers

# on_terminal STEP...: runs the bundle on a terminal of its own, played by tests/integration/pty.c.
on_terminal()
{
	status=0
	TARE_TEST_MARK=$MARK "$BIN/pty" "$@" -- "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&- || status=$?
	stdout=$(tr -d '\0\r' <"$WORK/stdout")
	stderr=$(tr -d '\0' <"$WORK/stderr")
}

terminal()
{
	config '.process.terminal = true'
}

@test "the process has a terminal, and it is the container's own" {
	terminal
	script 'test -t 0 && test -t 1 && test -t 2 && echo all; tty; ls /dev/pts; stat -c %t:%T /dev/console'
	on_terminal
	ok
	has_line all
	matches "$stdout" '/dev/(console|pts/0)'
	matches "$stdout" '0.*ptmx'
	matches "$stdout" '88:0'
}

@test "it is the controlling terminal" {
	terminal
	script 'echo to the tty >/dev/tty; ps -o pid,tty'
	on_terminal
	ok
	has_line "to the tty"
	matches "$stdout" '1 +136,0'
}

@test "lines end as the program wrote them" {
	terminal
	script 'echo one; echo two'
	on_terminal
	equal "$(tr '\r' R <"$WORK/stdout")" "$(printf 'one\ntwo')"
}

@test "without terminal in the configuration there is none" {
	script 'test -t 0 && tty; ls /dev/pts; test -e /dev/console || echo no console'
	on_terminal
	matches "$stdout" 'no console'
	[[ $stdout != *"/dev/pts/"* ]]
}

@test "the exit status comes through and the settings are restored" {
	terminal
	script 'exit 42'
	on_terminal
	exits 42
	says "settings restored"
}

@test "the outer terminal is raw meanwhile, and restored at the end" {
	terminal
	script 'echo ready; read x; echo "got $x"; exit 3'
	on_terminal expect:ready raw 'send:hello\r' 'expect:got hello'
	exits 3
	says "settings restored"
}

@test "what is typed is echoed once" {
	terminal
	script 'echo ready; read x; echo "got $x"'
	on_terminal expect:ready raw 'send:typed\r' 'expect:got typed'
	ok
	equal "$(grep -o typed "$WORK/stdout" | wc -l)" 2
}

@test "the settings are restored when the program cannot be started" {
	terminal
	args /no/such/program
	on_terminal
	exits 1
	says "settings restored"
	nothing_left_of "$ID"
}

@test "the settings are restored when the container is killed" {
	terminal
	script 'echo ready; sleep 1000'
	(
		wait_for has_status "$ID" running
		sleep 0.2
		"$TARE" --root "$STATE" kill "$ID" KILL
	) 3>&- &
	on_terminal expect:ready raw
	exits 137
	says "settings restored"
}

@test "the size of the terminal is the outer one's" {
	local i
	terminal
	script 'stty size'
	# From its first moment on, however the two sides are scheduled.
	for i in 1 2 3 4 5; do
		on_terminal
		ok
		equal "$stdout" '24 80'
	done
}

@test "consoleSize is the size where there is no outer terminal" {
	promise
	terminal
	config '.process.consoleSize = {height: 33, width: 111}'
	script 'stty size'
	t_run
	ok
	matches "$stdout" '33 111'
}

@test "a resize reaches the inside" {
	terminal
	script 'trap "echo now \$(stty size)" WINCH; echo ready; read x; read x; exit 0'
	on_terminal expect:ready resize:40x132 'expect:now 40 132' 'send:a\rb\r'
	ok
	says "settings restored"
}

@test "control C goes to the program, not to the runtime" {
	terminal
	script 'trap "echo interrupted; exit 5" INT; echo ready; while :; do sleep 0.05; done'
	on_terminal expect:ready raw 'send:\3' expect:interrupted
	exits 5
	says "settings restored"
}

@test "control D ends the input" {
	terminal
	script 'echo ready; cat; echo end'
	on_terminal expect:ready raw 'send:line\r' 'send:\4' expect:end
	ok
}

@test "a shell with job control" {
	terminal
	args /bin/sh -i
	on_terminal 'expect:#' 'send:echo $((6 * 7))\r' expect:42 'send:echo s$((1 + 1))t; sleep 1000\r' expect:s2t pause:300 \
		'send:\3' 'expect:#' 'send:exit 7\r'
	exits 7
	[[ $stdout != *"job control turned off"* && $stdout != *"can't access tty"* ]]
}

@test "a lot of output arrives whole" {
	terminal
	script 'i=0; while [ $i -lt 5000 ]; do echo "line $i of many"; i=$((i + 1)); done'
	on_terminal
	ok
	equal "$(tr -d '\r' <"$WORK/stdout" | grep -c '^line [0-9]* of many$')" 5000
}

# More than the outer terminal holds: some of it is still ours when the container has ended.
@test "output that is read slowly arrives whole" {
	terminal
	script 'i=0; while [ $i -lt 5000 ]; do echo "line $i of many"; i=$((i + 1)); done'
	on_terminal slow:20
	ok
	equal "$(tr -d '\r' <"$WORK/stdout" | grep -c '^line [0-9]* of many$')" 5000
}

@test "a signal ends the wait for somebody who does not read what an ended container has printed" {
	local pid
	terminal
	script 'i=0; while [ $i -lt 3900 ]; do echo "line $i of many"; i=$((i + 1)); done'
	mkfifo "$WORK/unread"
	# A little more than it holds. Open both ways, so that it is neither waited for nor closed.
	exec 8<>"$WORK/unread"
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		</dev/null >&8 2>"$WORK/stderr" 3>&- 8>&- &
	pid=$!
	wait_for has_status "$ID" stopped
	kill -0 $pid
	kill -TERM $pid
	wait_for ended $pid
	exec 8>&-
	wait $pid
	nothing_left_of "$ID"
}

ended()
{
	! kill -0 "$1" 2>/dev/null || [[ $(cut -d' ' -f3 "/proc/$1/stat") == Z ]]
}

@test "the terminal belongs to the user" {
	terminal
	config '.process.user = {uid: 1000, gid: 1000}'
	script 'stat -c %u $(readlink /proc/self/fd/0)'
	on_terminal
	ok
	has_line 1000
}

@test "a terminal in a user namespace" {
	terminal
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
		.linux.gidMappings = .linux.uidMappings'
	script 'test -t 0 && echo yes >/dev/tty'
	on_terminal
	ok
	has_line yes
}

@test "terminal true with a stdin that is none" {
	promise
	terminal
	script 'test -t 1 && echo yes'
	t_run
	ok
	matches "$stdout" yes
}

@test "detached, a terminal needs a socket to hand it over" {
	terminal
	t run --detach --bundle "$BUNDLE" "$ID"
	exits 1
	says "cannot allocate tty if"
	nothing_left_of "$ID"
	t create --bundle "$BUNDLE" "$ID"
	exits 1
	nothing_left_of "$ID"
}

@test "consoleSize without terminal does no harm" {
	config '.process.consoleSize = {height: 33, width: 111}'
	args /bin/true
	inside
}

@test "no file of the terminal is left open inside" {
	terminal
	args /bin/reporter
	on_terminal
	ok
	tr -d '\r' <"$WORK/stdout" >"$WORK/report"
	is '[.fds[].fd]' '[0, 1, 2]'
}
