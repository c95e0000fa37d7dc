#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What jq is to read stands in single quotes.
# shellcheck disable=SC2016,SC2154,SC2034
# Containers of an ordinary user: ids, groups, mounts and devices without root's rights, the whole life of a container, and
# users who are root of a user namespace already.

load helpers
load user
load sockets

# map_is FILE LINE...: of the container's process, as the host sees it, with single blanks.
map_is()
{
	local file=$1

	shift
	equal "$(tr -s ' ' <"/proc/$(pid_of "$ID")/$file" | sed 's/^ //')" "$(printf '%s\n' "$@")"
}

# --- ids -----------------------------------------------------------------------------------------

@test "a user maps his own id, and nobody else's" {
	as_user
	single_map
	report
	is .uid '[0, 0, 0]'
	is .gid '[0, 0, 0]'
	is .capabilities.effective '["CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_AUDIT_WRITE"]'
	is .noNewPrivileges true
	script 'cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; grep ^Groups: /proc/self/status'
	inside
	equal "$(tr -s ' ' <<<"$stdout")" "$(printf ' 0 %s 1\n 0 %s 1\ndeny\nGroups:\t ' "$USER_ID" "$USER_ID")"
}

@test "outside he is himself" {
	as_user
	single_map
	args /bin/sleep 1000
	background
	equal "$(sed -n 's/^Uid:\t//p' "/proc/$(pid_of "$ID")/status")" "$(printf '%s\t%s\t%s\t%s' "$USER_ID"{,,,})"
	equal "$(sed -n 's/^Gid:\t//p' "/proc/$(pid_of "$ID")/status")" "$(printf '%s\t%s\t%s\t%s' "$USER_ID"{,,,})"
	map_is uid_map "0 $USER_ID 1"
}

@test "any id inside may stand for his own" {
	as_user
	namespace user
	needs_helpers
	config '.linux.uidMappings = [{containerID: 1000, hostID: 61234, size: 1}, {containerID: 0, hostID: 300000, size: 1000}] |
		.linux.gidMappings = [{containerID: 1000, hostID: 61234, size: 1}, {containerID: 0, hostID: 400000, size: 1000}] |
		.process.user = {uid: 1000, gid: 1000}'
	report
	is .uid '[1000, 1000, 1000]'
	is .gid '[1000, 1000, 1000]'
	is .groups '[]'
	args /bin/sleep 1000
	background
	map_is uid_map "1000 $USER_ID 1" "0 300000 1000"
	equal "$(stat -c %u "/proc/$(pid_of "$ID")")" "$USER_ID"
}

@test "the ranges that he was granted, by newuidmap and newgidmap" {
	needs_helpers
	as_user
	several_ranges
	config '.process.user = {uid: 1000, gid: 1001, additionalGids: [10, 20]}'
	report
	is .uid '[1000, 1000, 1000]'
	is .gid '[1001, 1001, 1001]'
	is .groups '[10, 20]'
	args /bin/sleep 1000
	background
	map_is uid_map "0 $USER_ID 1" "1 300000 65536"
	map_is gid_map "0 $USER_ID 1" "1 400000 65536"
	map_is setgroups allow
	equal "$(stat -c %u "/proc/$(pid_of "$ID")")" 300999
}

@test "root inside may be one of his ranges: his files are found all the same" {
	needs_helpers
	as_user
	own_root
	several_ranges
	config '.linux.uidMappings = [{containerID: 0, hostID: 300000, size: 65536}] |
		.linux.gidMappings = [{containerID: 0, hostID: 400000, size: 65536}]'
	# A home that is closed to all others.
	chown -R 300000:400000 "$ROOTFS"
	chown "$USER_ID" "$BUNDLE"
	chmod 700 "$BUNDLE"
	script 'cat /proc/self/uid_map; touch /data/new && stat -c %u:%g /data/new'
	inside
	matches "$(head -1 <<<"$stdout")" '^ *0 +300000 +65536$'
	has_line 0:0
	equal "$(stat -c %u:%g "$ROOTFS/data/new")" 300000:400000
}

