#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# exec: a process more in a container, its options one by one, seen from inside, and its failures.

load helpers
load exec
load sockets

# --- what it is by default -----------------------------------------------------------------------

@test "the process is in the container's namespaces and cgroups" {
	local kind mine theirs
	sleeper
	must_x --detach --pid-file "$WORK/pid" "$ID" /bin/sleep 1000
	for kind in cgroup ipc mnt net pid user uts time; do
		mine=$(readlink "/proc/$(cat "$WORK/pid")/ns/$kind")
		theirs=$(readlink "/proc/$(pid_of "$ID")/ns/$kind")
		equal "$mine" "$theirs"
	done
	diff "/proc/$(cat "$WORK/pid")/cgroup" "/proc/$(pid_of "$ID")/cgroup"
	diff "/proc/$(cat "$WORK/pid")/mountinfo" "/proc/$(pid_of "$ID")/mountinfo"
}

@test "without options the process is as the container's own" {
	config '.process |= . + {user: {uid: 1000, gid: 1001, umask: 63, additionalGids: [7, 9]}, cwd: "/tmp",
		oomScoreAdj: 500, env: ["PATH=/bin", "A=b"]}'
	config '.process.capabilities.inheritable = ["CAP_KILL"] | .process.capabilities.ambient = ["CAP_KILL"]'
	config '.process.rlimits += [{type: "RLIMIT_CORE", hard: 4096, soft: 1024}]'
	report
	jq -S 'del(.pid, .ppid, .pgid, .sid, .fds, .cmdline, .cgroup, .proc, .mounts, .cgroups, .stat, .namespaces)' \
		"$WORK/report" >"$WORK/own"
	sleeper
	reported
	jq -S 'del(.pid, .ppid, .pgid, .sid, .fds, .cmdline, .cgroup, .proc, .mounts, .cgroups, .stat, .namespaces)' \
		"$WORK/report" >"$WORK/added"
	diff "$WORK/own" "$WORK/added"
}

@test "it gets no descriptor but the standard ones" {
	sleeper
	reported
	is '[.fds[].fd]' '[0, 1, 2]'
}

@test "its environment is the configuration's and nothing of the caller's" {
	config '.process.env = ["PATH=/bin", "A=b"]'
	sleeper
	OF_THE_CALLER=1 must_x "$ID" /bin/env
	equal "$(sort <<<"$stdout")" "$(printf 'A=b\nHOME=/root\nPATH=/bin')"
}

@test "HOME comes from the container's passwd, for the user that the process has" {
	sleeper
	must_x --user 1000:1000 "$ID" /bin/sh -c 'echo $HOME'
	prints /home/user
	must_x --env HOME= "$ID" /bin/sh -c 'echo $HOME'
	prints /root
	must_x --env HOME=/mine "$ID" /bin/sh -c 'echo $HOME'
	prints /mine
}

@test "it goes by the configuration at the time of create" {
	sleeper
	config '.process.capabilities = {} | .process.noNewPrivileges = false'
	rm "$BUNDLE/config.json"
	reported
	is .noNewPrivileges true
	is '.capabilities.bounding | length' 3
}

@test "a container without a process in its configuration" {
	config 'del(.process)'
	t_create
	ok
	must_x "$ID" /bin/reporter
	cp "$WORK/stdout" "$WORK/report"
	is '.capabilities.bounding' '[]'
	is .cwd '"/"'
}

# --- options -------------------------------------------------------------------------------------

@test "--cwd" {
	sleeper
	must_x --cwd /data/a "$ID" /bin/pwd
	prints /data/a
	x --cwd /no/such "$ID" /bin/pwd
	exits 255
	says "no such file or directory"
	x --cwd relative "$ID" /bin/pwd
	exits 255
}

@test "--env adds, and the last one counts" {
	config '.process.env = ["PATH=/bin", "A=one"]'
	sleeper
	must_x -e A=two --env B=three --env=B=four "$ID" /bin/env
	has_line A=two
	has_line B=four
	equal "$(grep -c '^[AB]=' <<<"$stdout")" 2
	x --env NOTHING "$ID" /bin/env
	exits 255
}

