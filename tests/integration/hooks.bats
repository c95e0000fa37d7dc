#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Hooks: which program runs when, where, as whom and with what.
# shellcheck disable=SC2154

load helpers
load hooks

# --- which, and when ------------------------------------------------------------------------------

@test "create, start and delete run their hooks, in order" {
	note_all
	must create --bundle "$BUNDLE" "$ID"
	equal "$(order)" "prestart createRuntime createContainer "
	[ ! -e "$ROOTFS/said/order" ]
	must start "$ID"
	equal "$(order)" "prestart createRuntime createContainer poststart "
	equal "$(cat "$ROOTFS/said/order")" startContainer
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	equal "$(order)" "prestart createRuntime createContainer poststart "
	must delete "$ID"
	equal "$(order)" "prestart createRuntime createContainer poststart poststop "
}

@test "run runs all of them" {
	note_all
	args /bin/true
	t_run
	ok
	equal "$(order)" "prestart createRuntime createContainer poststart poststop "
	nothing_left_of "$ID"
}

@test "hooks of one kind run in the order of config.json" {
	local i

	for i in 1 2 3; do
		host_script createRuntime "cat >/dev/null; echo $i >>'$WORK/order'"
	done
	args /bin/true
	inside
	equal "$(tr -d '\n' <"$WORK/order")" 123
}

@test "prestart and createRuntime come after mounts and cgroup, before the root is entered" {
	local kind

	for kind in prestart createRuntime; do
		host_script $kind "pid=\$(sed 's/.*\"pid\":\([0-9]*\).*/\1/')
			cat /proc/\$pid/mountinfo >'$WORK/$kind.mounts'
			cat /proc/\$pid/cgroup >'$WORK/$kind.cgroups'
			[ -e /proc/\$pid/root$WORK/note ] && touch '$WORK/$kind.outside'"
	done
	must create --bundle "$BUNDLE" "$ID"
	for kind in prestart createRuntime; do
		grep -q " $ROOTFS/proc .* - proc " "$WORK/$kind.mounts"
		grep -q " $ROOTFS/dev .* - tmpfs " "$WORK/$kind.mounts"
		grep -q "$ID" "$WORK/$kind.cgroups"
		[ -e "$WORK/$kind.outside" ]
	done
}

@test "createContainer comes when the root is not entered yet, startContainer before the program" {
	host_script createContainer "[ -e '$WORK/note' ] && grep -c ' $ROOTFS/proc ' /proc/self/mountinfo >'$WORK/found'"
	hook startContainer '{"path": "/bin/sh", "args": ["sh", "-c", "echo hook >>/said/log"]}'
	script 'echo program >>/said/log'
	inside
	equal "$(cat "$WORK/found")" 1
	equal "$(tr '\n' ' ' <"$ROOTFS/said/log")" "hook program "
}

@test "poststart comes when the program runs, poststop when nothing is left" {
	script 'touch /said/runs; sleep 1000'
	host_script poststart "for i in 1 2 3 4 5 6 7 8 9; do [ -e '$ROOTFS/said/runs' ] || sleep 0.1; done
		[ -e '$ROOTFS/said/runs' ] && '$TARE' --root '$STATE' state $ID >'$WORK/poststart'"
	host_script poststop "'$TARE' --root '$STATE' state $ID >'$WORK/poststop' 2>&1
		find '$CGROUPS' -name '*$ID*' >'$WORK/cgroups'"
	must create --bundle "$BUNDLE" "$ID"
	must start "$ID"
	equal "$(jq -r .status "$WORK/poststart")" running
	must delete --force "$ID"
	matches "$(cat "$WORK/poststop")" "does not exist"
	equal "$(cat "$WORK/cgroups")" ""
}

# --- where, and as whom ---------------------------------------------------------------------------

@test "the namespaces, working directories and umasks of hooks" {
	local kind host inside

	note_all
	config '.process.cwd = "/tmp" | .process.user.umask = 63'
	must create --bundle "$BUNDLE" "$ID"
	cd /
	must start "$ID"
	inside=$(readlink "/proc/$(pid_of "$ID")/ns/mnt")
	host=$(readlink /proc/self/ns/mnt)
	must delete --force "$ID"
	for kind in prestart createRuntime poststart poststop; do
		equal "$(cat "$WORK/said/$kind.mnt")" "$host"
		equal "$(cat "$WORK/said/$kind.cwd")" "$BUNDLE"
		equal "$(cat "$WORK/said/$kind.umask")" 0022
	done
	equal "$(cat "$WORK/said/createContainer.mnt")" "$inside"
	equal "$(cat "$WORK/said/createContainer.cwd")" "$ROOTFS"
	equal "$(cat "$WORK/said/createContainer.umask")" 0022
	equal "$(cat "$ROOTFS/said/startContainer.mnt")" "$inside"
	equal "$(cat "$ROOTFS/said/startContainer.cwd")" /tmp
	equal "$(cat "$ROOTFS/said/startContainer.umask")" 0077
}

