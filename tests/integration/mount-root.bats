#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The root: its propagation, and the ways in which it can be named.

load helpers
load mounts

# shared_root: a root of its own on a file system that the host shares.
shared_root()
{
	own_root
	mkdir "$ROOTFS/late" "$ROOTFS/early"
	host_mount "$ROOTFS" --bind "$ROOTFS"
	host_mount "$ROOTFS/early" -t tmpfs none
	mount --make-rshared "$ROOTFS"
}

# propagates VALUE TAGS [TAGS]: the tags of "/" and of the mount below it, without their numbers.
propagates()
{
	config '.linux.rootfsPropagation = $p' --arg p "$1"
	script 'cat /proc/self/mountinfo'
	inside
	equal "$(tags /)" "$2"
	equal "$(tags /early)" "${3-$2}"
}

tags()
{
	awk -v p="$1" '$5 == p { s = ""; for (i = 7; $i != "-"; i++) { sub(/:.*/, "", $i); s = s " " $i } } END { print substr(s, 2) }' \
		"$WORK/stdout"
}

@test "rootfsPropagation: each value, on a root that the host shares" {
	shared_root
	propagates rslave master
	propagates slave master
	propagates rprivate ""
	propagates private ""
	# A peer group of its own, not that of the host.
	propagates rshared shared
	propagates shared shared ""
	propagates runbindable unbindable
	propagates unbindable unbindable ""
	config 'del(.linux.rootfsPropagation)'
	script 'cat /proc/self/mountinfo'
	inside
	equal "$(tags /)" master
}

@test "rootfsPropagation: shared, of a root that the host does not share" {
	own_root
	mkdir "$ROOTFS/early"
	host_mount "$ROOTFS/early" -t tmpfs none
	propagates shared shared ""
	propagates rshared shared
}

@test "a slave root gets what the host mounts into it, a private one does not" {
	local value

	for value in rslave rprivate; do
		new_bundle "$value"
		shared_root
		config '.linux.rootfsPropagation = $p' --arg p "$value"
		args /bin/sleep 600
		background "$ID-$value"
		host_mount "$ROOTFS/late" -t tmpfs none
		equal "$(grep -c ' /late ' "/proc/$(pid_of "$ID-$value")/mountinfo")" "$([ "$value" = rslave ] && echo 1 || echo 0)"
		must delete --force "$ID-$value"
	done
}

@test "whatever the propagation, nothing that is mounted inside shows outside" {
	local value

	shared_root
	all_capabilities
	for value in rslave slave rprivate private runbindable unbindable; do
		config '.linux.rootfsPropagation = $p' --arg p "$value"
		script 'mount -t tmpfs none /mnt && touch /mnt/hidden && ls /mnt'
		inside
		prints hidden
		[ ! -e "$ROOTFS/mnt/hidden" ]
	done
	equal "$(findmnt -rno TARGET -R "$ROOTFS" | wc -l)" 2
}

@test "a private root cannot be had without pivot_root" {
	promise
	config '.linux.rootfsPropagation = "private"'
	t create --no-pivot --bundle "$BUNDLE" "$ID"
	exits 1
	says /linux/rootfsPropagation "cannot be combined with --no-pivot"
	nothing_left_of "$ID"
	config '.linux.rootfsPropagation = "rslave"'
	args /bin/true
	t run --no-pivot --bundle "$BUNDLE" "$ID"
	ok
}

@test "mounts work without pivot_root, too" {
	source_directory
	bind_add /volume "$SOURCE" '["rbind", "ro"]'
	mount_add '{destination: "/mnt", source: "tmpfs", type: "tmpfs"}'
	script 'cat /volume/text; echo x >/mnt/x; echo x >/volume/x'
	t run --no-pivot --bundle "$BUNDLE" "$ID"
	prints "from the host"
	says "Read-only file system"
}

@test "the root by a descriptor of the caller" {
	own_root
	echo here >"$ROOTFS/data/other"
	script 'cat /data/other'
	exec 7<"$ROOTFS"
	config '.root.path = "/proc/self/fd/7"'
	t_run
	exec 7<&-
	ok
	prints here
}

@test "the root by a descriptor of a directory that has no path any more" {
	own_root
	host_mount "$WORK/tree" --bind "$ROOTFS"
	script 'cat /data/a/text'
	exec 7<"$WORK/tree"
	umount -l "$WORK/tree"
	config '.root.path = "/proc/self/fd/7"'
	t_run
	exec 7<&-
	# A detached mount cannot be cloned on every kernel; it may be refused, but by its place.
	[ "$status" = 0 ] || says /root/path
	[ "$status" != 0 ] || prints shared
	nothing_left_of "$ID"
}

@test "the root is a link to a directory" {
	own_root
	ln -s rootfs "$BUNDLE/way"
	config '.root.path = "way"'
	script 'cat /data/a/text'
	inside
	prints shared
}

@test "a root that is a file, and one that is missing" {
	promise
	echo x >"$BUNDLE/file"
	config '.root.path = "file"'
	refused /root/path "not a directory"
	config '.root.path = "nosuch"'
	refused /root/path "no such file or directory"
	config '.root.path = "/proc/self/fd/99"'
	refused /root/path "no such file or directory"
}

@test "mounts in the root of the host are seen below, and its flags are kept" {
	own_root
	mkdir "$ROOTFS/early"
	host_mount "$ROOTFS" --bind "$ROOTFS"
	mount -o remount,bind,nosuid,nodev "$ROOTFS"
	host_mount "$ROOTFS/early" -t tmpfs -o noexec none
	report
	mount_has / nosuid nodev
	mount_has /early noexec
	config '.root.readonly = true'
	report
	mount_has / nosuid nodev ro
	mount_lacks /early ro
}
