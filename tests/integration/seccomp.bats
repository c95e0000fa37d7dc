#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Numbers of calls stand without quotes.
# shellcheck disable=SC2016,SC2154,SC2086
# linux.seccomp, as system calls inside feel it: actions, conditions, architectures, what is newer
# than the profile, with and without noNewPrivileges, notifications, and the cache.

load helpers
load seccomp

# --- actions -------------------------------------------------------------------------------------

@test "errno: the call returns what the rule says" {
	profile ALLOW "$(rule getpid ERRNO)" "$(rule getppid ERRNO 'errnoRet: 77')" \
		"$(rule getuid ERRNO 'errnoRet: 0')"
	calls $GETPID $GETPPID $GETUID $PERSONALITY,0xffffffff
	inside
	prints $'-1\n-77\n0\n0'
}

@test "errno as the default, and its number" {
	profile ERRNO "{names: $START, action: \"SCMP_ACT_ALLOW\"}" "$(rule setns ALLOW)"
	calls $GETPID
	inside
	prints -1
	seccomp '+ {defaultErrnoRet: 42}'
	inside
	prints -42
}

@test "kill: the process dies of SIGSYS" {
	local action

	for action in KILL KILL_THREAD KILL_PROCESS; do
		profile ALLOW "$(rule getpid $action)"
		calls $PERSONALITY,0xffffffff $GETPID $PERSONALITY,0xffffffff
		t_run
		exits 159
		prints 0
	done
}

@test "kill thread spares the other threads, kill process does not" {
	profile ALLOW "$(rule getpid KILL_THREAD)"
	calls thread:$GETPID $PERSONALITY,0xffffffff
	inside
	prints $'joined 1\n0'
	profile ALLOW "$(rule getpid KILL_PROCESS)"
	t_run
	exits 159
	prints ""
}

@test "trap: the program can catch it" {
	profile ALLOW "$(rule getpid TRAP)"
	calls trap $GETPID $PERSONALITY,0xffffffff
	inside
	matches "$stdout" "SIGSYS of call $GETPID"
	calls $GETPID
	t_run
	exits 159
}

@test "trace: without a tracer the call does not exist" {
	profile ALLOW "$(rule getpid TRACE 'errnoRet: 5')"
	calls $GETPID
	inside
	prints -38
}

@test "log: the call is made" {
	profile ALLOW "$(rule getppid LOG)" "$(rule getpid ERRNO)"
	calls $GETPPID $GETPID
	inside
	prints $'0\n-1'
}

logged()
{
	dmesg | grep -q "pid=$(cat "$WORK/pid") comm=\"other\".*syscall=110"
}

@test "log: the kernel tells of it" {
	local i

	dmesg >/dev/null 2>&1 && grep -qw log /proc/sys/kernel/seccomp/actions_logged ||
		skip_or_fail "needs the kernel's log, and \"log\" in kernel.seccomp.actions_logged"
	! pgrep -x auditd >/dev/null || skip_or_fail "needs a machine without auditd, which takes the records"
	profile ALLOW "$(rule getppid LOG)"
	calls $GETPPID
	# The kernel writes a few records in five seconds, of all tests together.
	for ((i = 0; i < 20; i++)); do
		must run --pid-file "$WORK/pid" --bundle "$BUNDLE" "$ID"
		! logged || return 0
		sleep 1
	done
	return 1
}

@test "a call that no rule names gets the default" {
	profile ERRNO "{names: $START, action: \"SCMP_ACT_ALLOW\"}" "$(rule setns ALLOW)"
	calls $PERSONALITY,0xffffffff
	inside
	prints -1
	profile ALLOW
	inside
	prints 0
}

@test "a call that does not exist here is no error" {
	profile ALLOW "$(rule no_such_call_exists ERRNO)" "$(rule getpid ERRNO)"
	calls $GETPID
	inside
	prints -1
}

# --- conditions ----------------------------------------------------------------------------------