@test "a startContainer hook runs as the process and with no more rights" {
	config '.process.user = {uid: 1000, gid: 1000} | .process.noNewPrivileges = true'
	hook startContainer '{"path": "/bin/sh", "args": ["sh", "-c",
		"grep -e ^Uid -e ^Gid -e ^Cap -e ^NoNewPrivs /proc/self/status >/said/hook"]}'
	script 'grep -e ^Uid -e ^Gid -e ^Cap -e ^NoNewPrivs /proc/self/status >/said/program'
	inside
	equal "$(cat "$ROOTFS/said/hook")" "$(cat "$ROOTFS/said/program")"
	grep -q '^Uid:.*1000' "$ROOTFS/said/hook"
}

@test "a createContainer hook mounts into the root, by its path and from its working directory" {
	mkdir "$WORK/driver"
	echo driver >"$WORK/driver/file"
	host_script createContainer "mount --bind '$WORK/driver' '$ROOTFS/mnt'"
	host_script createContainer "mount --bind '$WORK/driver' var"
	script 'cat /mnt/file /var/file; grep -c driver /proc/self/mountinfo'
	inside
	prints $'driver\ndriver\n2'
	not grep "$WORK/driver" /proc/self/mountinfo
}

@test "a createRuntime hook mounts into the root, from the mount namespace of the pid" {
	mkdir "$WORK/driver"
	echo driver >"$WORK/driver/file"
	host_script createRuntime "pid=\$(sed 's/.*\"pid\":\([0-9]*\).*/\1/')
		nsenter -t \$pid -m mount --bind '$WORK/driver' '$ROOTFS/mnt'"
	args /bin/cat /mnt/file
	inside
	prints driver
}

@test "the same with --no-pivot" {
	mkdir "$WORK/driver"
	echo driver >"$WORK/driver/file"
	host_script createContainer "mount --bind '$WORK/driver' '$ROOTFS/mnt'"
	args /bin/cat /mnt/file
	must run --no-pivot --bundle "$BUNDLE" "$ID"
	prints driver
}

@test "the same in a user namespace whose root cannot walk to the container's root" {
	mkdir "$WORK/driver"
	echo driver >"$WORK/driver/file"
	chmod 700 "$WORK"
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	chown 100000:100000 "$ROOTFS/mnt"
	# The hook can walk no more than its user; the bundle it has as its working directory.
	host_script createContainer "mount -t tmpfs none mnt && echo hook >mnt/file"
	args /bin/cat /mnt/file
	inside
	prints hook
}

@test "a hook has its three descriptors, and default signals" {
	local kind

	for kind in createRuntime createContainer poststart; do
		hook $kind "$(jq -cn '{path: "/bin/ls", args: ["ls", "/proc/self/fd"]}')"
		hook $kind "$(jq -cn '{path: "/bin/grep", args: ["grep", "-e", "SigBlk", "-e", "SigIgn", "/proc/self/status"]}')"
	done
	hook startContainer '{"path": "/bin/ls", "args": ["ls", "/proc/self/fd"]}'
	hook startContainer '{"path": "/bin/grep", "args": ["grep", "-e", "SigBlk", "-e", "SigIgn", "/proc/self/status"]}'
	config '.annotations = {"run.oci.hooks.stdout": $f}' --arg f "$WORK/out"
	args /bin/true
	status=0
	(trap '' USR1 && exec 5<"$WORK/note" && t_run && ok)
	equal "$(grep -c '^[012]$' "$WORK/out")" 12
	# The fourth is the directory that ls reads.
	equal "$(grep -c '^3$' "$WORK/out")" 4
	equal "$(grep -cE '^([4-9]|[0-9]{2,})$' "$WORK/out" || true)" 0
	equal "$(grep -c '^Sig...:.0000000000000000$' "$WORK/out")" 8
}

@test "the program ignores no signal because hooks or the runtime do" {
	hook startContainer '{"path": "/bin/true"}'
	args /bin/grep -e SigBlk -e SigIgn /proc/self/status
	(trap '' USR1 && t_run && ok && cp "$WORK/stdout" "$WORK/signals")
	equal "$(grep -c '^Sig...:.0000000000000000$' "$WORK/signals")" 2
}

# --- with what ------------------------------------------------------------------------------------

