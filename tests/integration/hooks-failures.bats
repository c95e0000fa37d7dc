#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Hooks: what their failure does, and what others may do meanwhile.
# shellcheck disable=SC2154

load helpers
load hooks

# --- failures -------------------------------------------------------------------------------------

@test "a failing hook of create: create fails, and nothing is left" {
	local kind

	for kind in prestart createRuntime createContainer; do
		config 'del(.hooks)'
		host_script $kind true
		host_script $kind 'echo one >&2; echo why it failed >&2; exit 7'
		host_script $kind "touch '$WORK/after'"
		host_script poststop "echo $kind >>'$WORK/stopped'"
		t_create
		exits 1
		says "error running $kind hook #1: " "exit status 7" "one; why it failed" "/hooks/$kind/1"
		nothing_left_of "$ID"
		[ ! -e "$WORK/after" ]
	done
	equal "$(tr '\n' ' ' <"$WORK/stopped")" "prestart createRuntime createContainer "
}

@test "a failing hook of run: run fails, and nothing is left" {
	local kind

	for kind in prestart createRuntime createContainer startContainer poststart; do
		config 'del(.hooks)'
		inside_or_out $kind 'echo why >&2; exit 1'
		host_script poststop "echo $kind >>'$WORK/stopped'"
		t_run
		exits 1
		says "error running $kind hook #0: " why "/hooks/$kind/0"
		nothing_left_of "$ID"
		t run --detach --bundle "$BUNDLE" "$ID"
		exits 1
		nothing_left_of "$ID"
	done
	equal "$(wc -l <"$WORK/stopped")" 10
}

@test "a failing startContainer hook: start fails, the program does not run, the container is destroyed" {
	script 'touch /said/ran'
	hook startContainer '{"path": "/bin/sh", "args": ["sh", "-c", "echo why >&2; exit 3"]}'
	host_script poststop "touch '$WORK/stopped'"
	must create --bundle "$BUNDLE" "$ID"
	t start "$ID"
	exits 1
	says "error running startContainer hook #0: " "exit status 3: why" /hooks/startContainer/0
	nothing_left_of "$ID"
	[ ! -e "$ROOTFS/said/ran" ]
	[ -e "$WORK/stopped" ]
}

@test "a failing poststart hook: start fails, the container is killed and destroyed" {
	local pid

	host_script poststart 'exit 0'
	host_script poststart 'echo why >&2; exit 3'
	host_script poststart "touch '$WORK/after'"
	host_script poststop "touch '$WORK/stopped'"
	must create --bundle "$BUNDLE" "$ID"
	pid=$(pid_of "$ID")
	t start "$ID"
	exits 1
	says "error running poststart hook #1: " "exit status 3: why" /hooks/poststart/1
	nothing_left_of "$ID"
	[ ! -e "/proc/$pid/root" ]
	[ ! -e "$WORK/after" ]
	[ -e "$WORK/stopped" ]
}

@test "a failing poststop hook is a warning, and the others run" {
	host_script poststop 'echo why >&2; exit 3'
	hook poststop '{"path": "/no/such/hook"}'
	host_script poststop "touch '$WORK/after'"
	must create --bundle "$BUNDLE" "$ID"
	must delete "$ID"
	says "level=warning" "error running poststop hook #0: " why \
		"error running poststop hook #1: cannot execute" "o such file or directory"
	equal "$(wc -l <"$WORK/stderr")" 2
	[ -e "$WORK/after" ]
	nothing_left_of "$ID"
}

@test "all that a failing hook said is a warning where the error has no room for it" {
	host_script createRuntime 'echo once >&2; exit 1'
	t_create
	exits 1
	equal "$(grep -c once "$WORK/stderr")" 1
	config 'del(.hooks)'
	host_script createRuntime 'echo begins >&2; head -c 2000 /dev/zero | tr "\0" x >&2; exit 1'
	t_create
	exits 1
	matches "$(head -1 "$WORK/stderr")" 'level=warning msg="the createRuntime hook #0 said: begins; xxx'
	equal "$(grep -c begins "$WORK/stderr")" 1
}

@test "a hook that is no program" {
	local kind

	printf 'text\n' >"$WORK/plain"
	chmod 644 "$WORK/plain"
	for kind in prestart createContainer; do
		config '.hooks = {($k): [{path: "/no/such/hook"}]}' --arg k $kind
		t_create
		exits 1
		says "error running $kind hook #0: cannot execute \"/no/such/hook\": no such file or directory"
		config '.hooks = {($k): [{path: $p}]}' --arg k $kind --arg p "$WORK/plain"
		t_create
		exits 1
		says "cannot execute \"$WORK/plain\": permission denied"
	done
	nothing_left_of "$ID"
}

@test "a hook that is killed" {
	host_script createRuntime 'kill -USR1 $$'
	t_create
	exits 1
	says "error running createRuntime hook #0: " "killed by signal 10"
	nothing_left_of "$ID"
}