# gives OPERATOR VALUE [VALUETWO]: the calls get ERRNO where the condition holds.
condition()
{
	profile ALLOW "$(rule getpid ERRNO "args: [{index: 2, value: $2, valueTwo: ${3:-0}, op: \"SCMP_CMP_$1\"}]")"
}

@test "conditions: each operator over 64 bits" {
	local big=$((1 << 32)) c="$GETPID,0,0"

	calls $c,4 $c,5 $c,6 $c,$((big + 5))
	condition EQ 5
	inside
	prints $'1\n-1\n1\n1'
	condition NE 5
	inside
	prints $'-1\n1\n-1\n-1'
	condition LT 5
	inside
	prints $'-1\n1\n1\n1'
	condition LE 5
	inside
	prints $'-1\n-1\n1\n1'
	condition GE 5
	inside
	prints $'1\n-1\n-1\n-1'
	condition GT 5
	inside
	prints $'1\n1\n-1\n-1'
	condition MASKED_EQ 4 4
	inside
	prints $'-1\n-1\n-1\n-1'
	condition MASKED_EQ $((big + 1)) $big
	inside
	prints $'1\n1\n1\n1'
	condition MASKED_EQ $((big + 1)) $((big + 1))
	inside
	prints $'1\n1\n1\n-1'
}

@test "conditions on several arguments must all hold" {
	profile ALLOW "$(rule getpid ERRNO 'args: [{index: 0, value: 1, op: "SCMP_CMP_EQ"}, {index: 5, value: 2, op: "SCMP_CMP_EQ"}]')"
	calls $GETPID,1,0,0,0,0,2 $GETPID,1 $GETPID,0,0,0,0,0,2
	inside
	prints $'-1\n1\n1'
}

@test "conditions on one argument are alternatives" {
	profile ALLOW "$(rule getpid ERRNO 'args: [{index: 0, value: 1, op: "SCMP_CMP_EQ"}, {index: 0, value: 7, op: "SCMP_CMP_EQ"}]')"
	calls $GETPID,1 $GETPID,7 $GETPID,3
	inside
	prints $'-1\n-1\n1'
}

@test "of two rules that hold the stricter decides" {
	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 9, args: [{index: 0, value: 5, op: "SCMP_CMP_GE"}]')" \
		"$(rule getpid KILL_PROCESS 'args: [{index: 0, value: 7, op: "SCMP_CMP_EQ"}]')"
	calls $GETPID,4 $GETPID,6 $GETPID,7
	t_run
	exits 159
	prints $'1\n-9'
}

# --- architectures -------------------------------------------------------------------------------

@test "a call of a 32-bit program kills, unless its architecture is listed" {
	profile ALLOW "$(rule getpid ERRNO)"
	needs_32bit
	calls 32:20
	t_run
	exits 159
	prints ""
	seccomp '+ {architectures: ["SCMP_ARCH_X86_64"]}'
	t_run
	exits 159
	seccomp '+ {architectures: ["SCMP_ARCH_X86"]}'
	calls 32:20 32:64 $GETPID
	inside
	prints $'-1\n0\n-1'
}

@test "socketcall: what it carries follows the rule of the call" {
	profile ALLOW "$(rule socket ERRNO 'errnoRet: 9')" "$(rule accept ERRNO 'errnoRet: 10')"
	seccomp '+ {architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]}'
	needs_32bit
	calls 32:359,1,1,0 32:102,1,0 32:102,5,0 32:102,2,0 41,1,1,0
	inside
	prints $'-9\n-9\n-10\n-14\n-9'
}

@test "a call of x32 kills, unless x32 is listed" {
	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 9')"
	calls $((0x40000000 + GETPID))
	t_run
	exits 159
	seccomp '+ {architectures: ["SCMP_ARCH_X32"]}'
	inside
	prints -9
}

@test "an architecture of other machines has no effect, and is told of" {
	profile ALLOW "$(rule getpid ERRNO)"
	seccomp '+ {architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_S390X"]}'
	calls $GETPID
	inside
	prints -1
	is_tare || return 0
	t --debug run --bundle "$BUNDLE" "$ID"
	says "/linux/seccomp/architectures/1"
}

# --- what is newer than the profile --------------------------------------------------------------

@test "a call newer than the profile does not exist" {
	profile ERRNO "{names: $START, action: \"SCMP_ACT_ALLOW\"}" "$(rule getpid ERRNO 'errnoRet: 9')"
	# The highest of START is rseq, 334. The kernel lets the two behind it pass every filter.
	calls $GETPID 333 337 450
	inside
	prints $'-9\n-1\n-38\n-38'
	nothing_left_of "$ID"
}

@test "newer calls get the default where that allows" {
	profile LOG "$(rule getpid ERRNO)"
	calls $PERSONALITY,0xffffffff
	inside
	prints 0
}

# --- with and without no_new_privs ---------------------------------------------------------------

@test "the default profiles of engines run a program" {
	local file

	for file in docker-28.5.2/default docker-20.10.24/default podman-5.8.6-crun/default \
		containerd-2.1.9-ctr/seccomp-unpriv; do
		recorded $file.config.json
		for privileges in true false; do
			config ".process.noNewPrivileges = $privileges"
			report
			is .seccomp 2
			is .noNewPrivileges $privileges
			is .capabilities.effective '["CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_AUDIT_WRITE"]'
		done
		calls $PERSONALITY,0x40000 $GETPID
		inside
		matches "$stdout" $'^-(1|38)\n1$'
	done
}

@test "with no_new_privs a profile of execve alone is enough for init" {
	profile KILL_PROCESS "{names: $START, action: \"SCMP_ACT_ALLOW\"}"
	calls
	inside
	must create --bundle "$BUNDLE" "$ID"
	equal "$(status_line Seccomp)" 0
	must start "$ID"
	wait_for has_status "$ID" stopped
}

@test "without no_new_privs, and as a user who is not root" {
	privileges_can_grow
	config '.process.user = {uid: 1000, gid: 1000}'
	recorded docker-28.5.2/default.config.json
	report
	is .seccomp 2
	is .uid '[1000, 1000, 1000]'
	is .capabilities.permitted '[]'
	is .capabilities.effective '[]'
	is .capabilities.ambient '[]'
}

@test "without no_new_privs the filter is loaded before the wait, and no privilege is left" {
	promise
	privileges_can_grow
	recorded docker-28.5.2/default.config.json
	args /bin/sleep 100
	must create --bundle "$BUNDLE" "$ID"
	equal "$(status_line Seccomp)" 2
	no_admin CapEff CapPrm
	must start "$ID"
	wait_for has_status "$ID" running
	equal "$(status_line Seccomp)" 2
	no_admin CapEff CapPrm
}

# The profile forbids what init needs between the filter and execve.
@test "without no_new_privs a profile that stops init is loaded right before execve" {
	privileges_can_grow
	profile KILL_PROCESS "{names: $START, action: \"SCMP_ACT_ALLOW\"}" "$(rule pause ALLOW)"
	calls 34
	must create --bundle "$BUNDLE" "$ID"
	equal "$(status_line Seccomp)" 0
	must start "$ID"
	wait_for has_status "$ID" running
	wait_for has_line Seccomp 2
	no_admin CapEff CapPrm CapBnd
	calls $GETPID
	t_run "$ID-2"
	exits 159
}

@test "without no_new_privs a strict profile and a user who is not root" {
	privileges_can_grow
	config '.process.user = {uid: 1000, gid: 1000}'
	profile KILL_PROCESS "{names: $START, action: \"SCMP_ACT_ALLOW\"}" "$(rule pause ALLOW)"
	calls 34
	background
	wait_for has_line Seccomp 2
	equal "$(status_line CapEff)$(status_line CapPrm)" 00000000000000000000000000000000
	matches "$(status_line Uid)" '^1000.1000.1000.1000$'
}

@test "capabilities that a program may have stay, CAP_SYS_ADMIN as well" {
	config '.process.capabilities |= (["CAP_KILL", "CAP_SYS_ADMIN"] as $c |
		{bounding: $c, effective: $c, permitted: $c, inheritable: $c, ambient: $c})'
	config '.process.user = {uid: 1000, gid: 1000}'
	privileges_can_grow
	recorded podman-5.8.6-crun/default.config.json
	report
	is .capabilities.effective '["CAP_KILL", "CAP_SYS_ADMIN"]'
	profile ALLOW "$(rule getpid ERRNO)" "$(rule umask ERRNO)"
	report
	is .capabilities.effective '["CAP_KILL", "CAP_SYS_ADMIN"]'
}

