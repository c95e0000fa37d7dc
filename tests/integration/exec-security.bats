#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154
# exec into a container whose first process is hostile: whatever it takes hold of has the rights of the added program,
# and nothing of the runtime's or the host's (CVE-2016-9962, CVE-2019-5736, CVE-2024-21626).

load helpers
load seccomp
load exec

# How often a process is added; each is one chance to be seen.
ROUNDS=15

# What the added process may have: the three of base.json; CAP_SYS_ADMIN is the 21st.
CAPS=20000420
ADMIN=20200420

# hostile MODE CAPS [FILTER] [NAME=VALUE]: a container that begins with a watcher, and $PROCESS for it.
hostile()
{
	promise
	make_helper watcher
	own_root
	cp "$BIN/watcher" "$ROOTFS/bin/watcher"
	mkdir -m 777 "$ROOTFS/report"
	process '.args = ["/bin/true"]'
	all_capabilities
	config '.process.noNewPrivileges = false | .root.readonly = false'
	config "${3:-.}"
	args /bin/watcher "mode=$1" report=/report/lines "caps=$2" uid=0 "mnt=$(readlink /proc/self/ns/mnt)" \
		"program=$(stat -c %d:%i "$TARE")" word=TARE_TEST_MARK= "path=$WORK" ${4:+"$4"}
	REPORT=$ROOTFS/report/lines
	background
	wait_for grep -q ready "$REPORT"
}

# described FILTER: changes $PROCESS.
described()
{
	jq "$1" "$PROCESS" >"$WORK/changed" && mv "$WORK/changed" "$PROCESS"
}

added()
{
	local i

	for ((i = 0; i < ROUNDS; i++)); do
		must_x --process "$PROCESS" "$ID"
	done
}

# nothing_found: enough of the processes that were there have been looked at, and nothing was found. On a busy machine the
# watcher does not run while the process does, and misses most of them.
nothing_found()
{
	local seen percent=20

	has_status "$ID" running
	seen=$(grep -c ^seen "$REPORT" || true)
	[ "$seen" -ge $((ROUNDS * percent / 100)) ] || {
		echo "only $seen processes were seen of $ROUNDS" >&2
		return 1
	}
	equal "$(grep ^bad "$REPORT" || true)" ""
}

# --- somebody who may trace ----------------------------------------------------------------------

@test "CVE-2016-9962: traced at every system call, with noNewPrivileges" {
	ROUNDS=60
	hostile trace $CAPS
	added
	nothing_found
}

@test "CVE-2016-9962: traced at every system call, without noNewPrivileges" {
	ROUNDS=60
	hostile trace $CAPS
	described '.noNewPrivileges = false'
	added
	nothing_found
}

@test "CVE-2016-9962: looked at all the time, without tracing" {
	hostile look $CAPS
	added
	nothing_found
}

@test "CVE-2016-9962: traced, with a profile and noNewPrivileges" {
	profile ALLOW "$(rule personality ERRNO)"
	hostile trace $CAPS
	added
	nothing_found
}

@test "CVE-2016-9962: traced, with a profile and without noNewPrivileges" {
	profile ALLOW "$(rule personality ERRNO)"
	hostile trace $CAPS
	described '.noNewPrivileges = false'
	added
	nothing_found
}

@test "CVE-2016-9962: traced, with a profile that asks an agent, and without noNewPrivileges" {
	local i

	make_helper agent
	profile ALLOW "$(rule getppid NOTIFY)"
	seccomp "+ {listenerPath: \"$WORK/agent.socket\"}"
	agent_started
	hostile trace $CAPS
	described '.noNewPrivileges = false'
	ROUNDS=8
	for ((i = 0; i < ROUNDS; i++)); do
		agent_started
		must_x --process "$PROCESS" "$ID"
	done
	nothing_found
}

# The agent of one process more; it ends with that.
agent_started()
{
	rm -f "$WORK/agent.socket"
	"$BIN/agent" "$WORK/agent.socket" "$WORK/told" </dev/null >"$WORK/agent.out" 2>&1 3>&- &
	wait_for test -S "$WORK/agent.socket"
}

@test "CVE-2016-9962: traced, with a profile that can be loaded last only: CAP_SYS_ADMIN, and nothing else, is there until then" {
	profile ALLOW "$(rule setsid ERRNO)"
	hostile trace $ADMIN
	described '.noNewPrivileges = false'
	added
	nothing_found
}

