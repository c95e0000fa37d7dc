#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The members of "process", observed from inside the container.

load helpers

# --- user ----------------------------------------------------------------------------------------

@test "uid, gid and additional gids" {
	config '.process.user = {uid: 1000, gid: 1001, additionalGids: [5, 7, 1001]}'
	report
	is .uid '[1000, 1000, 1000]'
	is .gid '[1001, 1001, 1001]'
	is .groups '[5, 7, 1001]'
}

# The kernel sorts them by what they are on the host; these maps turn the order around.
@test "additional gids in any order and number, in a user namespace" {
	config '.process.user.additionalGids = [70, 5, 5, 69] | .linux.namespaces += [{type: "user"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 300000, size: 10}, {containerID: 10, hostID: 200000, size: 50},
			{containerID: 60, hostID: 100000, size: 10000}]'
	report
	is '(.groups | sort)' '[5, 5, 69, 70]'
	config '.process.user.additionalGids = [range(5000; 0; -1)]'
	args /bin/sh -c 'grep ^Groups: /proc/self/status | tr -s " \t" "\n\n" | grep "^[0-9]" | sort -n | md5sum'
	inside
	prints "$(seq 5000 | md5sum)"
}

@test "no additional gids means none of the caller's" {
	config '.process.user = {uid: 1000, gid: 1000}'
	args /bin/reporter
	status=0
	TARE_TEST_MARK=$MARK setpriv --groups 0,4,1234 "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		</dev/null >"$WORK/report" 3>&- || status=$?
	equal "$status" 0
	is .groups '[]'
}

@test "the largest id that is one" {
	config '.process.user = {uid: 4294967294, gid: 4294967294}'
	[ "$(is_tare && echo yes)" = yes ] || skip "runc takes ids up to 2147483647"
	report
	is .uid '[4294967294, 4294967294, 4294967294]'
}

@test "umask is 0022 unless the configuration says otherwise" {
	umask 0077
	report
	is .umask 18
	config '.process.user.umask = 63'
	report
	is .umask 63
	config '.process.user.umask = 0'
	report
	is .umask 0
}

# --- cwd, env, args ------------------------------------------------------------------------------

@test "cwd" {
	config '.process.cwd = "/data/a"'
	report
	is .cwd '"/data/a"'
}

@test "cwd through a symbolic link stays inside" {
	config '.process.cwd = "/data/climb"'
	report
	is .cwd '"/data/b"'
}

@test "a missing cwd is made" {
	own_root
	config '.process.cwd = "/made/for/you"'
	args /bin/reporter
	inside
	equal "$(jq -r .cwd <"$WORK/stdout")" /made/for/you
}

@test "a cwd that only its user may enter" {
	config '.process.cwd = "/closed"'
	report
	is .cwd '"/closed"'
}

@test "env is exactly what the configuration says" {
	config '.process.env = ["PATH=/bin", "A=b", "EMPTY=", "WITH=a=b", "HOME=/elsewhere"]'
	MY_SECRET=1 report
	is '.env | sort' '["A=b", "EMPTY=", "HOME=/elsewhere", "PATH=/bin", "WITH=a=b"]'
}

@test "HOME comes from the container's passwd" {
	report
	is '[.env[] | select(startswith("HOME="))]' '["HOME=/root"]'
	config '.process.user = {uid: 1000, gid: 1000}'
	report
	is '[.env[] | select(startswith("HOME="))]' '["HOME=/home/user"]'
	config '.process.user = {uid: 4711, gid: 4711}'
	report
	is '[.env[] | select(startswith("HOME="))]' '["HOME=/"]'
}

@test "the last of several equal names counts" {
	promise
	config '.process.env = ["PATH=/bin", "A=1", "A=2", "HOME=/x"]'
	report
	is '[.env[] | select(startswith("A="))]' '["A=2"]'
}

@test "args arrive as they are" {
	args /bin/reporter "" "two words" "ünï" '$HOME' "a	tab"
	inside
	cp "$WORK/stdout" "$WORK/report"
	is '.args | length' 6
	is '.args[1]' '""'
	is '.args[2]' '"two words"'
	is '.args[4]' '"$HOME"'
	is '.args[5]' '"a\ttab"'
}

