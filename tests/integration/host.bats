#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# hostname, domainname and sysctls.

load helpers

@test "hostname" {
	report
	is .hostname '"tested"'
	[ "$(hostname)" != tested ]
}

@test "a hostname of 64 characters" {
	config '.hostname = ("h" * 64)'
	report
	is .hostname '"h" * 64'
}

@test "no hostname leaves the host's" {
	config 'del(.hostname)'
	report
	is .hostname "\"$(hostname)\""
}

@test "domainname" {
	promise
	config '.domainname = "example.org"'
	report
	is .domainname '"example.org"'
	[ "$(cat /proc/sys/kernel/domainname)" != example.org ]
}

@test "a hostname without uts namespace is refused" {
	without_namespace uts
	refused /hostname
}

@test "a hostname that is too long is refused" {
	config '.hostname = ("h" * 65)'
	refused /hostname
}

@test "sysctls of the container's namespaces" {
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.msgmax": "9001",
		"kernel.shm_rmid_forced": "1", "fs.mqueue.msg_max": "20", "net/ipv4/ip_default_ttl": "33"}'
	script 'cd /proc/sys; cat net/ipv4/ip_forward kernel/msgmax kernel/shm_rmid_forced fs/mqueue/msg_max net/ipv4/ip_default_ttl'
	local before
	before=$(cat /proc/sys/kernel/msgmax)
	inside
	prints "$(printf '1\n9001\n1\n20\n33')"
	equal "$(cat /proc/sys/kernel/msgmax)" "$before"
}

@test "a sysctl that is the host's is refused" {
	config '.linux.sysctl = {"vm.swappiness": "1"}'
	refused /linux/sysctl "is not in a separate kernel namespace"
	config '.linux.sysctl = {"kernel.panic": "1"}'
	refused /linux/sysctl
}

@test "a sysctl without its namespace is refused" {
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1"}'
	without_namespace network
	refused /linux/sysctl
	new_bundle second
	config '.linux.sysctl = {"kernel.msgmax": "9000"}'
	without_namespace ipc
	refused /linux/sysctl
}

@test "kernel.hostname is refused: there is a member for it" {
	config '.linux.sysctl = {"kernel.hostname": "x"}'
	refused /linux/sysctl
}

@test "a sysctl that does not exist is refused" {
	config '.linux.sysctl = {"net.ipv4.nosuch": "1"}'
	refused /linux/sysctl "no such file or directory"
}

@test "a sysctl that climbs out of /proc/sys is refused" {
	promise
	config '.linux.sysctl = {"net.ipv4/../../kernel/panic": "1"}'
	refused /linux/sysctl
	config '.linux.sysctl = {"net/../kernel/panic": "1"}'
	refused /linux/sysctl
}

# Run by hand of somebody who names the host's namespaces instead of leaving them out.
@test "settings of a namespace that is named by path, and is the host's" {
	promise
	local row kind

	for row in 'net network {"net.ipv4.ip_forward":"1"}' 'ipc ipc {"kernel.msgmax":"9001"}' \
		'uts uts {"kernel.domainname":"x"}'; do
		read -r kind row <<<"$row"
		new_bundle "${row%% *}"
		config 'del(.hostname)'
		namespace "${row%% *}" "/proc/$$/ns/$kind"
		config '.linux.sysctl = $s' --argjson s "${row#* }"
		refused /linux/sysctl "the runtime's own"
	done
	new_bundle names
	namespace uts "/proc/$$/ns/uts"
	refused /hostname "the runtime's own"
	config 'del(.hostname) | .domainname = "x"'
	refused /domainname "the runtime's own"
}

@test "a sysctl of a network namespace that is named by path" {
	unshare --net sleep 1000 3>&- &
	local holder=$!

	wait_for other_namespace net $holder
	namespace network "/proc/$holder/ns/net"
	config '.linux.sysctl = {"net.ipv4.ip_default_ttl": "33"}'
	inside
	equal "$(nsenter --net=/proc/$holder/ns/net sysctl -n net.ipv4.ip_default_ttl)" 33
}

@test "a sysctl of a user namespace" {
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
		.linux.gidMappings = .linux.uidMappings | .linux.sysctl = {"user.max_uts_namespaces": "7"}'
	script 'cat /proc/sys/user/max_uts_namespaces'
	inside
	prints 7
}