@test "--user" {
	config '.process.user = {uid: 5, gid: 6, additionalGids: [7]}'
	sleeper
	reported --user 1000
	is '[.uid[0], .gid[0], .groups]' '[1000, 6, [7]]'
	reported -u 1000:1001
	is '[.uid[0], .gid[0], .groups]' '[1000, 1001, [7]]'
}

@test "CVE-2026-30892: --user refuses what is no id" {
	local bad
	sleeper
	for bad in -1 4294967295 4294967296 root 1:-1 1: :1 1:4294967295 18446744073709551616 0x0 '1 '; do
		x --user="$bad" "$ID" /bin/id
		exits 255
		[ -z "$stdout" ] || show
	done
	x --additional-gids 4294967296 "$ID" /bin/id
	exits 255
}

@test "--additional-gids" {
	config '.process.user.additionalGids = [7]'
	sleeper
	reported --additional-gids 8 -g 9
	is .groups '[7, 8, 9]'
}

@test "CVE-2022-29162, CVE-2022-27650, CVE-2025-27612: --cap adds to what the process can do, and to nothing that it passes on" {
	sleeper
	reported --cap CAP_CHOWN -c CAP_FOWNER
	is '.capabilities.bounding | sort' '["CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_FOWNER", "CAP_KILL", "CAP_NET_BIND_SERVICE"]'
	is '.capabilities.effective == .capabilities.bounding' true
	is '.capabilities.permitted == .capabilities.bounding' true
	is '.capabilities.inheritable' '[]'
	is '.capabilities.ambient' '[]'
	reported
	is '.capabilities.bounding | length' 3
}

@test "--no-new-privs" {
	config '.process.noNewPrivileges = false'
	sleeper
	reported
	is .noNewPrivileges false
	reported --no-new-privs
	is .noNewPrivileges true
}

@test "no_new_privs of the container holds" {
	sleeper
	reported
	is .noNewPrivileges true
	reported --no-new-privs=false
	is .noNewPrivileges true
}

@test "--apparmor and --process-label where there is no such module" {
	[ ! -e /sys/module/apparmor ] && [ ! -e /sys/fs/selinux/enforce ] || skip "needs a kernel without AppArmor and SELinux"
	sleeper
	x --apparmor some-profile "$ID" /bin/true
	exits 255
	says '"some-profile" cannot be enforced: AppArmor is off'
	x --process-label system_u:system_r:container_t:s0 "$ID" /bin/true
	exits 255
	says "cannot be enforced: SELinux is off"
}

@test "--preserve-fds" {
	sleeper
	status=0
	"$TARE" --root "$STATE" exec --preserve-fds 1 "$ID" /bin/sh -c 'cat <&3; ls /proc/self/fd | wc -l' \
		3<"$SHARED/data/a/text" 4<"$SHARED/etc/passwd" >"$WORK/stdout" 2>&1 </dev/null || status=$?
	equal "$(cat "$WORK/stdout")" "$(printf 'shared\n5')"
	x --preserve-fds 500 "$ID" /bin/true
	exits 255
	says "cannot preserve descriptor"
}

@test "a service manager's descriptors are not for it" {
	sleeper
	LISTEN_FDS=1 sh -c 'LISTEN_PID=$$ exec "$@"' - "$TARE" --root "$STATE" exec "$ID" /bin/reporter \
		3<"$SHARED/etc/passwd" </dev/null >"$WORK/report"
	is '[.fds[].fd]' '[0, 1, 2]'
	is '[.env[] | select(startswith("LISTEN"))]' '[]'
}

@test "options end at the container, and what follows is the program's" {
	sleeper
	must_x "$ID" /bin/echo --cwd -e --detach
	prints "--cwd -e --detach"
	must_x -- "$ID" /bin/echo a b c d e f g
	prints "a b c d e f g"
}

@test "nothing to run is an error" {
	sleeper
	x "$ID"
	exits 255
	says "process args cannot be empty"
	x
	exits 1
}

# --- --process -----------------------------------------------------------------------------------