@test "CVE-2016-9962: traced, with a terminal" {
	local i

	hostile trace $CAPS
	described '.terminal = true'
	for ((i = 0; i < ROUNDS; i++)); do
		on_terminal -- --process "$PROCESS" "$ID"
		ok
	done
	nothing_found
}

@test "CVE-2016-9962: traced, detached" {
	local i

	hostile trace $CAPS
	for ((i = 0; i < ROUNDS; i++)); do
		must_x --detach --pid-file "$WORK/pid" --process "$PROCESS" "$ID"
	done
	nothing_found
}

@test "who may trace in a user namespace of the container's reaches the program and not init" {
	ids_mapped
	hostile trace $CAPS . hidden=1
	chmod 777 "$ROOTFS"
	ROUNDS=40
	added
	described '.noNewPrivileges = false'
	added
	has_status "$ID" running
	equal "$(grep ^bad "$REPORT" || true)" ""
}

@test "a process of the same user and rights reaches the program and not init" {
	hostile trace 0 '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = {}' hidden=1
	described '.user = {uid: 1000, gid: 1000} | .capabilities = {}'
	ROUNDS=40
	added
	has_status "$ID" running
	equal "$(grep '^bad: init' "$REPORT" || true)" ""
}

# each_way: with and without noNewPrivileges and a terminal; the container has a profile or none.
each_way()
{
	local grow i

	ROUNDS=4
	for grow in false true; do
		described ".terminal = false | .noNewPrivileges = ($grow | not)"
		added
		described '.terminal = true'
		for ((i = 0; i < ROUNDS; i++)); do
			on_terminal -- --process "$PROCESS" "$ID"
			ok
		done
	done
	has_status "$ID" running
}

@test "CVE-2016-9962: traced, each way: profile, noNewPrivileges, terminal" {
	hostile trace $CAPS
	each_way
	must delete --force "$ID"
	new_bundle second
	profile ALLOW "$(rule personality ERRNO)"
	hostile trace $CAPS
	each_way
	ROUNDS=16
	nothing_found
}

@test "CVE-2016-9962: without CAP_SYS_PTRACE, each way: a process of the same user reaches the program and not init" {
	local filter

	for filter in no yes; do
		new_bundle "$filter"
		[ $filter = no ] || profile ALLOW "$(rule personality ERRNO)"
		hostile trace 0 '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = {}' hidden=1
		described '.user = {uid: 1000, gid: 1000} | .capabilities = {}'
		each_way
		equal "$(grep '^bad: init' "$REPORT" || true)" ""
		must delete --force "$ID"
	done
}

@test "CVE-2016-9962: in a user namespace, each way: whoever may trace there reaches the program and not init" {
	local filter

	for filter in no yes; do
		new_bundle "$filter"
		ids_mapped
		[ $filter = no ] || profile ALLOW "$(rule personality ERRNO)"
		hostile trace $CAPS . hidden=1
		chmod 777 "$ROOTFS"
		each_way
		equal "$(grep ^bad "$REPORT" || true)" ""
		must delete --force "$ID"
	done
}

seen()
{
	grep -c ^seen "$REPORT" || true
}

@test "who takes the socket to the runtime cannot make it do anything" {
	local before rounds=0

	hostile lie $CAPS
	process '.args = ["/bin/true"]'
	before=$(pid_of "$ID")
	# A process may be gone before it is taken: until each lie has been told to three.
	while [ "$(seen)" -lt 42 ]; do
		rounds=$((rounds + 1))
		[ $rounds -le 400 ]
		rm -f "$WORK/pid"
		x --pid-file "$WORK/pid" --process "$PROCESS" "$ID"
		[ "$status" = 0 ] || [ "$status" = 255 ] || show
		if [ -e "$WORK/pid" ]; then
			[ "$(cat "$WORK/pid")" -gt 1 ]
			[ "$(cat "$WORK/pid")" != "$before" ]
		fi
		if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$WORK/stderr"; then
			od -c "$WORK/stderr" >&2
			return 1
		fi
	done
	has_status "$ID" running
	equal "$(pid_of "$ID")" "$before"
}