@test "users by helper, groups without: setgroups is denied" {
	needs_helpers
	as_user
	several_ranges
	single=$(jq -c '[.linux.gidMappings[0]]' "$BUNDLE/config.json")
	config '.linux.gidMappings = $m | (.mounts[] | select(.type == "devpts").options) -= ["gid=5"]' --argjson m "$single"
	script 'wc -l </proc/self/uid_map; wc -l </proc/self/gid_map; cat /proc/self/setgroups'
	inside
	prints "$(printf '2\n1\ndeny')"
}

@test "the helpers are found where they usually are, and in PATH first" {
	needs_helpers
	as_user
	several_ranges
	args /bin/true
	# The wrapper itself needs a PATH; the runtime gets this one.
	USER_ENTRY="env PATH=/nonexistent"
	inside
	mkdir "$WORK/bin"
	printf '#!/bin/sh\necho "this one: $*" >&2\nexit 3\n' >"$WORK/bin/newgidmap"
	chmod -R a+rx "$WORK/bin"
	USER_ENTRY="env PATH=relative:$WORK/bin"
	refused /linux/gidMappings "this one: "
	matches "$stderr" "this one: [0-9]+ 0 $USER_ID 1 1 400000 65536;"
}

@test "the helpers have no environment and no descriptors of ours" {
	needs_helpers
	as_user
	several_ranges
	args /bin/true
	mkdir "$WORK/bin"
	cat >"$WORK/bin/newuidmap" <<-END
		#!/bin/bash
		{
			tr '\\0' '\\n' </proc/\$\$/environ
			readlink /proc/\$\$/fd/* | sed 's/:.*//'
		} >"$BATS_FILE_TMPDIR/xdg/helper"
		exec $(command -v newuidmap) "\$@"
	END
	chmod -R a+rx "$WORK/bin"
	USER_ENTRY="env PATH=$WORK/bin:/usr/bin:/bin SECRET=of-the-caller"
	inside
	# bash has the script open too.
	equal "$(grep -vxF "$WORK/bin/newuidmap" "$BATS_FILE_TMPDIR/xdg/helper" | sort -u)" \
		"$(printf '%s\n' /dev/null "$BATS_FILE_TMPDIR/xdg/helper" pipe)"
	rm -f "$BATS_FILE_TMPDIR/xdg/helper"
}

# --- groups --------------------------------------------------------------------------------------

@test "where setgroups is denied the caller's groups stay" {
	as_user
	single_map
	USER_GROUPS="--groups 61500,61501"
	report
	is .groups '[65534, 65534]'
	args /bin/sleep 1000
	background
	equal "$(sed -n 's/^Groups:\t//p' "/proc/$(pid_of "$ID")/status" | tr -d '\n')" "61500 61501 "
}

@test "where groups can be set the caller's go" {
	needs_helpers
	as_user
	several_ranges
	USER_GROUPS="--groups 61500,61501"
	report
	is .groups '[]'
}

@test "an annotation keeps the caller's groups, which do their work" {
	needs_helpers
	as_user
	several_ranges
	USER_GROUPS="--groups 61500"
	config '.annotations = {"run.oci.keep_original_groups": "1"}'
	mkdir "$WORK/of-group"
	echo secret >"$WORK/of-group/file"
	chgrp -R 61500 "$WORK/of-group"
	chmod 750 "$WORK/of-group"
	mount_add "{destination: \"/mnt\", type: \"bind\", source: \"$WORK/of-group\", options: [\"rbind\"]}"
	args /bin/cat /mnt/file
	inside
	prints secret
}

@test "the primary group among the additional ones asks for nothing" {
	as_user
	single_map
	config '.process.user.additionalGids = [0]'
	report
	is .gid '[0, 0, 0]'
}