@test "--process says it all" {
	sleeper
	process '.args = ["/bin/reporter"] | .user = {uid: 1000, gid: 1000, umask: 7, additionalGids: [3]} |
		.cwd = "/tmp" | .env = ["PATH=/bin", "X=y"] | .noNewPrivileges = false |
		.capabilities = {bounding: ["CAP_CHOWN"]} | .rlimits = [{type: "RLIMIT_NOFILE", hard: 99, soft: 98}]'
	must_x --process "$PROCESS" "$ID"
	cp "$WORK/stdout" "$WORK/report"
	is '[.uid[0], .gid[0], .groups, .cwd]' '[1000, 1000, [3], "/tmp"]'
	is .env '["PATH=/bin", "X=y", "HOME=/home/user"]'
	is .noNewPrivileges false
	is .capabilities.bounding '["CAP_CHOWN"]'
	is .capabilities.effective '[]'
	is .rlimits.RLIMIT_NOFILE '{"soft": 98, "hard": 99}'
}

@test "--process: what it does not say of rights and limits is the container's" {
	config '.process.oomScoreAdj = 300'
	sleeper
	process '{args: ["/bin/reporter"], cwd: "/", noNewPrivileges: true}'
	must_x --process "$PROCESS" "$ID"
	cp "$WORK/stdout" "$WORK/report"
	is '.capabilities.bounding | length' 3
	is .rlimits.RLIMIT_NOFILE '{"soft": 1024, "hard": 1024}'
	is .env '["HOME=/root"]'
	must_x -d --pid-file "$WORK/pid" -p <(process '{args: ["/bin/sleep", "1000"], cwd: "/"}' && cat "$PROCESS") "$ID"
	equal "$(cat "/proc/$(cat "$WORK/pid")/oom_score_adj")" 300
}

@test "--process is read as strictly as config.json, and errors name the place" {
	local row
	sleeper
	for row in '{"args": ["/bin/true"], "cwd": "/", "noNewPrivileges": "true"}|/noNewPrivileges' \
		'{"args": ["/bin/true"], "cwd": "/", "user": {"uid": -1}}|/user/uid' \
		'{"args": ["/bin/true"], "cwd": "/", "cwd": "/"}|/cwd' '{"args": ["/bin/true"]}|cwd' \
		'{"args": ["/bin/true"], "cwd": "/"} x|line 1' '[]|line 1'; do
		echo "${row%|*}" >"$WORK/bad.json"
		x --process "$WORK/bad.json" "$ID"
		exits 255
		says "bad.json" "${row##*|}"
	done
	x --process "$WORK/none.json" "$ID"
	exits 255
	says "no such file or directory"
	echo '{"args": [], "cwd": "/"}' >"$WORK/bad.json"
	x --process "$WORK/bad.json" "$ID"
	exits 255
}

@test "--process: other words about the process have no effect, and a warning says so" {
	sleeper
	process '.args = ["/bin/pwd"]'
	must_x --cwd /tmp --process "$PROCESS" "$ID" /bin/false
	prints /
	says "have no effect"
}

