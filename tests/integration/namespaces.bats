#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Namespaces: new, inherited, by path; maps of the user namespace.

load helpers

host_namespace()
{
	readlink "/proc/self/ns/$1"
}

# with_maps: the usual user namespace.
with_maps()
{
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
		.linux.gidMappings = [{containerID: 0, hostID: 200000, size: 65536}]'
}

# other_container: a running one whose namespaces can be joined; $other is its pid.
other_container()
{
	local bundle=$BUNDLE

	new_bundle other
	config "${1:-.}"
	args /bin/sleep 1000
	must run --detach --bundle "$BUNDLE" "$ID-other"
	other=$(pid_of "$ID-other")
	BUNDLE=$bundle
}

# --- new and inherited ---------------------------------------------------------------------------

@test "a new namespace of each kind" {
	namespace cgroup
	report
	local kind
	for kind in pid net ipc uts mnt cgroup; do
		[ "$(jq -r ".namespaces.$kind" "$WORK/report")" != "$(host_namespace $kind)" ]
	done
	is .namespaces.user "\"$(host_namespace user)\""
}

@test "a namespace that is not named is the caller's" {
	local kind
	for kind in pid:pid network:net ipc:ipc uts:uts; do
		new_bundle "bundle-${kind%:*}"
		[ "${kind%:*}" != uts ] || config 'del(.hostname)'
		without_namespace "${kind%:*}"
		report
		is ".namespaces.${kind#*:}" "\"$(host_namespace "${kind#*:}")\""
	done
}

@test "a new time namespace" {
	promise
	namespace time
	report
	[ "$(jq -r .namespaces.time "$WORK/report")" != "$(host_namespace time)" ]
}

@test "the offsets of a time namespace" {
	promise
	namespace time
	config '.linux.timeOffsets = {boottime: {secs: 1000000}, monotonic: {secs: 500, nanosecs: 7}}'
	script 'cat /proc/self/timens_offsets; cut -d. -f1 /proc/uptime'
	inside
	matches "$stdout" 'monotonic +500 +7'
	matches "$stdout" 'boottime +1000000 +0'
	[ "$(tail -1 <<<"$stdout")" -gt 1000000 ]
}

@test "the process is the first of a new pid namespace and sees no other" {
	script 'echo $$; ls -d /proc/[0-9]* | wc -l'
	inside
	has_line 1
	# The shell and the two of the pipe.
	[ "$(tail -1 <<<"$stdout")" -le 3 ]
}

@test "without pid namespace the host's processes are seen" {
	without_namespace pid
	script 'ls -d /proc/[0-9]* | wc -l; echo $$'
	inside
	[ "$(head -1 <<<"$stdout")" -gt 3 ]
	[ "$(tail -1 <<<"$stdout")" != 1 ]
}

@test "a new network namespace has loopback, up, and nothing else" {
	script 'ls /sys/class/net; cat /sys/class/net/lo/flags; ip addr show lo'
	inside
	equal "$(head -1 <<<"$stdout")" lo
	has_line 0x9
	matches "$stdout" 'inet 127\.0\.0\.1/8'
}

@test "a container in a network namespace can talk to itself" {
	script 'nc -l -p 7777 >/tmp/got & for i in 1 2 3 4 5 6 7 8 9; do sleep 0.1; echo hello | nc -w 1 127.0.0.1 7777 2>/dev/null && break; done; wait; cat /tmp/got'
	mount_add '{destination: "/tmp", type: "tmpfs", source: "tmpfs"}'
	inside
	prints hello
}

@test "a cgroup namespace hides the path" {
	namespace cgroup
	script 'cat /proc/self/cgroup'
	inside
	equal "$(grep "$ID" <<<"$stdout" || true)" ""
}

@test "System V memory of the host is not seen in a new ipc namespace" {
	script 'cat /proc/sysvipc/shm | wc -l'
	inside
	prints 1
}

# --- by path -------------------------------------------------------------------------------------

@test "namespaces of another container by path" {
	local kind
	other_container
	for kind in network:net ipc:ipc uts:uts pid:pid; do
		new_bundle "bundle-${kind%:*}"
		[ "${kind%:*}" != uts ] || config 'del(.hostname)'
		namespace "${kind%:*}" "/proc/$other/ns/${kind#*:}"
		report
		is ".namespaces.${kind#*:}" "\"$(readlink "/proc/$other/ns/${kind#*:}")\""
	done
}

@test "all of another container's namespaces at once, as a pod does" {
	other_container
	config 'del(.hostname)'
	namespace network "/proc/$other/ns/net"
	namespace ipc "/proc/$other/ns/ipc"
	namespace uts "/proc/$other/ns/uts"
	namespace pid "/proc/$other/ns/pid"
	report
	is .hostname '"tested"'
	[ "$(jq .pid "$WORK/report")" != 1 ]
}

@test "pid namespace by path: the other process is seen, and the container is in no deeper one" {
	other_container
	namespace pid "/proc/$other/ns/pid"
	script 'tr "\0" " " </proc/1/cmdline; echo; echo $$'
	inside
	has_line "/bin/sleep 1000 "
	[ "$(tail -1 <<<"$stdout")" != 1 ]
}

@test "pid namespace by path: state, kill and delete" {
	other_container
	namespace pid "/proc/$other/ns/pid"
	args /bin/sleep 1000
	background
	has_status "$ID" running
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	nothing_left_of "$ID-other" && return 1
	has_status "$ID-other" running
}

@test "pid namespace by path: it ends with the namespace's first process" {
	other_container
	namespace pid "/proc/$other/ns/pid"
	args /bin/sleep 1000
	background
	kill -KILL "$other"
	wait_for has_status "$ID" stopped
}

@test "nobody in a joined pid namespace sees a process of the runtime's" {
	promise
	other_container '.process.args = ["/bin/sleep", "1000"]'
	namespace pid "/proc/$other/ns/pid"
	args /bin/true
	# Every process that ever shows up there while containers are made is the payload or its init,
	# never one with the host's program or with more privilege than the payload.
	(
		exec 3>&-
		while :; do
			for exe in /proc/[0-9]*/exe; do
				pid=${exe#/proc/}
				pid=${pid%/exe}
				[ "$(readlink "/proc/$pid/ns/pid" 2>/dev/null)" = "$(readlink "/proc/$other/ns/pid")" ] || continue
				readlink "$exe"
			done
		done
	) >"$WORK/seen" 2>/dev/null &
	local i watcher=$!
	for i in 1 2 3 4 5; do
		inside
	done
	kill -KILL $watcher
	equal "$(grep -c "^$TARE$" "$WORK/seen")" 0
}

@test "a user namespace by path" {
	promise
	other_container '.linux.namespaces += [{type: "user"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
		.linux.gidMappings = [{containerID: 0, hostID: 200000, size: 65536}]'
	namespace user "/proc/$other/ns/user"
	report
	is .namespaces.user "\"$(readlink "/proc/$other/ns/user")\""
	is .uid '[0, 0, 0]'
	script 'cat /proc/self/uid_map'
	inside
	matches "$stdout" '0 +100000 +65536'
}

@test "all namespaces of a container with a user namespace, by path" {
	promise
	local kind
	other_container '.linux.namespaces += [{type: "user"}, {type: "time"}] |
		.linux.timeOffsets = {monotonic: {secs: 77}} |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
		.linux.gidMappings = [{containerID: 0, hostID: 200000, size: 65536}]'
	config 'del(.hostname)'
	for kind in user network:net ipc uts pid time; do
		namespace "${kind%:*}" "/proc/$other/ns/${kind#*:}"
	done
	report
	for kind in user net ipc uts pid time; do
		is ".namespaces.$kind" "\"$(readlink "/proc/$other/ns/$kind")\""
	done
	is .uid '[0, 0, 0]'
}

@test "a user namespace by path, and a network namespace that is not its own" {
	promise
	other_container '.linux.namespaces += [{type: "user"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
		.linux.gidMappings = [{containerID: 0, hostID: 200000, size: 65536}]'
	unshare --net sleep 1000 3>&- &
	local holder=$!
	wait_for other_namespace net $holder
	namespace user "/proc/$other/ns/user"
	namespace network "/proc/$holder/ns/net"
	# A sysfs shows the network namespace, whose owner alone may mount it.
	config '.mounts |= map(select(.type != "sysfs" and .type != "cgroup"))'
	script 'readlink /proc/self/ns/user; readlink /proc/self/ns/net'
	inside
	prints "$(readlink "/proc/$other/ns/user")"$'\n'"$(readlink "/proc/$holder/ns/net")"
	kill -KILL $holder
}

@test "a network namespace by path is not changed" {
	unshare --net sleep 1000 3>&- &
	local holder=$!
	wait_for other_namespace net $holder
	namespace network "/proc/$holder/ns/net"
	script 'cat /sys/class/net/lo/flags'
	inside
	kill -KILL $holder
	prints 0x8
}

# --- user namespace ------------------------------------------------------------------------------

@test "the maps of a user namespace" {
	with_maps
	script 'cat /proc/self/uid_map /proc/self/gid_map'
	inside
	matches "$(sed -n 1p <<<"$stdout")" '^ *0 +100000 +65536$'
	matches "$(sed -n 2p <<<"$stdout")" '^ *0 +200000 +65536$'
}

@test "root inside is nobody in particular outside" {
	with_maps
	args /bin/sleep 1000
	background
	local pid
	pid=$(pid_of "$ID")
	equal "$(stat -c %u "/proc/$pid")" 100000
	equal "$(sed -n 's/^Gid:\t\([0-9]*\).*/\1/p' "/proc/$pid/status")" 200000
}

@test "several ranges" {
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 10},
			{containerID: 1000, hostID: 300000, size: 5}, {containerID: 65534, hostID: 0, size: 1}] |
		.linux.gidMappings = [{containerID: 0, hostID: 100000, size: 2000}]'
	script 'cat /proc/self/uid_map | wc -l'
	inside
	prints 3
}

@test "CVE-2021-43784: 340 ranges" {
	namespace user
	config '.linux.uidMappings = [range(340) | {containerID: ., hostID: (9000 + .), size: 1}] |
		.linux.gidMappings = .linux.uidMappings'
	script 'cat /proc/self/uid_map | wc -l'
	inside
	prints 340
}

@test "uid, gid and groups in a user namespace" {
	with_maps
	config '.process.user = {uid: 1000, gid: 1001, additionalGids: [10, 20]}'
	report
	is .uid '[1000, 1000, 1000]'
	is .gid '[1001, 1001, 1001]'
	is .groups '[10, 20]'
}

@test "capabilities in a user namespace" {
	with_maps
	report
	is .capabilities.effective '["CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_AUDIT_WRITE"]'
	is .capabilities.bounding '["CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_AUDIT_WRITE"]'
}

@test "the default mounts and devices work in a user namespace" {
	with_maps
	script 'echo x >/dev/null && head -c 4 /dev/zero | wc -c && ls /proc/self >/dev/null && ls /sys/kernel && echo >/dev/shm/f && echo good'
	inside
	has_line 4
	has_line good
}

@test "root in a user namespace cannot change files of the host's root" {
	own_root
	with_maps
	chmod 0644 "$ROOTFS/data/file"
	script 'echo changed >/data/file'
	t_run
	[ "$status" != 0 ]
	[ ! -s "$ROOTFS/data/file" ]
}

@test "hostname and sysctls in a user namespace" {
	with_maps
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.msgmax": "9000"}'
	script 'hostname; cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax'
	inside
	prints "$(printf 'tested\n1\n9000')"
}

@test "a user that the maps do not have is refused" {
	promise
	with_maps
	config '.process.user.uid = 70000'
	refused /process/user/uid
	config '.process.user = {uid: 0, gid: 70000}'
	refused /process/user/gid
	config '.process.user = {uid: 0, gid: 0, additionalGids: [5, 70000]}'
	refused /process/user/additionalGids
}

# --- refused -------------------------------------------------------------------------------------

@test "maps without a user namespace are refused" {
	promise
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]'
	refused /linux/uidMappings
}

@test "a user namespace without maps is refused" {
	namespace user
	promise
	refused /linux
}

@test "overlapping maps are refused" {
	with_maps
	config '.linux.uidMappings += [{containerID: 10, hostID: 300000, size: 10}]'
	refused /linux/uidMappings
}

@test "a path that does not exist is refused" {
	namespace network "/proc/1/ns/nosuch"
	refused /linux/namespaces/4 "no such file or directory"
}

@test "a path to something else is refused" {
	namespace network "$BUNDLE/config.json"
	refused /linux/namespaces/4
	namespace network /proc/self/ns/uts
	refused /linux/namespaces/4
}

@test "two namespaces of one kind are refused" {
	config '.linux.namespaces += [{type: "pid"}]'
	refused /linux/namespaces/5
}

@test "offsets without a time namespace are refused" {
	promise
	config '.linux.timeOffsets = {monotonic: {secs: 1}}'
	refused /linux/timeOffsets
}