@test "a hook that takes too long is killed, with what it has started" {
	local kind begin

	for kind in createRuntime createContainer startContainer poststart; do
		config 'del(.hooks)'
		inside_or_out $kind "echo waits >&2; sleep 1000; echo late >&2" '{"timeout": 1}'
		args /bin/true
		begin=$(milliseconds)
		t_run
		exits 1
		says "error running $kind hook #0: hook ran past specified timeout of 1.0s: waits"
		[ $(($(milliseconds) - begin)) -lt 5000 ]
		nothing_left_of "$ID"
	done
}

@test "a hook within its timeout is left alone" {
	host_script createRuntime 'sleep 0.3' '{"timeout": 1}'
	host_script createContainer 'sleep 0.3' '{"timeout": 4294967295}'
	args /bin/true
	inside
}

@test "a relative path is refused before anything is made" {
	local kind

	for kind in $ALL; do
		config '.hooks = {($k): [{path: "/bin/true"}, {path: "bin/true"}]}' --arg k "$kind"
		t_create
		exits 1
		says "the path \"bin/true\" of the $kind hook #1 is not an absolute path" "/hooks/$kind/1/path"
	done
	nothing_left_of "$ID"
}

@test "a megabyte on standard error: the end of it is told, and nobody waits" {
	local kind

	for kind in createRuntime createContainer startContainer; do
		config 'del(.hooks)'
		inside_or_out $kind 'i=0; while [ $i -lt 16384 ]; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; i=$((i+1)); done >&2
			printf "the\033[1mend\n" >&2; exit 1'
		t_run
		exits 1
		says "error running $kind hook #0: " "aaaaaaa; the [1mend"
		nothing_left_of "$ID"
	done
	config 'del(.hooks)'
	host_script createRuntime 'head -c 1000000 /dev/zero >&2'
	args /bin/true
	inside
}

@test "a hook that leaves a process behind, which holds its descriptors" {
	local begin

	host_script createRuntime "setsid sleep 30 & echo \$! >'$WORK/one'"
	host_script createContainer "setsid sleep 30 & true"
	host_script poststart "setsid sleep 30 & echo \$! >'$WORK/two'"
	args /bin/true
	begin=$(milliseconds)
	inside
	[ $(($(milliseconds) - begin)) -lt 10000 ]
	kill "$(cat "$WORK/one")" "$(cat "$WORK/two")"
	nothing_left_of "$ID"
}

# --- others meanwhile -----------------------------------------------------------------------------

@test "a hook can ask the runtime about its container" {
	host_script createRuntime "'$TARE' --root '$STATE' state $ID >'$WORK/creating'; '$TARE' --root '$STATE' list >/dev/null"
	host_script poststart "'$TARE' --root '$STATE' state $ID >'$WORK/running'"
	must create --bundle "$BUNDLE" "$ID"
	must start "$ID"
	equal "$(jq -r '.status + " \(.pid)"' "$WORK/creating")" "creating $(pid_of "$ID")"
	equal "$(jq -r .status "$WORK/running")" running
}

@test "delete --force while a hook runs: it is killed, create fails, the id is free" {
	local hook

	promise
	host_script createRuntime "echo \$\$ >'$WORK/hook'; sleep 1000"
	TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/1" 2>"$WORK/2" 3>&- &
	wait_for test -s "$WORK/hook"
	hook=$(cat "$WORK/hook")
	must delete --force "$ID"
	[ ! -e "/proc/$hook/root" ]
	config 'del(.hooks)'
	must create --bundle "$BUNDLE" "$ID"
	not wait $!
	has_status "$ID" created
	matches "$(cat "$WORK/2")" "does not exist"
}

@test "SIGKILL of the runtime kills its hook; delete --force kills one that would outlive it" {
	local hook

	promise
	command -v setpriv >/dev/null || skip_or_fail "needs setpriv of util-linux"
	for hook in "sleep 1000" "exec setpriv --pdeathsig clear sleep 1000"; do
		rm -f "$WORK/hook"
		config 'del(.hooks)'
		host_script createRuntime "echo \$\$ >'$WORK/hook'; $hook"
		TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3>&- &
		wait_for test -s "$WORK/hook"
		sleep 0.1
		kill -KILL $!
		wait $! || true
		must delete --force "$ID"
		wait_for test ! -e "/proc/$(cat "$WORK/hook")/root"
		pkill -KILL -g "$(cat "$WORK/hook")" || true
		nothing_left_of "$ID"
	done
}

# --- in a pid namespace that has others -----------------------------------------------------------

@test "in the pid namespace of another container no createContainer hook is visible" {
	local other=$ID-other pid

	background "$other"
	pid=$(pid_of "$other")
	note_all
	namespace pid "/proc/$pid/ns/pid"
	args /bin/true
	inside
	equal "$(cat "$WORK/said/createContainer.pid")" "$(readlink /proc/self/ns/pid)"
	equal "$(cat "$ROOTFS/said/startContainer.pid")" "$(readlink "/proc/$pid/ns/pid")"
	[ "$(state_of startContainer .pid)" -gt 1 ]
}

@test "in such a namespace with a new user namespace createContainer hooks are refused" {
	background "$ID-other"
	namespace pid "/proc/$(pid_of "$ID-other")/ns/pid"
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	hook createContainer '{"path": "/bin/true"}'
	t_create
	exits 1
	says "createContainer hooks are not supported with a new user namespace" /hooks/createContainer/0
	nothing_left_of "$ID-none"
}
