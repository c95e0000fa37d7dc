#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Symbolic links as sources and as targets of mounts.

load helpers
load mounts

# --- sources -------------------------------------------------------------------------------------

@test "src-nofollow binds the link itself" {
	own_root
	source_directory
	ln -s /data/other "$SOURCE/link"
	echo "behind the link, inside" >"$ROOTFS/data/other"
	bind_add /data/file "$SOURCE/link" '["bind", "src-nofollow"]'
	script 'readlink /data/file; cat /data/file'
	inside
	prints "$(printf '/data/other\nbehind the link, inside')"
	config '.mounts[-1].options = ["bind"]'
	refused /mounts/7 "no such file or directory"
}

@test "src-nofollow on a source that is no link" {
	source_directory
	bind_add /volume "$SOURCE" '["bind", "src-nofollow"]'
	script 'cat /volume/text'
	inside
	prints "from the host"
}

@test "src-nofollow with a target that is missing" {
	own_root
	source_directory
	ln -s /data/a/text "$SOURCE/link"
	bind_add /data/made "$SOURCE/link" '["bind", "src-nofollow"]'
	script 'readlink /data/made; cat /data/made'
	inside
	prints "$(printf '/data/a/text\nshared')"
	[ -f "$ROOTFS/data/made" ]
}

@test "copy-symlink makes the link again instead of a mount" {
	own_root
	source_directory
	ln -s "../a/text" "$SOURCE/link"
	bind_add /data/b/copied "$SOURCE/link" '["bind", "copy-symlink"]'
	script 'readlink /data/b/copied; cat /data/b/copied; grep -c copied /proc/self/mountinfo'
	t_run
	prints "$(printf '../a/text\nshared\n0')"
	equal "$(readlink "$ROOTFS/data/b/copied")" "../a/text"
}

@test "copy-symlink of a link that is there already, and of one that is not" {
	own_root
	source_directory
	ln -s nowhere "$SOURCE/link"
	ln -s nowhere "$ROOTFS/data/there"
	bind_add /data/there "$SOURCE/link" '["bind", "copy-symlink"]'
	script 'readlink /data/there'
	inside
	prints nowhere
	echo kept >"$ROOTFS/data/precious"
	config '.mounts[-1].destination = "/data/precious"'
	refused /mounts/7 "file exists"
	equal "$(cat "$ROOTFS/data/precious")" kept
}

@test "copy-symlink of what is no link is a bind mount" {
	source_directory
	bind_add /data/file "$SOURCE/text" '["bind", "copy-symlink", "ro"]'
	report
	mount_has /data/file ro
}

@test "a link is copied to its place inside the root, wherever links there lead" {
	own_root
	source_directory
	mkdir "$WORK/outside"
	ln -s text "$SOURCE/link"
	ln -s "$WORK/outside" "$ROOTFS/escape"
	bind_add /escape/copied "$SOURCE/link" '["bind", "copy-symlink"]'
	args /bin/true
	inside
	equal "$(ls -A "$WORK/outside")" ""
	[ -L "$ROOTFS$WORK/outside/copied" ]
}

# --- targets -------------------------------------------------------------------------------------

@test "dest-nofollow mounts on the link itself" {
	own_root
	source_directory
	echo target >"$ROOTFS/data/target"
	ln -s target "$ROOTFS/data/way"
	bind_add /data/way "$SOURCE/text" '["bind", "dest-nofollow"]'
	script 'cat /data/way /data/target'
	inside
	prints "$(printf 'from the host\ntarget')"
	config '.mounts[-1].options = ["bind"]'
	inside
	prints "$(printf 'from the host\nfrom the host')"
}

@test "dest-nofollow covers a dangling link, and makes nothing" {
	own_root
	source_directory
	ln -s nowhere "$ROOTFS/data/way"
	bind_add /data/way "$SOURCE/text" '["bind", "dest-nofollow"]'
	script 'cat /data/way; ls /data/nowhere'
	t_run
	prints "from the host"
	[ ! -e "$ROOTFS/data/nowhere" ]
}

@test "dest-nofollow makes a missing target" {
	own_root
	source_directory
	bind_add /data/made/file "$SOURCE/text" '["bind", "dest-nofollow"]'
	script 'cat /data/made/file'
	inside
	prints "from the host"
}

@test "dest-nofollow: a directory cannot be mounted on a link" {
	own_root
	source_directory
	ln -s a "$ROOTFS/data/way"
	bind_add /data/way "$SOURCE" '["bind", "dest-nofollow"]'
	refused /mounts/7 'cannot mount'
}

@test "src-nofollow and dest-nofollow: a link on a link" {
	own_root
	source_directory
	ln -s /data/a/text "$SOURCE/link"
	ln -s /data/nowhere "$ROOTFS/data/way"
	bind_add /data/way "$SOURCE/link" '["bind", "src-nofollow", "dest-nofollow"]'
	script 'readlink /data/way; cat /data/way'
	inside
	prints "$(printf '/data/a/text\nshared')"
}

@test "a dangling link as the target of a directory and of a new file system" {
	own_root
	source_directory
	ln -s /data/made/deep "$ROOTFS/data/one"
	ln -s ../made/tmp "$ROOTFS/data/two"
	bind_add /data/one "$SOURCE"
	mount_add '{destination: "/data/two/below", source: "tmpfs", type: "tmpfs"}'
	script 'cat /data/made/deep/text; echo x >/made/tmp/below/x'
	inside
	prints "from the host"
	[ -d "$ROOTFS/data/made/deep" ]
	[ -d "$ROOTFS/made/tmp/below" ]
}

@test "a link that leads to itself" {
	own_root
	source_directory
	ln -s turn "$ROOTFS/data/turn"
	bind_add /data/turn "$SOURCE/text"
	refused /mounts/7 "too many levels of symbolic links"
	config '.mounts[-1].options = ["bind", "dest-nofollow"]'
	script 'cat /data/turn'
	inside
	prints "from the host"
}

# --- refusals ------------------------------------------------------------------------------------

@test "options for links are for bind mounts" {
	promise
	mount_add '{destination: "/mnt", source: "tmpfs", type: "tmpfs", options: ["dest-nofollow"]}'
	refused /mounts/7/options "are options of a bind mount"
	config '.mounts[-1].options = ["copy-symlink"]'
	refused /mounts/7/options "are options of a bind mount"
	config '.mounts[-1].options = ["src-nofollow"]'
	refused /mounts/7/options "are options of a bind mount"
}