@test "who keeps the end of a process that has failed does not keep the runtime" {
	local rounds=0

	hostile lie $CAPS . keep=1
	process '.args = ["/bin/true"]'
	while [ "$(seen)" -lt 5 ]; do
		rounds=$((rounds + 1))
		[ $rounds -le 100 ]
		x --process "$PROCESS" "$ID"
		[ "$status" = 0 ] || [ "$status" = 255 ] || show
	done
	has_status "$ID" running
}

# ticks PID: of the processor, that it has used.
ticks()
{
	sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

# gone_or_dead PID
gone_or_dead()
{
	grep -q '^State:	Z' "/proc/$1/status"
}

@test "who keeps the end of a process keeps the runtime waiting, and not at work" {
	local runtime before

	hostile seize $CAPS
	process '.args = ["/bin/sleep", "1"]'
	"$TARE" --root "$STATE" exec --pid-file "$WORK/pid" --process "$PROCESS" "$ID" </dev/null >/dev/null 2>&1 3>&- &
	runtime=$!
	wait_for test -s "$WORK/pid"
	wait_for gone_or_dead "$(cat "$WORK/pid")"
	before=$(ticks $runtime)
	sleep 1
	[ "$(ticks $runtime)" -lt $((before + 20)) ]
	must delete --force "$ID"
	wait $runtime
}

# unfinished: processes of the container that are init still.
unfinished()
{
	local comm

	grep -lx 'tare:\[init\]' /proc/[0-9]*/comm 2>/dev/null | while read -r comm; do
		comm=${comm%/comm}
		[ "$(readlink "$comm/ns/pid")" != "$(readlink "/proc/$(pid_of "$ID")/ns/pid")" ] || echo "${comm#/proc/}"
	done
}

# Before it has its release it has died with the runtime; after that it finds out when it goes on.
none_unfinished()
{
	# shellcheck disable=SC2046
	kill -CONT $(unfinished) 2>/dev/null || true
	[ -z "$(unfinished)" ]
}

@test "who stops the process stops nobody else, and it ends with the runtime" {
	local stopped=0

	sleeper
	must_x -d --pid-file "$WORK/attacker" "$ID" /bin/sh -c 'while :; do for p in /proc/[0-9]*; do
		[ "${p#/proc/}" -le $$ ] || kill -STOP "${p#/proc/}"; done; done 2>/dev/null'
	for _ in 1 2 3 4 5; do
		"$TARE" --root "$STATE" exec "$ID" /bin/sleep 1 </dev/null >/dev/null 2>&1 3>&- &
		sleep 0.2
		[ -z "$(unfinished)" ] || stopped=$((stopped + 1))
		kill -KILL $!
		wait $! || true
		# It would stop it again before it has gone one step.
		kill -STOP "$(cat "$WORK/attacker")"
		wait_for none_unfinished
		kill -CONT "$(cat "$WORK/attacker")"
	done
	[ $stopped -gt 0 ]
	has_status "$ID" running
	must delete --force "$ID"
}

# --- the runtime's program and the host's directories --------------------------------------------

@test "CVE-2019-5736: /proc/self/exe as the program is not the runtime's" {
	local program

	without_namespace pid
	own_root
	printf '#!/proc/self/exe\n' >"$ROOTFS/bin/trap"
	chmod 755 "$ROOTFS/bin/trap"
	sleeper
	for program in /proc/self/exe /bin/trap; do
		x "$ID" "$program"
		exits 2
		silent
	done
}

@test "CVE-2019-5736: nor with a pid namespace" {
	own_root
	printf '#!/proc/self/exe\n' >"$ROOTFS/bin/trap"
	chmod 755 "$ROOTFS/bin/trap"
	sleeper
	x "$ID" /bin/trap
	exits 2
	x "$ID" /proc/self/exe
	exits 255
}

@test "CVE-2024-21626: no working directory leads out" {
	local n shared

	for shared in 0 1; do
		new_bundle "shared$shared"
		[ $shared = 0 ] || without_namespace pid
		args /bin/sleep 1000
		background "$ID-$shared"
		for n in 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
			status=0
			"$TARE" --root "$STATE" exec --cwd "/proc/self/fd/$n" "$ID-$shared" /bin/ls . \
				</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 10</ || status=$?
			exits 255
			equal "$(cat "$WORK/stdout")" ""
		done
		for n in root cwd cwd/..; do
			t exec --cwd "/proc/$$/$n" "$ID-$shared" /bin/ls .
			exits 255
			equal "$stdout" ""
		done
	done
}

@test "CVE-2024-21626: descriptors of the caller are not its, nor with --preserve-fds more than are asked for" {
	sleeper
	"$TARE" --root "$STATE" exec "$ID" /bin/reporter </dev/null >"$WORK/report" 7</ 8</etc
	is '[.fds[].fd]' '[0, 1, 2]'
	"$TARE" --root "$STATE" exec --preserve-fds 1 "$ID" /bin/reporter </dev/null >"$WORK/report" 3</dev/null 4</ 5</
	is '[.fds[].fd]' '[0, 1, 2, 3]'
}

# --- what the container has made of its files ----------------------------------------------------

# rearranged COMMAND: in the container's mount namespace, by one of its processes.
rearranged()
{
	all_capabilities
	config '.process.noNewPrivileges = false | .root.readonly = false'
	args /bin/sh -c "$1; touch /done; exec sleep 1000"
	own_root
	background
	wait_for test -e "$ROOTFS/done"
}

@test "/proc is another file system" {
	rearranged 'umount -l /proc; mount -t tmpfs none /proc; mkdir -p /proc/self/attr /proc/self/fd /proc/thread-self/attr;
		for f in self/attr/exec thread-self/attr/exec self/oom_score_adj self/setgroups; do : >/proc/$f; done'
	must_x "$ID" /bin/sh -c 'cat /proc/self/attr/* /proc/self/oom_score_adj; echo here'
	prints here
	process '.oomScoreAdj = 700 | .args = ["/bin/sleep", "1000"]'
	must_x -d --pid-file "$WORK/pid" --process "$PROCESS" "$ID"
	equal "$(cat "/proc/$(cat "$WORK/pid")/oom_score_adj")" 700
	on_terminal -- --tty "$ID" /bin/true
	ok
}

@test "/dev/pts is another file system, or leads elsewhere" {
	rearranged 'umount -l /dev/pts; mount -t tmpfs none /dev/pts; mknod /dev/pts/ptmx c 5 2
		mkdir /dev/pts/pts; mount -t devpts -o newinstance none /dev/pts/pts'
	on_terminal -- --tty "$ID" /bin/true
	exits 255
	matches "$stdout" "cannot open a terminal in \"/dev/pts\""
	must delete --force "$ID"
	new_bundle link
	rearranged 'umount -l /dev/pts; rmdir /dev/pts; ln -s /proc/1/root/tmp /dev/pts; : >/tmp/ptmx'
	on_terminal -- --tty "$ID" /bin/true
	exits 255
	matches "$stdout" "cannot open a terminal in \"/dev/pts\""
}

@test "/etc/passwd is a fifo, a device, a link of procfs, or endless" {
	local kind

	rearranged 'rm -f /etc/passwd; mkfifo /etc/passwd'
	must_x "$ID" /bin/sh -c 'echo $HOME'
	prints /
	for kind in 'mknod /etc/passwd c 1 5' 'ln -s /proc/1/fd/0 /etc/passwd' 'ln -s passwd /etc/passwd' 'mkdir /etc/passwd'; do
		must_x "$ID" /bin/sh -c "rm -rf /etc/passwd; $kind"
		must_x "$ID" /bin/sh -c 'echo $HOME'
		prints /
	done
}

@test "the first process has another root directory" {
	rearranged 'mkdir -p /jail/etc; cp -a /bin /jail; echo root:x:0:0::/elsewhere: >/jail/etc/passwd; touch /done;
		exec chroot /jail /bin/sleep 1000'
	wait_for grep -q sleep "/proc/$(pid_of "$ID")/cmdline"
	[ ! -e "/proc/$(pid_of "$ID")/root/data" ]
	must_x "$ID" /bin/sh -c 'ls -d /data; echo $HOME'
	prints $'/data\n/root'
}

# --- cgroups -------------------------------------------------------------------------------------

@test "the process is in the container's cgroups, wherever its first process has gone" {
	needs_v1 pids
	sleeper
	mkdir "$CGROUPS/pids/$MARK.other"
	pid_of "$ID" >"$CGROUPS/pids/$MARK.other/cgroup.procs"
	must_x "$ID" /bin/grep :pids: /proc/self/cgroup
	matches "$stdout" ":pids:/$ID$"
	must kill "$ID" KILL
	wait_for rmdir "$CGROUPS/pids/$MARK.other"
}
