#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Numbers of calls stand without quotes.
# shellcheck disable=SC2016,SC2154,SC2086
# seccomp: flags, notifications, the cache of compiled filters, and what is refused.

load helpers
load seccomp

# --- flags ---------------------------------------------------------------------------------------

# The flags of the filter, as the kernel is told.
flags_of()
{
	command -v strace >/dev/null || skip_or_fail "needs strace"
	# LeakSanitizer is a tracer itself and fails below another one.
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -f -qq -e trace=seccomp -o "$WORK/strace" \
		"$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&-
	sed -n 's/.*seccomp(SECCOMP_SET_MODE_FILTER, \([^,]*\), {len.*/\1/p' "$WORK/strace"
}

@test "flags: speculation is allowed unless a list says otherwise" {
	profile ALLOW "$(rule getpid ERRNO)"
	args /bin/true
	equal "$(flags_of)" SECCOMP_FILTER_FLAG_SPEC_ALLOW
	seccomp '+ {flags: []}'
	equal "$(flags_of)" 0
	seccomp '+ {flags: ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC"]}'
	equal "$(flags_of)" SECCOMP_FILTER_FLAG_LOG
	seccomp '+ {flags: ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"]}'
	equal "$(flags_of)" "SECCOMP_FILTER_FLAG_LOG|SECCOMP_FILTER_FLAG_SPEC_ALLOW"
}

# --- notifications -------------------------------------------------------------------------------

# agent [ANSWER]: plays the agent of one container.
agent()
{
	make_helper agent
	rm -f "$WORK/agent.socket" "$WORK/told"
	"$BIN/agent" "$WORK/agent.socket" "$WORK/told" "$@" </dev/null >"$WORK/agent.out" 2>&1 3>&- &
	AGENT=$!
	wait_for test -S "$WORK/agent.socket"
}

notify()
{
	profile ALLOW "$(rule getppid NOTIFY)"
	seccomp "+ {listenerPath: \"$WORK/agent.socket\", listenerMetadata: \"meta \\\"data\\\"\"}"
}

told()
{
	cp "$WORK/told" "$WORK/report"
}

@test "notify: the agent answers, and is told of whom" {
	local privileges

	notify
	config '.annotations = {"a.b": "c"}'
	calls $GETPPID $GETPPID
	for privileges in true false; do
		config ".process.noNewPrivileges = $privileges"
		agent 4711
		inside
		prints $'4711\n4711'
		wait "$AGENT"
		told
		is .fds '["seccompFd"]'
		is .metadata '"meta \"data\""'
		is '.pid > 1 and .pid == .state.pid' true
		is .ociVersion '"1.0.2"'
		is .state.id "\"$ID\""
		is .state.bundle "\"$BUNDLE\""
		is .state.annotations '{"a.b": "c"}'
		is .state.status '"creating"'
	done
}

@test "notify: created, then started" {
	local privileges

	notify
	config '.annotations = {"a.b": "c"}'
	calls $GETPPID
	for privileges in true false; do
		config ".process.noNewPrivileges = $privileges"
		agent -13
		must create --bundle "$BUNDLE" "$ID"
		pid=$(pid_of "$ID")
		must start "$ID"
		wait "$AGENT"
		told
		is .pid "$pid"
		is .state.annotations '{"a.b": "c"}'
		is .state.pid "$pid"
		is .metadata '"meta \"data\""'
		wait_for has_status "$ID" stopped
		must delete "$ID"
	done
}

@test "notify: execve itself may be notified of" {
	notify
	profile ALLOW "$(rule execve NOTIFY)"
	seccomp "+ {listenerPath: \"$WORK/agent.socket\"}"
	args /bin/true
	agent continue
	inside
	wait "$AGENT"
	agent -7
	t_run
	exits 1
	says "argument list too long"
	wait "$AGENT"
}

@test "notify: the path may come from an annotation" {
	profile ALLOW "$(rule getppid NOTIFY)"
	config ".annotations = {\"run.oci.seccomp.receiver\": \"$WORK/agent.socket\"}"
	calls $GETPPID
	agent 5
	inside
	prints 5
	wait "$AGENT"
}

