# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
#
# What the files about callers without root share: an ordinary user, who has a passwd, subuid and subgid of the
# tests' own; the machine's stay as they are. After load of the helpers.
#   as_user            from now on the runtime is called by him
#   USER_GROUPS        his additional groups, for setpriv
#   USER_SCORE         his OOM score adjustment
#   USER_CGROUPS       cgroups that his processes are in; their own directories
#   USER_HIDE          programs that he cannot find
#   USER_ENTRY         a command that the runtime is called by, on top of that

USER_ID=61234
USER_SUBUIDS=300000
USER_SUBGIDS=400000

# The file that is called as the runtime. A mount namespace per call: the other tests see nothing of it.
make_user()
{
	local etc=$BATS_FILE_TMPDIR/etc

	mkdir -p "$etc" "$BATS_FILE_TMPDIR/xdg"
	cp /etc/passwd /etc/group "$etc"
	echo "ordinary:x:$USER_ID:$USER_ID::/nonexistent:/bin/sh" >>"$etc/passwd"
	echo "ordinary:x:$USER_ID:" >>"$etc/group"
	echo "ordinary:$USER_SUBUIDS:65536" >"$etc/subuid"
	echo "ordinary:$USER_SUBGIDS:65536" >"$etc/subgid"
	chown "$USER_ID:$USER_ID" "$BATS_FILE_TMPDIR/xdg" "$BATS_FILE_TMPDIR/state"
	chmod 700 "$BATS_FILE_TMPDIR/xdg" "$BATS_FILE_TMPDIR/state"
	cp "$TARE" "$BATS_FILE_TMPDIR/runtime"
	chmod 755 "$BATS_FILE_TMPDIR" "$BATS_FILE_TMPDIR/runtime"
	cat >"$BATS_FILE_TMPDIR/as-user" <<-'END'
		#!/bin/bash
		[ "$1" = -- ] || exec unshare --mount --propagation private "$0" -- "$@"
		shift
		for cgroup in $USER_CGROUPS; do
			echo $$ >"$cgroup/cgroup.procs"
		done
		[ -z "$USER_SCORE" ] || echo "$USER_SCORE" >/proc/self/oom_score_adj
		for file in $USER_HIDE; do
			mount --bind /dev/null "$file"
		done
		dir=${0%/*}
		mount --bind "$dir/etc" /etc
		keep=(PATH="$PATH" TARE_TEST_MARK="$TARE_TEST_MARK")
		[ -n "$USER_NO_XDG" ] || keep+=(XDG_RUNTIME_DIR="$dir/xdg")
		exec setpriv --reuid 61234 --regid 61234 ${USER_GROUPS:---clear-groups} \
			env -i "${keep[@]}" $USER_ENTRY "$dir/runtime" "$@"
	END
	chmod 755 "$BATS_FILE_TMPDIR/as-user"
}

as_user()
{
	promise
	[ -e "$BATS_FILE_TMPDIR/as-user" ] || make_user
	TARE=$BATS_FILE_TMPDIR/as-user
	chmod a+rx "$WORK" "$BUNDLE"
	export USER_GROUPS="" USER_SCORE="" USER_CGROUPS="" USER_ENTRY="" USER_HIDE="" USER_NO_XDG=""
}

# The group of terminals has no id where only the own one is mapped.
single_map()
{
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: $id, size: 1}] |
		.linux.gidMappings = .linux.uidMappings |
		(.mounts[] | select(.type == "devpts").options) -= ["gid=5"]' --argjson id $USER_ID
}

# His own id as root, and all that he was granted behind it.
several_ranges()
{
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: $id, size: 1}, {containerID: 1, hostID: $uids, size: 65536}] |
		.linux.gidMappings = [{containerID: 0, hostID: $id, size: 1}, {containerID: 1, hostID: $gids, size: 65536}]' \
		--argjson id $USER_ID --argjson uids $USER_SUBUIDS --argjson gids $USER_SUBGIDS
}

needs_helpers()
{
	command -v newuidmap >/dev/null && command -v newgidmap >/dev/null ||
		skip_or_fail "needs newuidmap and newgidmap: package uidmap"
}

# delegated CONTROLLER: a cgroup with it that is the user's, and his processes in it; $delegated is its directory. On v2, where a
# cgroup has either processes or others below it, they are in one of its own below it.
delegated()
{
	local at

	if has_v1 "$1"; then
		at=$(sed -n "s/^[0-9]*:$1://p" /proc/self/cgroup)
		delegated=$CGROUPS/$1${at%/}/$MARK-delegated
		mkdir "$delegated"
		chown "$USER_ID" "$delegated" "$delegated/cgroup.procs" "$delegated/tasks"
		USER_CGROUPS="$USER_CGROUPS $delegated"
		return
	fi
	grep -qw "$1" "$CGROUPS/cgroup.subtree_control" 2>/dev/null ||
		skip_or_fail "needs cgroups with the controller \"$1\", of v1 or of v2 alone"
	delegated=$CGROUPS/$MARK-delegated
	mkdir "$delegated" "$delegated/caller"
	echo "+$1" >"$delegated/cgroup.subtree_control"
	chown "$USER_ID" "$delegated" "$delegated"/cgroup.{procs,subtree_control,threads} \
		"$delegated/caller" "$delegated/caller/cgroup.procs"
	USER_CGROUPS="$USER_CGROUPS $delegated/caller"
}

# delegated_end: the last words of a test that has called it; nothing may be in it any more.
delegated_end()
{
	[ ! -d "$delegated/caller" ] || rmdir "$delegated/caller"
	rmdir "$delegated"
}