@test "in a user namespace, without no_new_privs" {
	privileges_can_grow
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	recorded docker-28.5.2/default.config.json
	calls $SETNS,-1,0 $GETPID
	inside
	prints $'-1\n1'
}

@test "in the pid namespace of another, without no_new_privs: the builder loads it" {
	local other

	args /bin/sleep 100
	background "$ID-first"
	other=$("$TARE" --root "$STATE" state "$ID-first" | jq .pid)
	privileges_can_grow
	namespace pid "/proc/$other/ns/pid"
	recorded docker-28.5.2/default.config.json
	args /bin/sleep 100
	must create --bundle "$BUNDLE" "$ID"
	if is_tare; then
		equal "$(status_line Seccomp)" 2
		no_admin CapEff CapPrm
	fi
	must start "$ID"
	wait_for has_status "$ID" running
	equal "$(status_line Seccomp)" 2
	must delete --force "$ID"
	profile KILL_PROCESS "{names: $START, action: \"SCMP_ACT_ALLOW\"}" "$(rule pause ALLOW)"
	calls 34
	background
	wait_for has_line Seccomp 2
	no_admin CapEff CapPrm
}

@test "what fails behind the filter is told" {
	own_root
	printf 'no program\n' >"$ROOTFS/bin/bad"
	chmod 755 "$ROOTFS/bin/bad"
	recorded docker-28.5.2/default.config.json
	args /bin/bad
	t_run
	exits 1
	says "exec format error"
	privileges_can_grow
	t_run
	exits 1
	says "exec format error"
	must create --bundle "$BUNDLE" "$ID"
	t start "$ID"
	exits 1
	says "exec format error"
	must delete "$ID"
	# Writing is all that is left to tell it.
	profile KILL_PROCESS "{names: [\"execve\", \"write\", \"exit_group\"], action: \"SCMP_ACT_ALLOW\"}"
	t_run
	exits 1
	says "exec format error"
	config '.process.noNewPrivileges = true'
	t_run
	exits 1
	says "exec format error"
}