@test "--process of a recorded engine" {
	local file
	sleeper
	# What this machine has no rights or modules for is not what is looked at.
	for file in "$HERE"/../data/configs/*/exec*.process.json; do
		jq '.args = ["/bin/true"] | .terminal = false | .cwd = "/" |
			del(.apparmorProfile, .selinuxLabel, .rlimits, .oomScoreAdj) |
			if .capabilities then .capabilities |= map_values(. - ["CAP_SYS_RESOURCE"]) else . end' \
			"$file" >"$WORK/process.json"
		x --process "$WORK/process.json" "$ID"
		[ "$status" = 0 ] || {
			echo "$file" >&2
			show
		}
	done
}

# --- exit status ---------------------------------------------------------------------------------

@test "the status of the program comes through" {
	local code
	sleeper
	for code in 0 1 42 126 127 255; do
		x "$ID" /bin/reporter exit "$code"
		exits "$code"
		[ -z "$stderr" ]
	done
	x "$ID" /bin/reporter crash
	exits 139
	x "$ID" /bin/sh -c 'kill -TERM $$'
	exits 143
}

@test "errors of ours are 255, and say what callers look for" {
	sleeper
	x "$ID" nosuch
	exits 255
	says "executable file not found in \$PATH" "no such file or directory"
	x "$ID" /no/such
	exits 255
	says "no such file or directory"
	x "$ID" /data/plain
	exits 255
	says "permission denied"
	x "$ID" /tmp
	exits 255
	says "is a directory"
	x "$MARK-none" /bin/true
	exits 255
	says "does not exist"
	x --pid-file /no/such/dir/pid "$ID" /bin/true
	exits 255
}

@test "an error is one JSON line in the log" {
	sleeper
	t --log "$WORK/log" --log-format json exec "$ID" nosuch
	exits 255
	equal "$(wc -l <"$WORK/log")" 1
	matches "$(jq -r .msg "$WORK/log")" "^exec $ID: .*executable file not found"
}

# --- signals -------------------------------------------------------------------------------------

@test "signals go on to the program" {
	local pid name
	sleeper
	for name in TERM INT HUP USR1 USR2; do
		rm -f "$WORK/out"
		"$TARE" --root "$STATE" exec "$ID" /bin/sh -c "trap 'echo got $name; exit 7' $name; echo ready
			while :; do sleep 0.02; done" </dev/null >"$WORK/out" 2>&1 3>&- &
		pid=$!
		wait_for grep -q ready "$WORK/out"
		kill -s "$name" "$pid"
		status=0
		wait "$pid" || status=$?
		exits 7
		equal "$(tail -1 "$WORK/out")" "got $name"
	done
}

@test "until the program starts signals are for the runtime, and nothing is left" {
	local pid
	needs_v1 freezer
	sleeper
	echo FROZEN >"$CGROUPS/freezer/$ID/freezer.state"
	"$TARE" --root "$STATE" exec --ignore-paused "$ID" /bin/sh -c 'echo ran >/tmp/ran' </dev/null >"$WORK/out" 2>&1 3>&- &
	pid=$!
	sleep 0.3
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	echo THAWED >"$CGROUPS/freezer/$ID/freezer.state"
	exits 143
	alone_inside
	must_x "$ID" /bin/sh -c '[ ! -e /tmp/ran ]'
}

# Before its program runs it ends with exec; after that the signal is for it.
@test "a signal that ends exec leaves no process, whenever it comes" {
	local i

	sleeper
	mkfifo "$WORK/never"
	exec 9<>"$WORK/never"
	for ((i = 0; i < 150; i++)); do
		"$TARE" --root "$STATE" exec "$ID" /bin/sleep 60 </dev/null >/dev/null 2>&1 3>&- 9>&- &
		read -rt "0.00$((i % 6))$((RANDOM % 10))" -u 9 || true
		kill -TERM $!
		wait $! || true
	done
	exec 9>&-
	wait_for alone
}

# processes: how many run in the container, with what counts them.
processes()
{
	must_x "$ID" /bin/sh -c 'n=0; for i in /proc/[0-9]*/status; do grep -q "^State:.Z" $i || n=$((n + 1)); done; echo $n'
	echo "$stdout"
}

alone()
{
	[ "$(processes)" = 2 ]
}

@test "what fails in exec leaves no process" {
	local call

	command -v strace >/dev/null || skip_or_fail "needs strace"
	sleeper
	for call in pidfd_open:error=EMFILE:when=2 recvmsg:error=ENOMEM:when={1,2,3} waitid:error=ENOMEM:when={1,2,3,4} \
		sendmsg:error=ENOMEM:when=1 signalfd4:error=EMFILE:when=1; do
		injured "$call"
		TARE=$WORK/injured t exec "$ID" /bin/sleep 1
		[ "$status" = 0 ] || says "tare: exec"
		equal "$(processes)" 2
	done
}

# injured INJECTION: a program that runs tare with it.
injured()
{
	cat >"$WORK/injured" <<-END
		#!/bin/sh
		exec env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e inject=$1 '$TARE' "\$@"
	END
	chmod +x "$WORK/injured"
}

@test "when its process cannot be waited for exec ends it, and says so" {
	local at

	command -v strace >/dev/null || skip_or_fail "needs strace"
	sleeper
	for at in 1 2 3 4 2+; do
		injured "waitid:error=EIO:when=$at"
		TARE=$WORK/injured t exec "$ID" /bin/true
		[ "$status" = 0 ] || says "tare: exec"
		[ $at != 2+ ] || says "cannot wait for the container's process"
		# Who has become a child of the host's init is reaped when that one likes.
		equal "$(processes)" 2
	done
}

# --- detached, pid file, pidfd -------------------------------------------------------------------

