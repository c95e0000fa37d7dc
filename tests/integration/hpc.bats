#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154,SC2034,SC2016
# What README.md tells users of a cluster to do, with its very words: an image that is a directory or a squashfs,
# the own id and home inside, no daemon and no program with more rights than the user has.

load helpers
load user

# The lines of the script in README.md, and the command for an image in one file.
from_readme()
{
	local readme=$HERE/../../README.md

	sed -n '/^    # job.sh/,/^$/s/^    //p' "$readme" >"$WORK/job.sh"
	mounted=$(sed -n 's/^    \$ \(unshare .*job\.sh.*\)/\1/p' "$readme")
	[ -s "$WORK/job.sh" ] && [ -n "$mounted" ]
}

# What the machine of the user has and ours may not: a command that runs another one with it.
outside=()

# on_cluster COMMAND: in a directory of the user's, with tare in PATH. Nobody there can get more rights.
on_cluster()
{
	mkdir "$WORK/bin" "$WORK/home" "$WORK/job"
	printf '#!/bin/sh\nexec "%s" --root "%s" "$@"\n' "$BATS_FILE_TMPDIR/runtime" "$STATE" >"$WORK/bin/tare"
	chmod 755 "$WORK/bin/tare" "$WORK"
	chown "$USER_ID:$USER_ID" "$WORK/home" "$WORK/job"
	cp "$WORK/job.sh" "$WORK/job"
	status=0
	stdout=$(cd "$WORK/job" && timeout 60 ${outside[@]+"${outside[@]}"} setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups --no-new-privs env -i \
		HOME="$WORK/home" PATH="$WORK/bin:$PATH" LD_LIBRARY_PATH="$LD_LIBRARY_PATH" XDG_RUNTIME_DIR="$WORK/home" \
		TARE_TEST_MARK="$TARE_TEST_MARK" sh -c "$1" 2>"$WORK/stderr") || status=$?
}

it_ran()
{
	[ "$status" = 0 ] || show
	equal "$stdout" "$USER_ID /home"
	equal "$(cat "$WORK/home/result")" "done"
	equal "$(stat -c %u "$WORK/home/result")" "$USER_ID"
}

@test "HPC: an image that is a directory, the own id and home, and no program with more rights" {
	as_user
	from_readme
	mkdir "$WORK/image"
	cp -a "$BUSYBOX_ROOT/." "$WORK/image"
	mkdir "$WORK/image/home"
	on_cluster "ln -s ../image image; sh job.sh"
	it_ran
}

@test "HPC: an image that is a squashfs, mounted by the user himself" {
	local tool

	for tool in squashfuse mksquashfs; do
		command -v $tool >/dev/null || skip_or_fail "needs $tool"
	done
	as_user
	from_readme
	mkdir "$WORK/image"
	cp -a "$BUSYBOX_ROOT/." "$WORK/image"
	mkdir "$WORK/image/home"
	mksquashfs "$WORK/image" "$WORK/image.squashfs" -quiet -no-progress
	# As udev makes it, which not every machine has.
	mknod -m 666 "$WORK/fuse" c 10 229
	outside=(unshare --mount sh -c 'mount --bind "$0" /dev/fuse && exec "$@"' "$WORK/fuse")
	on_cluster "ln -s ../image.squashfs .; mkdir image; $mounted"
	it_ran
}