# --- hooks ---------------------------------------------------------------------------------------

# hook_calls CALL...: the caller as a startContainer hook, which prints to $WORK/hook.
hook_calls()
{
	rm -f "$WORK/hook"
	config '.hooks.startContainer = [{path: "/data/other", args: ($words / " ")}]
		| .annotations = {"run.oci.hooks.stdout": $f}' --arg f "$WORK/hook" --arg words "other${*:+ $*}"
}

@test "a startContainer hook is behind the filter too" {
	local privileges

	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 77')"
	calls $GETPID
	hook_calls $GETPID $PERSONALITY,0xffffffff
	for privileges in true false; do
		config ".process.noNewPrivileges = $privileges"
		rm -f "$WORK/hook"
		inside
		prints -77
		equal "$(cat "$WORK/hook")" $'-77\n0'
		rm "$WORK/hook"
		must create --bundle "$BUNDLE" "$ID"
		must start "$ID"
		equal "$(cat "$WORK/hook")" $'-77\n0'
		must delete --force "$ID"
	done
}

@test "a startContainer hook behind a filter that forbids what init needs to run it" {
	local privileges

	profile KILL_PROCESS "{names: $START, action: \"SCMP_ACT_ALLOW\"}"
	calls
	for privileges in true false; do
		config ".process.noNewPrivileges = $privileges"
		hook_calls
		inside
		# It is killed for what it does itself, and then the program does not run.
		hook_calls $GETPID
		t_run
		exits 1
		says "error running startContainer hook #0: " "was killed by signal 31" /hooks/startContainer/0
		nothing_left_of "$ID"
	done
}

@test "a startContainer hook behind a recorded profile, with and without no_new_privs" {
	local privileges

	recorded docker-28.5.2/default.config.json
	calls $SETNS,-1,0
	hook_calls $SETNS,-1,0
	for privileges in true false; do
		config ".process.noNewPrivileges = $privileges"
		inside
		prints -1
		equal "$(cat "$WORK/hook")" -1
		rm "$WORK/hook"
	done
}