@test "--detach returns when the program runs" {
	sleeper
	must_x -d --pid-file "$WORK/pid" "$ID" /bin/sleep 1000
	matches "$(tr '\0' ' ' <"/proc/$(cat "$WORK/pid")/cmdline")" "^/bin/sleep 1000"
	equal "$(stat -c %s "$WORK/pid")" "$(tr -d '\n' <"$WORK/pid" | wc -c)"
}

@test "there is no pid file where no program runs" {
	sleeper
	x -d --pid-file "$WORK/pid" "$ID" /no/such
	exits 255
	[ ! -e "$WORK/pid" ]
	x -d --pid-file "$WORK/pid" --user 1000 "$ID" /closed/program
	exits 255
	[ ! -e "$WORK/pid" ]
	[ ! -e "$WORK/.pid" ]
}

@test "a pid file that cannot be written leaves no process" {
	sleeper
	x -d --pid-file /no/such/dir/pid "$ID" /bin/sleep 1000
	exits 255
	alone_inside
}

@test "the process becomes the caller's child, or its subreaper's" {
	sleeper
	must_x -d --pid-file "$WORK/pid" "$ID" /bin/sleep 1000
	[ "$(sed -n 's/^PPid:.//p' "/proc/$(cat "$WORK/pid")/status")" != "$(pid_of "$ID")" ]
}

@test "--pidfd-socket" {
	sleeper
	receiver "$WORK/sock"
	must_x -d --pid-file "$WORK/pid" --pidfd-socket "$WORK/sock" "$ID" /bin/sleep 1000
	wait_for test -s "$WORK/sock.said"
	equal "$(cat "$WORK/sock.said")" "setns $(cat "$WORK/pid")"
}

# --- standard streams and terminals --------------------------------------------------------------

@test "standard streams are the caller's" {
	sleeper
	echo "through stdin" >"$WORK/in"
	t_in "$WORK/in" exec "$ID" /bin/sh -c 'cat; echo err >&2'
	ok
	prints "through stdin"
	says err
}

@test "--tty: a terminal of the container, that belongs to the process" {
	sleeper
	on_terminal -- -t "$ID" /bin/sh -c 'tty; echo to the tty >/dev/tty; stty size; exit 42'
	exits 42
	has_line /dev/pts/0
	has_line "to the tty"
	has_line "24 80"
	says "settings restored"
}

@test "--tty: what is typed arrives, and the window follows" {
	sleeper
	on_terminal expect:ready raw 'send:hello\r' 'expect:got hello' resize:30x90 'send:\r' expect:30\ 90 -- \
		--tty "$ID" /bin/sh -c 'echo ready; read x; echo "got $x"; read y; stty size'
	ok
}

@test "--tty: the terminal belongs to the user" {
	sleeper
	on_terminal -- --tty --user 1000:1000 "$ID" /bin/sh -c 'stat -c %u /dev/pts/0; echo x >/dev/pts/0'
	ok
	has_line 1000
}

@test "the container's console stays what it is" {
	sleeper
	must_x "$ID" /bin/sh -c 'ls -l /dev/console 2>&1 || true'
	local before=$stdout
	on_terminal -- --tty "$ID" /bin/true
	ok
	must_x "$ID" /bin/sh -c 'ls -l /dev/console 2>&1 || true'
	prints "$before"
}

@test "--process: consoleSize is the size without an outer terminal" {
	sleeper
	process '.terminal = true | .consoleSize = {height: 33, width: 111} | .args = ["/bin/stty", "size"]'
	must_x --process "$PROCESS" "$ID"
	prints "33 111"
}

@test "--console-socket" {
	sleeper
	receiver "$WORK/sock"
	must_x -d --tty --console-socket "$WORK/sock" "$ID" /bin/sh -c 'tty; echo end; sleep 1000'
	silent
	wait_for grep -q end "$WORK/sock.said"
	equal "$(tr -d '\r' <"$WORK/sock.said")" "$(printf '/dev/pts/ptmx\n/dev/pts/0\nend')"
}

@test "terminals and sockets that do not go together are refused" {
	sleeper
	x -d --tty "$ID" /bin/true
	exits 255
	says "cannot allocate tty if runc will detach without setting console socket"
	x --tty --console-socket "$WORK/sock" "$ID" /bin/true
	exits 255
	x -d --console-socket "$WORK/sock" "$ID" /bin/true
	exits 255
}