# --- what is in it -------------------------------------------------------------------------------

@test "mounts, devices, names and sysctls" {
	as_user
	single_map
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.msgmax": "9000"} | .domainname = "of.tests"'
	script 'hostname; cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax /proc/sys/kernel/domainname
		cat /sys/class/net/lo/flags; echo x >/dev/null; head -c 4 /dev/zero | wc -c; echo f >/dev/shm/f; ls -d /dev/mqueue
		test -c /dev/urandom && echo device; test -L /dev/ptmx && echo link; echo $$'
	inside
	prints "$(printf 'tested\n1\n9000\nof.tests\n0x9\n4\n/dev/mqueue\ndevice\nlink\n1')"
}

# bound NAME: the host's directory of that name instead of a file system of its own.
bound()
{
	config '(.mounts[] | select(.destination == $d)) |= {destination: $d, type: "none", source: $d, options: ["rbind", "rprivate", "nosuid", "noexec", "nodev", "ro"]}' \
		--arg d "$1"
}

@test "the host's processes and /proc, and sysctls all the same" {
	as_user
	single_map
	without_namespace pid
	bound /proc
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1"} | del(.linux.readonlyPaths, .linux.maskedPaths)'
	script 'cat /proc/sys/net/ipv4/ip_forward; echo $$; touch /proc/sys/net/ipv4/ip_forward'
	t_run
	[ "$status" != 0 ]
	equal "$(head -1 <<<"$stdout")" 1
	[ "$(tail -1 <<<"$stdout")" != 1 ]
	says "Read-only file system"
}

@test "cgroups on a bind of the host's /sys, with a propagation, as podman writes for the host's network" {
	as_user
	single_map
	without_namespace network
	namespace cgroup
	bound /sys
	config '(.mounts[] | select(.type == "cgroup")).options = ["rprivate", "nosuid", "noexec", "nodev", "relatime", "ro"]'
	script 'ls /sys/fs/cgroup | wc -l; mkdir /sys/fs/cgroup/x'
	t_run
	[ "$status" != 0 ]
	[ "$stdout" -gt 1 ]
	says "Read-only file system"
}

@test "sources that only he may reach, files among them" {
	as_user
	single_map
	mkdir -p "$WORK/private/tree/below"
	echo "of a file" >"$WORK/private/file"
	echo "of a tree" >"$WORK/private/tree/below/file"
	chown -R "$USER_ID" "$WORK/private"
	chmod -R go= "$WORK/private"
	mount_add "{destination: \"/mnt\", type: \"bind\", source: \"$WORK/private/tree\", options: [\"rbind\", \"ro\"]}"
	mount_add "{destination: \"/data/file\", type: \"bind\", source: \"$WORK/private/file\", options: [\"bind\"]}"
	script 'cat /mnt/below/file /data/file; echo x >>/data/file; touch /mnt/no'
	t_run
	[ "$status" != 0 ]
	prints "$(printf 'of a tree\nof a file')"
	says "Read-only file system"
	equal "$(tail -1 "$WORK/private/file")" x
}

@test "the host's /sys without a network namespace, with nothing to write in it" {
	as_user
	single_map
	without_namespace network
	script 'ls /sys/kernel | head -1; grep " /sys[ /]" /proc/self/mountinfo | cut -d" " -f6 | cut -d, -f1 | sort -u'
	config 'del(.mounts[] | select(.type == "cgroup"))'
	inside
	[ -n "$(head -1 <<<"$stdout")" ]
	equal "$(tail -1 <<<"$stdout")" ro
	equal "$(wc -l <<<"$stdout")" 2
}