@test "the program is looked up in the container's PATH" {
	args reporter
	config '.process.env = ["PATH=/nowhere:/bin:/sbin"]'
	inside
	cp "$WORK/stdout" "$WORK/report"
	is '.args[0]' '"reporter"'
}

@test "a relative program is relative to cwd" {
	config '.process.cwd = "/bin"'
	args ./reporter
	inside
	config '.process.cwd = "/"'
	args bin/reporter
	inside
}

@test "an empty environment" {
	config '.process.env = []'
	report
	is '.env - ["HOME=/root"]' '[]'
}

# --- capabilities --------------------------------------------------------------------------------

@test "capabilities are the five sets of the configuration" {
	config '.process.capabilities = {
		bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW", "CAP_SETUID"],
		permitted: ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"],
		effective: ["CAP_CHOWN", "CAP_KILL"],
		inheritable: ["CAP_KILL"]}'
	config '.process.user = {uid: 1000, gid: 1000}'
	report
	# execve of a program without file capabilities by a user that is not root clears these.
	is .capabilities.bounding '["CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_NET_RAW"]'
	is .capabilities.inheritable '["CAP_KILL"]'
	is .capabilities.permitted '[]'
	is .capabilities.effective '[]'
	is .capabilities.ambient '[]'
}

@test "CVE-2022-24769: root gets what the bounding set allows" {
	config '.process.capabilities = {bounding: ["CAP_CHOWN"], permitted: ["CAP_CHOWN"], effective: ["CAP_CHOWN"]}'
	report
	is .capabilities.bounding '["CAP_CHOWN"]'
	is .capabilities.permitted '["CAP_CHOWN"]'
	is .capabilities.effective '["CAP_CHOWN"]'
	is .capabilities.inheritable '[]'
	is .capabilities.ambient '[]'
}

@test "ambient capabilities survive the change of user" {
	config '.process.capabilities = (["CAP_NET_BIND_SERVICE", "CAP_NET_RAW"] |
		{bounding: ., permitted: ., effective: ., inheritable: ., ambient: ["CAP_NET_RAW"]})'
	config '.process.user = {uid: 1000, gid: 1000}'
	report
	is .capabilities.ambient '["CAP_NET_RAW"]'
	is .capabilities.effective '["CAP_NET_RAW"]'
	is .capabilities.permitted '["CAP_NET_RAW"]'
}

@test "no capabilities at all" {
	config '.process.capabilities = {}'
	report
	is '.capabilities | map(length) | add' 0
}

@test "an absent capabilities object means none" {
	promise
	config 'del(.process.capabilities)'
	report
	is '.capabilities | map(length) | add' 0
}

@test "an unknown capability is warned of, not refused" {
	config '.process.capabilities.bounding += ["CAP_NOSUCH"]'
	report
	is .capabilities.bounding '["CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_AUDIT_WRITE"]'
}

@test "securebits and keep-capabilities are not left set" {
	report
	is .securebits 0
}

# --- limits and flags ----------------------------------------------------------------------------

@test "noNewPrivileges on" {
	report
	is .noNewPrivileges true
}

@test "noNewPrivileges off or absent" {
	config '.process.noNewPrivileges = false'
	report
	is .noNewPrivileges false
	config 'del(.process.noNewPrivileges)'
	report
	is .noNewPrivileges false
}

@test "rlimits, soft and hard" {
	config '.process.rlimits = [
		{type: "RLIMIT_NOFILE", soft: 512, hard: 1024},
		{type: "RLIMIT_CORE", soft: 0, hard: 65536},
		{type: "RLIMIT_STACK", soft: 4194304, hard: 8388608},
		{type: "RLIMIT_AS", soft: 1073741824, hard: 1073741824},
		{type: "RLIMIT_NPROC", soft: 100, hard: 200}]'
	report
	is .rlimits.RLIMIT_NOFILE '{soft: 512, hard: 1024}'
	is .rlimits.RLIMIT_CORE '{soft: 0, hard: 65536}'
	is .rlimits.RLIMIT_STACK '{soft: 4194304, hard: 8388608}'
	is .rlimits.RLIMIT_AS '{soft: 1073741824, hard: 1073741824}'
	is .rlimits.RLIMIT_NPROC '{soft: 100, hard: 200}'
}

