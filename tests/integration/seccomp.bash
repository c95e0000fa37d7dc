# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154
#
# What the files about seccomp share: profiles, rules, and what the kernel says of the filter.

# Numbers on x86_64 of calls that are harmless and that nobody needs.
GETPID=39 GETPPID=110 GETUID=102 PERSONALITY=135 SETNS=308

# What a static program needs to start and to tell something.
START='["execve","brk","arch_prctl","set_tid_address","set_robust_list","rseq","prlimit64",
	"readlink","getrandom","mprotect","write","exit_group"]'

CACHED=
AGENT=

# The caller stands in place of a file of the shared root.
calls()
{
	[ "$(uname -m)" = x86_64 ] || skip_or_fail "knows the numbers of x86_64 alone"
	make_helper caller
	config '.mounts |= map(select(.destination != "/data/other"))'
	mount_add "{destination: \"/data/other\", type: \"bind\", source: \"$BIN/caller\", options: [\"bind\", \"ro\"]}"
	args /data/other "$@"
}

# User-mode Linux takes the number of a 32-bit call for one of its own.
needs_32bit()
{
	make_helper caller
	[ "$("$BIN/caller" 32:20)" -gt 0 ] || skip_or_fail "needs a kernel that knows the calls of 32-bit programs"
}

# profile DEFAULT RULE...: the rules as jq objects.
profile()
{
	local default=$1 IFS=,

	shift
	config ".linux.seccomp = {defaultAction: \"SCMP_ACT_$default\", syscalls: [$*]}"
}

# rule NAME ACTION [MORE]
rule()
{
	echo "{names: [\"$1\"], action: \"SCMP_ACT_$2\"${3:+, $3}}"
}

seccomp()
{
	config ".linux.seccomp |= (. $1)"
}

# recorded FILE: the profile of a recorded config.json.
recorded()
{
	config '.linux.seccomp = $p[0].linux.seccomp' --slurpfile p "$HERE/../data/configs/$1"
}

privileges_can_grow()
{
	config '.process.noNewPrivileges = false'
}

# status_line NAME: of the container's process.
status_line()
{
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$(pid_of "$ID")/status"
}

# has_line NAME VALUE
has_line()
{
	[ "$(status_line "$1")" = "$2" ]
}

# no_admin SET...: CAP_SYS_ADMIN is in none of them.
no_admin()
{
	local set

	for set; do
		equal "$set $((0x$(status_line "$set") >> 21 & 1))" "$set 0"
	done
}
