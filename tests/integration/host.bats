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