@test "all sixteen rlimits can be set to what they are" {
	report
	config '.process.rlimits = [$r | to_entries[] | {type: .key,
		soft: (.value.soft | if . == "unlimited" then 18446744073709551615 else . end),
		hard: (.value.hard | if . == "unlimited" then 18446744073709551615 else . end)}]' \
		--argjson r "$("$BIN/reporter" | jq -c .rlimits)"
	# jq writes the largest number as a float.
	sed -i 's/18446744073709552000/18446744073709551615/' "$BUNDLE/config.json"
	inside
	cp "$WORK/stdout" "$WORK/report"
	is .rlimits "$("$BIN/reporter" | jq -c .rlimits)"
}

@test "an rlimit so low that setting up the container would break" {
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 5, hard: 5}]'
	promise
	report
	is .rlimits.RLIMIT_NOFILE '{soft: 5, hard: 5}'
}

@test "limits that are not configured stay the caller's" {
	config '.process.rlimits = []'
	report
	is .rlimits "$("$BIN/reporter" | jq -c .rlimits)"
}

@test "oomScoreAdj" {
	config '.process.oomScoreAdj = 500'
	report
	is .oomScoreAdj '"500"'
}

@test "oomScoreAdj is the caller's when not configured" {
	report
	is .oomScoreAdj "\"$(cat /proc/self/oom_score_adj)\""
}

@test "a lower oomScoreAdj" {
	needs_sys_resource
	config '.process.oomScoreAdj = -500'
	report
	is .oomScoreAdj '"-500"'
}

@test "a raised hard limit" {
	needs_sys_resource
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100000, hard: 200000}]'
	report
	is .rlimits.RLIMIT_NOFILE '{soft: 100000, hard: 200000}'
}

@test "without the right to raise a limit the container does not start" {
	has_capability 24 && skip "needs a root without CAP_SYS_RESOURCE"
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100000, hard: 200000}]'
	args /bin/true
	t_run
	exits 1
	nothing_left_of "$ID"
	promise
	says /process/rlimits/0
}

# --- what must not come along --------------------------------------------------------------------

@test "only the standard streams are open" {
	exec 7<"$BUNDLE/config.json" 9<"$HERE"
	report
	exec 7<&- 9<&-
	is '[.fds[].fd]' '[0, 1, 2]'
}

@test "the waiting init holds nothing of the host but its fifos" {
	promise
	args /bin/true
	exec 7<"$BUNDLE/config.json" 9<"$HERE"
	t_create
	exec 7<&- 9<&-
	ok
	local pid fd count=0
	pid=$(pid_of "$ID")
	for fd in "/proc/$pid/fd"/*; do
		[ "${fd##*/}" -gt 2 ] || continue
		equal "$(stat -L -c %F "$fd")" fifo
		count=$((count + 1))
	done
	[ "$count" -le 2 ]
}

@test "the waiting init runs no program of the host and has an empty environment" {
	promise
	args /bin/true
	t_create
	ok
	local pid
	pid=$(pid_of "$ID")
	matches "$(readlink "/proc/$pid/exe")" 'memfd:|deleted'
	equal "$(tr '\0' '\n' <"/proc/$pid/environ")" ""
}

@test "the caller's signal mask does not come along" {
	promise
	python=$(command -v python3) || skip_or_fail "needs python3 to block signals"
	args /bin/reporter
	"$python" -c '
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1])
os.execv(sys.argv[1], sys.argv[1:])' "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		>"$WORK/report" 3>&-
	is .signalsBlocked '[]'
}

@test "no signal is ignored inside that the runtime ignores" {
	report
	is '.signalsIgnored' '[]'
}

@test "the first process is the leader of its session" {
	report
	is .pid 1
	is .sid 1
	is .pgid 1
	is .ppid 0
}

@test "no parent-death signal, default dumpability" {
	report
	is .deathSignal 0
	is .dumpable 1
}

@test "a parent-death signal of the runtime does not reach the container" {
	python=$(command -v python3) || skip_or_fail "needs python3 to set a parent-death signal"
	args /bin/reporter
	"$python" -c '
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])' "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
		>"$WORK/report" 3>&-
	is .deathSignal 0
}

@test "a configuration without process can be created" {
	promise
	config 'del(.process)'
	t_create
	ok
	has_status "$ID" created
	must delete --force "$ID"
}