@test "the state on standard input" {
	local kind pid

	note_all
	config '.annotations = {"one": "1", "quotes \"pid\":7": "\\\"pid\\\":8\n"}'
	must create --bundle "$BUNDLE" "$ID"
	pid=$(pid_of "$ID")
	must start "$ID"
	must delete --force "$ID"
	for kind in $ALL; do
		equal "$(state_of "$kind" .id)" "$ID"
		equal "$(state_of "$kind" .ociVersion)" 1.3.0
		equal "$(state_of "$kind" .bundle)" "$BUNDLE"
		equal "$(state_of "$kind" .root)" "$ROOTFS"
		equal "$(state_of "$kind" '.annotations | tostring')" "$(jq -r '.annotations | tostring' "$BUNDLE/config.json")"
	done
	equal "$(state_of prestart '.status + " \(.pid)"')" "creating $pid"
	equal "$(state_of createRuntime '.status + " \(.pid)"')" "creating $pid"
	equal "$(state_of createContainer '.status + " \(.pid)"')" "creating 1"
	equal "$(state_of startContainer '.status + " \(.pid)"')" "created 1"
	equal "$(state_of poststart '.status + " \(.pid)"')" "running $pid"
	equal "$(state_of poststop '.status + " \(has("pid"))"')" "stopped false"
}

@test "the environment is exactly env, and empty without it" {
	local kind want

	for kind in $ALL; do
		: >"$WORK/out"
		config '.hooks = {($k): [{path: $p, env: ["A=b c", "K=" + $k, "A=d"]}, {path: $p}]}
			| .annotations = {"run.oci.hooks.stdout": $f}
			| .process.env = ["PATH=/bin", "HOME=/x"] | .process.args = ["/bin/true"]' \
			--arg k "$kind" --arg p "$([ "$kind" = startContainer ] && echo /bin/env || echo /usr/bin/env)" \
			--arg f "$WORK/out"
		inside
		want="A=b c K=$kind A=d "
		[ "$kind" = startContainer ] && want+="PATH=/bin HOME=/x "
		# busybox's env shows each name once.
		equal "$(tr '\n' ' ' <"$WORK/out" | sed 's/ $//')" "$(sed 's/ $//' <<<"$want")"
	done
}

@test "args are the words of the program, its path without them" {
	hook createRuntime "$(jq -cn --arg p "$WORK/words" '{path: $p}')"
	hook createRuntime "$(jq -cn --arg p "$WORK/words" '{path: $p, args: []}')"
	hook createRuntime "$(jq -cn --arg p "$WORK/words" '{path: $p, args: ["zero", "one two", ""]}')"
	make_helper words
	cp "$BIN/words" "$WORK/words"
	config '.annotations = {"run.oci.hooks.stdout": $f}' --arg f "$WORK/out"
	args /bin/true
	inside
	equal "$(cat "$WORK/out")" "[$WORK/words]
[$WORK/words]
[zero][one two][]"
}

@test "a hook need not read, however large the state" {
	local kind

	for kind in $ALL; do
		hook "$kind" '{"path": "/bin/true"}'
		inside_or_out "$kind" 'exec <&-; sleep 0.05'
	done
	config '.annotations = {big: ("x" * 300000)}'
	must create --bundle "$BUNDLE" "$ID"
	must start "$ID"
	must delete --force "$ID"
	# The first process of a pid namespace is spared signals that it has no handler for.
	without_namespace pid
	must create --bundle "$BUNDLE" "$ID"
	must start "$ID"
	must delete --force "$ID"
}

@test "a hook that reads gets all of a large state" {
	local kind

	config '.annotations = {big: ("x" * 300000)}'
	host_script createRuntime "wc -c >'$WORK/length.createRuntime'"
	host_script createContainer "sleep 0.2; wc -c >'$WORK/length.createContainer'"
	args /bin/true
	inside
	for kind in createRuntime createContainer; do
		[ "$(cat "$WORK/length.$kind")" -gt 300000 ]
	done
}

@test "what hooks print goes to the files of the annotations, which are appended to" {
	local kind

	echo before >"$WORK/out"
	config '.annotations = {"run.oci.hooks.stdout": $f, "run.oci.hooks.stderr": "err"}' --arg f "$WORK/out"
	for kind in $ALL; do
		inside_or_out "$kind" "echo out $kind; echo err $kind >&2"
	done
	must create --bundle "$BUNDLE" "$ID"
	must start "$ID"
	must delete --force "$ID"
	equal "$(tr '\n' ' ' <"$WORK/out")" "before out prestart out createRuntime out createContainer out startContainer out poststart out poststop "
	equal "$(wc -l <"$BUNDLE/err")" 6
}

@test "what hooks print does not mix with the container's output" {
	local kind

	for kind in $ALL; do
		inside_or_out "$kind" "echo out; echo err >&2"
	done
	args /bin/echo program
	inside
	prints program
	equal "$stderr" ""
}