@test "CVE-2023-25809: a cgroup that is his cannot be written from inside" {
	as_user
	delegated pids
	single_map
	# What runc spec --rootless writes; and a mount of cgroups without a namespace of them.
	script 'for d in $(find /sys/fs/cgroup -type d -name "*-delegated") $(find /sys/fs/cgroup -maxdepth 1 -type d -name pids); do
		mkdir "$d/escaped" && echo made; done; true'
	inside
	equal "$(grep made <<<"$stdout")" ""
	says "Read-only file system"
	config 'del(.mounts[] | select(.type == "cgroup")) | (.mounts[] | select(.type == "sysfs")) |=
		{destination: "/sys", type: "none", source: "/sys", options: ["rbind", "nosuid", "noexec", "nodev", "ro"]}'
	inside
	equal "$(grep made <<<"$stdout")" ""
	says "Read-only file system"
	delegated_end
}

@test "limits that he may set" {
	as_user
	single_map
	USER_SCORE=100
	config '.process.oomScoreAdj = 300 | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 20, hard: 100}] |
		.process.scheduler = {policy: "SCHED_BATCH", nice: 5} |
		.process.ioPriority = {class: "IOPRIO_CLASS_IDLE", priority: 0}'
	report
	is .oomScoreAdj '"300"'
	is .nice 5
	is .scheduler 3
	is .rlimits.RLIMIT_NOFILE '{soft: 20, hard: 100}'
}

@test "the same limits where root inside is another user" {
	needs_helpers
	as_user
	several_ranges
	config '.process.oomScoreAdj = 300 | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 20, hard: 100}] |
		.process.scheduler = {policy: "SCHED_BATCH", nice: 5} | .process.user = {uid: 7, gid: 7}'
	report
	is .oomScoreAdj '"300"'
	is .nice 5
	is .rlimits.RLIMIT_NOFILE '{soft: 20, hard: 100}'
}

@test "a time namespace with offsets" {
	as_user
	single_map
	namespace time
	config '.linux.timeOffsets = {boottime: {secs: 1000000}}'
	script 'cut -d. -f1 /proc/uptime; readlink /proc/self/ns/time'
	inside
	[ "$(head -1 <<<"$stdout")" -gt 1000000 ]
	[ "$(tail -1 <<<"$stdout")" != "$(readlink /proc/self/ns/time)" ]
}

@test "a seccomp filter, with and without noNewPrivileges" {
	as_user
	single_map
	config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 28}]}'
	mount_add '{destination: "/tmp", type: "tmpfs", source: "tmpfs"}'
	script 'mkdir /tmp/d; grep ^Seccomp: /proc/self/status'
	inside
	says "No space left"
	config '.process.noNewPrivileges = false'
	inside
	says "No space left"
	has_line "$(printf 'Seccomp:\t2')"
}

@test "a session keyring of its own, and HOME from the container's passwd" {
	needs_helpers
	as_user
	several_ranges
	config '.process.user = {uid: 1000, gid: 1000} | .process.env -= [.process.env[] | select(startswith("HOME="))] |
		.linux.maskedPaths -= ["/proc/keys"]'
	script 'echo $HOME; cat /proc/keys'
	inside
	equal "$(head -1 <<<"$stdout")" /home/user
	matches "$stdout" "_ses\.$ID"
}

# --- the life of a container ---------------------------------------------------------------------

@test "create, state, start, list, kill, delete" {
	as_user
	single_map
	args /bin/sleep 1000
	must create --bundle "$BUNDLE" --pid-file "$BATS_FILE_TMPDIR/xdg/pid" "$ID"
	silent
	equal "$(cat "$BATS_FILE_TMPDIR/xdg/pid")" "$(pid_of "$ID")"
	rm -f "$BATS_FILE_TMPDIR/xdg/pid"
	has_status "$ID" created
	must start "$ID"
	has_status "$ID" running
	must list -q
	prints "$ID"
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	t kill "$ID" KILL
	exits 1
	says "container not running"
	must delete "$ID"
	nothing_left_of "$ID"
}