@test "notify: without an agent nothing starts" {
	notify
	calls $GETPPID
	t_run
	exits 1
	says "failed to connect with seccomp agent" /linux/seccomp/listenerPath
	nothing_left_of "$ID"
	must create --bundle "$BUNDLE" "$ID"
	t start "$ID"
	exits 1
	says "failed to connect with seccomp agent"
	wait_for has_status "$ID" stopped
	must delete "$ID"
}

# --- the cache -----------------------------------------------------------------------------------

cached()
{
	CACHED=$(echo "$STATE"/.cache/seccomp/*)
	[ -f "$CACHED" ]
}

cache_empty()
{
	promise
	rm -rf "$STATE/.cache"
}

# The file with another checksum: of the head with zeros in its place, and of the program.
cache_sum()
{
	local sum

	dd if=/dev/zero of="$CACHED" bs=1 seek=48 count=32 conv=notrunc status=none
	sum=$(b2sum -l 256 <"$CACHED" | cut -d' ' -f1 | sed 's/../\\x&/g')
	printf %b "$sum" | dd of="$CACHED" bs=1 seek=48 conv=notrunc status=none
}

@test "cache: a profile is compiled once" {
	cache_empty
	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 9')"
	calls $GETPID
	inside
	cached
	equal "$(stat -c '%a %h' "$CACHED")" "600 1"
	equal "$(stat -c %a "$STATE/.cache" "$STATE/.cache/seccomp" | sort -u)" 700
	before=$(stat -c '%i %Y %Z' "$CACHED")
	inside
	prints -9
	cached
	equal "$(stat -c '%i %Y %Z' "$CACHED")" "$before"
	t list --quiet
	prints ""
}

# 9 becomes 11 in the program: who compiles anew does not see it.
@test "cache: what is found is what is loaded" {
	cache_empty
	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 9')"
	calls $GETPID
	inside
	cached
	at=$(LC_ALL=C grep -obUaP '\x06\x00\x00\x00\x09\x00\x05\x00' "$CACHED" | head -n 1 | cut -d: -f1)
	printf '\x0b' | dd of="$CACHED" bs=1 seek=$((at + 4)) conv=notrunc status=none
	cache_sum
	inside
	prints -11
}

@test "cache: what is damaged is compiled again" {
	local damage

	for damage in 'truncate -s 100' 'truncate -s 0' 'truncate -s +8' 'flip 8' 'flip 12' 'flip 20' 'flip 50' 'flip 90'; do
		cache_empty
		profile ALLOW "$(rule getpid ERRNO 'errnoRet: 9')"
		calls $GETPID
		inside
		cached
		cp "$CACHED" "$WORK/whole"
		if [ "${damage%% *}" = flip ]; then
			printf '\x55' | dd of="$CACHED" bs=1 seek="${damage#flip }" conv=notrunc status=none
		else
			$damage "$CACHED"
		fi
		inside
		prints -9
		cmp "$CACHED" "$WORK/whole"
	done
}

@test "cache: one profile never gets another's filter" {
	local first

	cache_empty
	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 9')"
	calls $GETPID
	inside
	cached
	first=$CACHED
	cp "$first" "$WORK/first"
	rm "$first"
	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 10')"
	inside
	cached
	cp "$WORK/first" "$CACHED"
	inside
	prints -10
}

cache_count()
{
	find "$STATE/.cache/seccomp" -type f | wc -l
}

@test "cache: what differs is kept apart" {
	cache_empty
	calls $GETPID
	for change in '.' '.defaultAction = "SCMP_ACT_LOG"' '.architectures = ["SCMP_ARCH_X86"]' \
		'.syscalls[0].names += ["setns"]' '.syscalls[0].errnoRet = 8' \
		'.syscalls[0].args = [{index: 0, value: 0, op: "SCMP_CMP_EQ"}]' \
		'.syscalls[0].args = [{index: 1, value: 0, op: "SCMP_CMP_EQ"}]' \
		'.syscalls[0].args = [{index: 0, value: 1, op: "SCMP_CMP_EQ"}]' \
		'.syscalls[0].args = [{index: 0, value: 0, op: "SCMP_CMP_NE"}]'; do
		profile ALLOW "$(rule getpid ERRNO 'errnoRet: 9')"
		seccomp "| $change"
		inside
	done
	equal "$(cache_count)" 9
	# What is not in the filter is not in its name.
	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 9')"
	seccomp '+ {flags: ["SECCOMP_FILTER_FLAG_LOG"], listenerMetadata: "x"}'
	inside
	equal "$(cache_count)" 9
}

@test "cache: a state root that cannot have one" {
	cache_empty
	mkdir -p "$STATE"
	touch "$STATE/.cache"
	profile ALLOW "$(rule getpid ERRNO 'errnoRet: 9')"
	calls $GETPID
	inside
	prints -9
	rm "$STATE/.cache"
}

# --- refusals ------------------------------------------------------------------------------------

@test "an action with an errno that it cannot return is refused" {
	profile ALLOW "$(rule getpid KILL 'errnoRet: 1')"
	refused /linux/seccomp/syscalls/0/errnoRet errno
	profile ALLOW "$(rule getpid ERRNO)" "$(rule getpid ERRNO 'errnoRet: 4096')"
	refused /linux/seccomp/syscalls/1/errnoRet 4096
	profile ALLOW "$(rule getpid TRACE 'errnoRet: 65536')"
	refused /linux/seccomp/syscalls/0/errnoRet 65536
	profile KILL
	seccomp '+ {defaultErrnoRet: 1}'
	refused /linux/seccomp/defaultErrnoRet errno
}

@test "notify where it would hang is refused" {
	profile NOTIFY
	seccomp '+ {listenerPath: "/run/x"}'
	refused /linux/seccomp/defaultAction "SCMP_ACT_NOTIFY cannot be used as default action"
	profile ALLOW '{names: ["getpid", "write"], action: "SCMP_ACT_NOTIFY"}'
	seccomp '+ {listenerPath: "/run/x"}'
	refused /linux/seccomp/syscalls/0/names "SCMP_ACT_NOTIFY cannot be used for the write syscall"
	profile ALLOW "$(rule getpid NOTIFY)"
	refused /linux/seccomp listenerPath
	seccomp "+ {listenerPath: \"/$(printf 'x%.0s' {1..200})\"}"
	refused /linux/seccomp/listenerPath "107 bytes"
}

@test "a path without a notification has no effect" {
	profile ALLOW "$(rule getpid ERRNO)"
	seccomp '+ {listenerPath: "/no/such/socket"}'
	calls $GETPID
	inside
	prints -1
}

@test "what is no action, operator, architecture, flag or argument is refused" {
	profile ALLOW "$(rule getpid REFUSE)"
	refused /linux/seccomp/syscalls/0/action SCMP_ACT_REFUSE
	profile NONSENSE
	refused /linux/seccomp/defaultAction SCMP_ACT_NONSENSE
	profile ALLOW "$(rule getpid ERRNO 'args: [{index: 0, value: 0, op: "SCMP_CMP_LIKE"}]')"
	refused /linux/seccomp/syscalls/0/args/0/op SCMP_CMP_LIKE
	profile ALLOW "$(rule getpid ERRNO 'args: [{index: 6, value: 0, op: "SCMP_CMP_EQ"}]')"
	refused /linux/seccomp/syscalls/0/args "index 6"
	profile ALLOW
	seccomp '+ {architectures: ["SCMP_ARCH_VAX"]}'
	refused /linux/seccomp/architectures/0 SCMP_ARCH_VAX
	profile ALLOW
	seccomp '+ {flags: ["SECCOMP_FILTER_FLAG_NEW_LISTENER"]}'
	refused /linux/seccomp/flags/0 SECCOMP_FILTER_FLAG_NEW_LISTENER
	profile ALLOW
	seccomp '+ {flags: ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]}'
	refused /linux/seccomp/flags SCMP_ACT_NOTIFY
	config '.linux.seccomp = "none"'
	refused /linux/seccomp object
	config '.linux.seccomp = {}'
	refused /linux/seccomp defaultAction
}

@test "a profile that is too large for the kernel is refused" {
	config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [range(3000) |
		{names: ["getpid"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: ., op: "SCMP_CMP_EQ"}]}]}'
	refused /linux/seccomp 4096
}
