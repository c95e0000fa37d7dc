# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154
#
# Where a container's cgroups are, what their files say, and a tree of v2 alone, for the files of tests about cgroups.

# group_of PID CONTROLLER: the process's path in that v1 hierarchy; "" is the tree of v2.
group_of()
{
	local controllers path

	while IFS=: read -r _ controllers path; do
		controllers=,${controllers#name=},
		if [ "$controllers" = ",$2," ] || { [ -n "$2" ] && [[ $controllers == *",$2,"* ]]; }; then
			echo "$path"
			return 0
		fi
	done <"/proc/$1/cgroup"
	return 1
}

# group_dir CONTROLLER: where the running container $ID is in that v1 hierarchy, or in the only one.
# It fails rather than to name the cgroup of somebody else.
group_dir()
{
	local path hierarchy=$1

	! pure_v2 || hierarchy=
	path=$(group_of "$(pid_of "$ID")" "$hierarchy")
	[[ $path == *"$MARK"* ]] || {
		echo "the container has no cgroup of its own for $1: $path" >&2
		return 1
	}
	echo "$CGROUPS/$hierarchy$path"
}

# group_file CONTROLLER FILE: of the running container $ID.
group_file()
{
	local dir

	dir=$(group_dir "$1") && cat "$dir/$2"
}

has_processes()
{
	[ "$(group_file pids cgroup.procs | wc -l)" = "$1" ]
}

freeze()
{
	local dir

	dir=$(group_dir freezer) || return
	if pure_v2; then echo 1 >"$dir/cgroup.freeze"; else echo FROZEN >"$dir/freezer.state"; fi
}

thaw()
{
	local dir

	dir=$(group_dir freezer) || return
	if pure_v2; then echo 0 >"$dir/cgroup.freeze"; else echo THAWED >"$dir/freezer.state"; fi
}

sleeper()
{
	args /bin/sleep 1000
	background
}

# v2 COMMAND...: in a mount namespace where the v2 tree is all there is.
v2()
{
	status=0
	TARE_TEST_MARK=$MARK unshare --mount --propagation private sh -c \
		'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"' sh \
		"$TARE" --root "$STATE" "$@" </dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&- || status=$?
	stdout=$(tr -d '\0' <"$WORK/stdout")
	stderr=$(tr -d '\0' <"$WORK/stderr")
}

# On a host with v1 controllers the check after the test sees the v2 tree at its own place.
setup_v2()
{
	namespace cgroup
	config 'del(.linux.resources.memory, .linux.resources.pids)'
}

# kernel_file CONTROLLER V1-FILE V2-FILE: of the running container $ID, whichever version this host has.
kernel_file()
{
	local path

	if has_v1 "$1"; then
		group_file "$1" "$2"
		return
	fi
	path=$(group_of "$(pid_of "$ID")" "")
	[[ $path == *"$MARK"* ]] && cat "$CGROUPS$path/$3"
}

# needs_controller NAME [V1-NAME]: skips where neither version has it.
needs_controller()
{
	has_v1 "${2:-$1}" || grep -qw "$1" "$CGROUPS/cgroup.controllers" 2>/dev/null ||
		skip_or_fail "needs the cgroup controller \"$1\""
}

pure_v2()
{
	[ -e "$CGROUPS/cgroup.controllers" ]
}

needs_pure_v2()
{
	pure_v2 || skip_or_fail "needs a host with cgroup v2 alone, as the guest is"
}

# by_version V1 V2: the one of this host.
by_version()
{
	if pure_v2; then echo "$2"; else echo "$1"; fi
}