@test "delete --force of a running container, and kill --all, without a cgroup" {
	as_user
	single_map
	args /bin/sleep 1000
	background
	equal "$(grep -c "$ID" "/proc/$(pid_of "$ID")/cgroup")" 0
	must delete --force "$ID"
	nothing_left_of "$ID"
	background
	t kill --all "$ID" TERM
	exits 1
	says "it has no cgroup"
	must kill --all "$ID" KILL
	wait_for has_status "$ID" stopped
	must kill --all "$ID" KILL
	must delete "$ID"
}

@test "a terminal by a console socket" {
	as_user
	single_map
	config '.process.terminal = true'
	script 'test -t 0 && test -c /dev/console && stat -c "%u terminal" /dev/console'
	local socket=$BATS_FILE_TMPDIR/xdg/console
	receiver "$socket" "$USER_ID"
	must create --bundle "$BUNDLE" --console-socket "$socket" "$ID"
	must start "$ID"
	wait_for grep -q "^0 terminal" "$socket.said"
	rm -f "$socket" "$socket.said"
}

@test "a terminal in the foreground" {
	as_user
	single_map
	make_helper pty
	config '.process.terminal = true'
	script 'test -t 0 && echo is a terminal'
	TARE_TEST_MARK=$MARK "$BIN/pty" -- "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" >"$WORK/out" 2>&1 3>&-
	grep -q "is a terminal" "$WORK/out"
}

@test "hooks of the host are his, those of the container root's" {
	as_user
	single_map
	config '.hooks = {
		createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($dir)/runtime"]}],
		createContainer: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($dir)/container"]}],
		poststop: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($dir)/poststop"]}]}' \
		--arg dir "$BATS_FILE_TMPDIR/xdg"
	args /bin/true
	inside
	equal "$(cat "$BATS_FILE_TMPDIR/xdg/runtime")" "$USER_ID"
	equal "$(cat "$BATS_FILE_TMPDIR/xdg/container")" 0
	equal "$(cat "$BATS_FILE_TMPDIR/xdg/poststop")" "$USER_ID"
	rm -f "$BATS_FILE_TMPDIR/xdg"/{runtime,container,poststop}
}

@test "the state of containers is below XDG_RUNTIME_DIR" {
	as_user
	single_map
	args /bin/sleep 1000
	local status=0
	TARE_TEST_MARK=$MARK "$TARE" create --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/out" 2>&1 3>&- || status=$?
	equal "$status" 0
	[ -d "$BATS_FILE_TMPDIR/xdg/tare/$ID" ]
	equal "$(stat -c %a:%u "$BATS_FILE_TMPDIR/xdg/tare")" "1700:$USER_ID"
	equal "$("$TARE" list -q)" "$ID"
	"$TARE" delete --force "$ID"
	USER_NO_XDG=1
	"$TARE" list >"$WORK/out" 2>&1 && return 1
	grep -q "neither --root nor XDG_RUNTIME_DIR" "$WORK/out"
}

# --- namespaces of others ------------------------------------------------------------------------

@test "the user namespace of another container of his, with its network" {
	as_user
	needs_helpers
	several_ranges
	local bundle=$BUNDLE other
	args /bin/sleep 1000
	must run --detach --bundle "$BUNDLE" "$MARK-other"
	other=$(pid_of "$MARK-other")
	new_bundle second
	as_user
	namespace user "/proc/$other/ns/user"
	namespace network "/proc/$other/ns/net"
	config '.process.user = {uid: 5, gid: 5}'
	report
	is .uid '[5, 5, 5]'
	is .namespaces.user "\"$(readlink "/proc/$other/ns/user")\""
	is .namespaces.net "\"$(readlink "/proc/$other/ns/net")\""
	[ "$(jq -r .namespaces.mnt "$WORK/report")" != "$(readlink "/proc/$other/ns/mnt")" ]
	# Its maps too, as engines write them.
	several_ranges
	namespace user "/proc/$other/ns/user"
	inside
	config '.linux.uidMappings[1].size = 5'
	refused /linux/uidMappings "the mappings are not those"
}

