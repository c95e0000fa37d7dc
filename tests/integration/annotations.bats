#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Numbers of calls stand without quotes.
# shellcheck disable=SC2016,SC2154,SC2086
# Annotations that change how a container is made: a seccomp program in place of a profile, strict
# names of system calls, and what is refused because it cannot be had.

load helpers
load seccomp

# annotate NAME VALUE
annotate()
{
	config '.annotations[$n] = $v' --arg n "$1" --arg v "$2"
}

# instruction CODE JT JF K: struct sock_filter, as x86_64 and arm64 have it.
instruction()
{
	printf %b "$(printf '\\x%02x\\x00\\x%02x\\x%02x\\x%02x\\x%02x\\x%02x\\x%02x' \
		"$1" "$2" "$3" $(($4 & 255)) $(($4 >> 8 & 255)) $(($4 >> 16 & 255)) $(($4 >> 24 & 255)))"
}

LOAD_NUMBER="0x20 0 0 0"
RETURN_ALLOW="6 0 0 0x7fff0000"

# program INSTRUCTION...
program()
{
	local one

	config 'del(.linux.seccomp)'
	annotate run.oci.seccomp_bpf_data "$(for one; do instruction $one; done | base64 -w 0)"
}

# The number of getpid answers with errno 77.
answering_program()
{
	program "$LOAD_NUMBER" "0x15 0 1 $GETPID" "6 0 0 0x5004d" "$RETURN_ALLOW"
}

@test "a program in place of a profile" {
	answering_program
	calls $GETPID $PERSONALITY,0xffffffff
	inside
	prints $'-77\n0'
}

@test "a program in place of a profile, without noNewPrivileges" {
	answering_program
	privileges_can_grow
	calls $GETPID
	inside
	prints -77
	# What it computes is beyond what can be foreseen: it is loaded last.
	program "$LOAD_NUMBER" "0x04 0 0 1" "0x15 0 1 $((GETPID + 1))" "6 0 0 0x5004e" "$RETURN_ALLOW"
	inside
	prints -78
}

@test "a program in place of a profile, with create and start" {
	answering_program
	calls $GETPID
	must create --bundle "$BUNDLE" "$ID"
	must start "$ID"
	wait_for has_status "$ID" stopped
	grep -qx -e -77 "$WORK/stdout"
}

@test "a program replaces the rules that stand beside it, and says so" {
	answering_program
	config '.linux.seccomp = {defaultAction: "SCMP_ACT_KILL_PROCESS"}'
	calls $GETPID
	inside
	prints -77
	promise
	must --log-level warning run --bundle "$BUNDLE" "$ID"
	says "the rules of linux.seccomp have no effect"
}

@test "a program that is none" {
	local data=/annotations/run.oci.seccomp_bpf_data

	annotate run.oci.seccomp_bpf_data "%%%%"
	refused $data base64
	annotate run.oci.seccomp_bpf_data ""
	refused $data "0 bytes"
	annotate run.oci.seccomp_bpf_data "BgAA"
	refused $data "3 bytes"
}

@test "a program that the kernel does not take is refused before anything is made" {
	local data=/annotations/run.oci.seccomp_bpf_data wrong

	promise
	# No return; a jump behind the end; a load of what is not there; an instruction of packets.
	for wrong in "$LOAD_NUMBER" "0x05 0 0 9" "0x20 0 0 64" "0x28 0 0 0"; do
		program "$wrong" "$RETURN_ALLOW"
		[ "$wrong" != "$LOAD_NUMBER" ] || program "$wrong"
		refused $data "the kernel does not take the seccomp program"
	done
	# Asking has no effect on the runtime itself.
	answering_program
	calls $GETPID
	inside
	prints -77
}

@test "a program that notifies needs somebody who is told" {
	promise
	program "6 0 0 0x7fc00000"
	refused /linux/seccomp listenerPath
}

@test "strict: a name that no call has is refused" {
	profile ALLOW "$(rule getpid ERRNO)" "$(rule get_nothing ERRNO)"
	calls $GETPID
	inside
	prints -1
	annotate run.oci.seccomp_fail_unknown_syscall 1
	refused /linux/seccomp/syscalls/1/names get_nothing
	# Also when the same rules are in the cache.
	refused /linux/seccomp/syscalls/1/names get_nothing
	annotate run.oci.seccomp_fail_unknown_syscall 0
	inside
	annotate run.oci.seccomp_fail_unknown_syscall 1
	profile ALLOW "$(rule getpid ERRNO)"
	inside
	prints -1
}

@test "handlers and plugins that there are not" {
	promise
	annotate run.oci.handler krun
	refused /annotations/run.oci.handler krun
	config 'del(.annotations)'
	annotate run.oci.seccomp.plugins /a.so
	refused /annotations/run.oci.seccomp.plugins /a.so
}

@test "execCPUAffinity: a good list has no effect on the container's own process, a bad one is refused" {
	config '.process.execCPUAffinity = {initial: "0", final: "0-1"}'
	script 'grep Cpus_allowed_list /proc/self/status'
	inside
	equal "$stdout" "$(grep Cpus_allowed_list /proc/self/status)"
	promise
	config '.process.execCPUAffinity = {initial: "0", final: "2-1"}'
	refused /process/execCPUAffinity/final '"2-1" is not a list'
	config '.process.execCPUAffinity = {initial: "x"}'
	refused /process/execCPUAffinity/initial "processors"
}
