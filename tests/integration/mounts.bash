# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034
#
# What the files of tests on mounts share: file systems mounted on the host for one test, and questions about
# the mounts that a reporter inside has seen.

eval "teardown_rest() $(declare -f teardown | tail -n +2)"

# Only what host_mount() has mounted: what a runtime leaves behind is to be found.
teardown()
{
	local point

	names || return 1
	if [ -e "$BATS_TEST_TMPDIR/mounted" ]; then
		tac "$BATS_TEST_TMPDIR/mounted" | while read -r point; do
			umount "$point" 2>/dev/null || umount -l "$point"
		done
	fi
	teardown_rest
}

# host_mount POINT ARGUMENTS...: mount(8), on a directory below $WORK or a file that is there.
host_mount()
{
	local point=$1

	shift
	[[ $point == "$WORK"/?* ]] || return 1
	[ -e "$point" ] || mkdir -p "$point"
	mount "$@" "$point" && echo "$point" >>"$WORK/mounted"
}

# source_directory: something on the host to bind, at $SOURCE.
source_directory()
{
	SOURCE=$WORK/source
	mkdir -p "$SOURCE/deep"
	echo "from the host" >"$SOURCE/text"
}

# mount_is POINT FILTER JSON: something about a mount that the reporter has seen; the topmost counts.
mount_is()
{
	is "[.mounts[] | select(.point == \"$1\")] | last | $2" "$3"
}

# mount_has POINT OPTION...: attributes that the mount has.
mount_has()
{
	local point=$1 option

	shift
	for option in "$@"; do
		mount_is "$point" ".options | split(\",\") | contains([\"$option\"])" true
	done
}

# mount_lacks POINT OPTION...
mount_lacks()
{
	local point=$1 option

	shift
	for option in "$@"; do
		mount_is "$point" ".options | split(\",\") | any(. == \"$option\")" false
	done
}

# file_system_has POINT OPTION...: options of the file system.
file_system_has()
{
	local point=$1 option

	shift
	for option in "$@"; do
		mount_is "$point" ".super | split(\",\") | any(. == \"$option\")" true
	done
}

# bind_add POINT SOURCE [OPTIONS]: a bind mount more, with the options as JSON.
bind_add()
{
	mount_add "{destination: \"$1\", source: \"$2\", type: \"bind\", options: ${3:-[]}}"
}

# user_namespace HOSTID: a new one, in which the ids from 0 on are those of the host from HOSTID on.
user_namespace()
{
	namespace user
	config '.linux |= . + {uidMappings: [{containerID: 0, hostID: $at, size: 65536}],
		gidMappings: [{containerID: 0, hostID: $at, size: 65536}]}' --argjson at "$1"
}