@test "all namespaces of another container of his" {
	as_user
	single_map
	local other
	args /bin/sleep 1000
	must run --detach --bundle "$BUNDLE" "$MARK-other"
	other=$(pid_of "$MARK-other")
	new_bundle second
	as_user
	config 'del(.hostname) | (.mounts[] | select(.type == "devpts").options) -= ["gid=5"]'
	local kind
	for kind in user:user network:net ipc:ipc uts:uts pid:pid; do
		namespace "${kind%:*}" "/proc/$other/ns/${kind#*:}"
	done
	script 'hostname; tr "\0" " " </proc/1/cmdline; echo; cat /proc/self/uid_map'
	inside
	has_line tested
	has_line "/bin/sleep 1000 "
	matches "$(tail -1 <<<"$stdout")" "^ *0 +$USER_ID +1$"
}

# --- root of a user namespace --------------------------------------------------------------------

@test "root of a user namespace without mounts of his own" {
	as_user
	USER_ENTRY="unshare --user --map-root-user"
	config '(.mounts[] | select(.type == "devpts").options) -= ["gid=5"]'
	without_namespace network
	report
	is .uid '[0, 0, 0]'
	args /bin/cat /proc/self/uid_map
	inside
	matches "$stdout" "^ *0 +$USER_ID +1$"
	namespace network
	inside
}

@test "root of a user namespace with mounts of his own, as podman's callers are" {
	needs_helpers
	as_user
	USER_ENTRY="unshare --user --map-root-user --map-auto --mount"
	config '.process.user = {uid: 100, gid: 100, additionalGids: [10]}'
	report
	is .uid '[100, 100, 100]'
	is .groups '[10]'
	args /bin/cat /proc/self/uid_map
	inside
	matches "$stdout" "0 +$USER_ID +1"
}

@test "a user namespace inside of a user namespace" {
	needs_helpers
	as_user
	USER_ENTRY="unshare --user --map-root-user --map-auto --mount"
	namespace user
	# As podman writes keep-id: the user is in the middle, his ranges around.
	config '.linux.uidMappings = [{containerID: 0, hostID: 1, size: 1000}, {containerID: 1000, hostID: 0, size: 1},
		{containerID: 1001, hostID: 1001, size: 64535}] | .linux.gidMappings = .linux.uidMappings |
		.process.user = {uid: 1000, gid: 1000, additionalGids: [1000, 4]} | .process.oomScoreAdj = 10'
	report
	is .uid '[1000, 1000, 1000]'
	is '.groups | sort' '[4, 1000]'
	is .oomScoreAdj '"10"'
	args /bin/sleep 1000
	background
	equal "$(stat -c %u "/proc/$(USER_ENTRY='' pid_of "$ID")")" "$USER_ID"
	t delete --force "$ID"
	ok
}

@test "a user namespace inside of one without ranges" {
	as_user
	USER_ENTRY="unshare --user --map-root-user"
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}] | .linux.gidMappings = .linux.uidMappings |
		(.mounts[] | select(.type == "devpts").options) -= ["gid=5"]'
	report
	is .uid '[0, 0, 0]'
	config '.process.user.additionalGids = [0]'
	inside
	config '.linux.gidMappings = [{containerID: 0, hostID: 0, size: 1}] | .process.user.additionalGids = [3]'
	refused /process/user/additionalGids "3"
}

@test "a time namespace for root of a user namespace" {
	as_user
	USER_ENTRY="unshare --user --map-root-user"
	config '(.mounts[] | select(.type == "devpts").options) -= ["gid=5"]'
	namespace time
	args /bin/readlink /proc/self/ns/time
	inside
	[ "$stdout" != "$(readlink /proc/self/ns/time)" ]
}
