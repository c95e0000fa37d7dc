#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Options of mounts, one group after the other, read back from inside.

load helpers
load mounts

# tmpfs_add [OPTIONS]: a tmpfs on /mnt, with the options as JSON.
tmpfs_add()
{
	mount_add "{destination: \"/mnt\", type: \"tmpfs\", source: \"tmpfs\", options: ${1:-[]}}"
}

# again OPTIONS: the same mount with other options, seen by a reporter.
again()
{
	config '.mounts[-1].options = $o' --argjson o "$1"
	report
}

# --- attributes of a mount -----------------------------------------------------------------------

@test "new file system: ro rw nosuid suid nodev dev noexec exec, and the last one wins" {
	tmpfs_add
	again '["nosuid", "nodev", "noexec", "ro"]'
	mount_has /mnt nosuid nodev noexec ro
	again '["nosuid", "suid", "nodev", "dev", "noexec", "exec", "ro", "rw"]'
	mount_lacks /mnt nosuid nodev noexec ro
	mount_has /mnt rw
	again '["suid", "nosuid", "rw", "ro", "defaults"]'
	mount_has /mnt nosuid ro
}

@test "new file system: access times" {
	tmpfs_add
	again '["noatime"]'
	mount_has /mnt noatime
	again '["strictatime"]'
	mount_lacks /mnt noatime relatime
	again '["noatime", "atime"]'
	mount_has /mnt relatime
	again '["noatime", "relatime"]'
	mount_has /mnt relatime
	again '["strictatime", "nostrictatime"]'
	mount_has /mnt relatime
	again '["strictatime", "norelatime"]'
	mount_has /mnt relatime
	again '["nodiratime"]'
	mount_has /mnt nodiratime
	again '["nodiratime", "diratime"]'
	mount_lacks /mnt nodiratime
}

@test "new file system: nosymfollow and symfollow" {
	own_root
	tmpfs_add
	again '["nosymfollow"]'
	mount_has /mnt nosymfollow
	script 'ln -s /etc/passwd /mnt/link; cat /mnt/link'
	t_run
	[ "$status" != 0 ]
	says "Too many levels of symbolic links"
	config '.mounts[-1].options = ["nosymfollow", "symfollow"]'
	inside
}

@test "new file system: recursive words mean the same" {
	tmpfs_add
	again '["rnosuid", "rnodev", "rnoexec", "rnoatime", "rnodiratime", "rnosymfollow", "rro"]'
	mount_has /mnt nosuid nodev noexec noatime nodiratime nosymfollow ro
	again '["rro", "rrw", "rnosuid", "rsuid", "rnodev", "rdev", "rnoexec", "rexec", "rnosymfollow", "rsymfollow"]'
	mount_lacks /mnt nosuid nodev noexec nosymfollow ro
}

@test "bind: attributes are set, and cleared if the source has them" {
	source_directory
	host_mount "$SOURCE" -t tmpfs -o nosuid,nodev,noexec,noatime,nodiratime,nosymfollow none
	bind_add /volume "$SOURCE"
	again '["bind"]'
	mount_has /volume nosuid nodev noexec noatime nodiratime nosymfollow
	again '["bind", "suid", "dev", "exec", "atime", "diratime", "symfollow"]'
	mount_lacks /volume nosuid nodev noexec noatime nodiratime nosymfollow
	mount_has /volume relatime
	again '["bind", "strictatime"]'
	mount_lacks /volume noatime relatime
	mount_has /volume nosuid
	equal "$(findmnt -no OPTIONS "$SOURCE" | tr , '\n' | grep -cxE 'nosuid|nodev|noexec|noatime|nodiratime|nosymfollow')" 6
}

@test "bind: a read-only source stays read-only unless rw is asked for" {
	source_directory
	host_mount "$SOURCE" -t tmpfs none
	mount -o remount,bind,ro "$SOURCE"
	bind_add /volume "$SOURCE"
	again '["bind"]'
	mount_has /volume ro
	again '["bind", "rw"]'
	mount_has /volume rw
	mount -o remount,ro "$SOURCE"
	script 'echo x >/volume/x'
	t_run
	says "Read-only file system"
}

# recursive_source: at $SOURCE a tmpfs, and one below it.
recursive_source()
{
	source_directory
	host_mount "$SOURCE" -t tmpfs none
	host_mount "$SOURCE/deep" -t tmpfs "$@" none
	bind_add /volume "$SOURCE"
}

@test "bind: words without r are for the one mount" {
	recursive_source
	again '["rbind", "ro", "nosuid", "nodev", "noexec", "noatime", "nosymfollow"]'
	mount_has /volume ro nosuid nodev noexec noatime nosymfollow
	mount_lacks /volume/deep ro nosuid nodev noexec noatime nosymfollow
}

@test "bind: rro rnosuid rnodev rnoexec rnoatime rnodiratime rnosymfollow rstrictatime" {
	recursive_source
	again '["rbind", "rro", "rnosuid", "rnodev", "rnoexec", "rnoatime", "rnodiratime", "rnosymfollow"]'
	for point in /volume /volume/deep; do
		mount_has $point ro nosuid nodev noexec noatime nodiratime nosymfollow
	done
	again '["rbind", "rstrictatime"]'
	mount_lacks /volume/deep relatime noatime
	again '["rbind", "rnoatime", "ratime"]'
	mount_has /volume/deep relatime
	script 'echo x >/volume/deep/x'
	again '["rbind", "rro"]'
	script 'echo x >/volume/deep/x'
	t_run
	says "Read-only file system"
	[ ! -e "$SOURCE/deep/x" ]
}

@test "bind: rrw rsuid rdev rexec ratime rdiratime rsymfollow" {
	recursive_source -o nosuid,nodev,noexec,noatime,nodiratime,nosymfollow,ro
	again '["rbind"]'
	mount_has /volume/deep ro nosuid nodev noexec noatime nodiratime nosymfollow
	again '["rbind", "rrw", "rsuid", "rdev", "rexec", "ratime", "rdiratime", "rsymfollow"]'
	mount_lacks /volume/deep ro nosuid nodev noexec noatime nodiratime nosymfollow
	again '["rbind", "rnorelatime"]'
	mount_has /volume/deep relatime
	again '["rbind", "rnostrictatime"]'
	mount_has /volume/deep relatime
	again '["rbind", "rrelatime"]'
	mount_has /volume/deep relatime
}

@test "bind: an option for one mount and another for the tree" {
	recursive_source
	again '["rbind", "rro", "rw"]'
	mount_has /volume rw
	mount_has /volume/deep ro
	again '["rbind", "ro", "rrw"]'
	mount_has /volume ro
	mount_has /volume/deep rw
}

# --- options of a file system --------------------------------------------------------------------

@test "sync async dirsync lazytime nolazytime, with r in front as well" {
	tmpfs_add
	again '["sync", "dirsync", "lazytime"]'
	file_system_has /mnt sync dirsync lazytime
	again '["sync", "async", "dirsync", "lazytime", "nolazytime"]'
	mount_is /mnt '.super | split(",") | map(select(. == "sync" or . == "lazytime" or . == "dirsync"))' '["dirsync"]'
	again '["rsync", "rdirsync"]'
	file_system_has /mnt sync dirsync
	again '["sync", "rasync"]'
	mount_is /mnt '.super | split(",") | any(. == "sync")' false
}

# The search for leaks of a build with sanitizers does not work in a process that is traced.
mounts_traced()
{
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -qq -f -e trace=mount -o "$WORK/trace" \
		"$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" 3>&-
}

@test "iversion mand silent and what takes them back are no options of the file system" {
	local word

	command -v strace >/dev/null || skip_or_fail "needs strace: the kernel shows these flags nowhere"
	tmpfs_add
	args /bin/true
	config '.mounts[-1].options = ["iversion", "mand", "silent"]'
	mounts_traced
	matches "$(grep '"tmpfs", 0\|"tmpfs", MS' "$WORK/trace" | tail -n 1)" 'MS_MANDLOCK.*MS_SILENT.*MS_I_VERSION'
	for word in noiversion nomand loud rmand rnomand; do
		config '.mounts[-1].options = [$w]' --arg w "$word"
		inside
	done
	config '.mounts[-1].options = ["iversion", "noiversion", "mand", "nomand", "silent", "loud"]'
	mounts_traced
	matches "$(grep '"tmpfs"' "$WORK/trace" | tail -n 1)" '"tmpfs", 0, '
}

@test "options of a file system on a bind are told to have no effect" {
	promise
	source_directory
	bind_add /volume "$SOURCE" '["bind", "sync", "size=4k"]'
	args /bin/true
	t --log-level warning run --bundle "$BUNDLE" "$ID"
	ok
	says 'of the mount on \"/volume\" that concern a whole file system are ignored' \
		'the options \"size=4k\" of the mount on \"/volume\" are ignored'
	config '.mounts[-1].options = ["bind", "silent", "z", "Z", "defaults", ""]'
	t --log-level warning run --bundle "$BUNDLE" "$ID"
	ok
	silent
}

# --- propagation ---------------------------------------------------------------------------------

# spread OPTIONS: the same mount with other options; then `tags` can be asked.
spread()
{
	config '.mounts[-1].options = $o' --argjson o "$1"
	script 'cat /proc/self/mountinfo'
	inside
}

# tags POINT WANT: the tags of propagation that the mount has, without their numbers.
tags()
{
	equal "$(awk -v p="$1" '$5 == p { s = ""; for (i = 7; $i != "-"; i++) { sub(/:.*/, "", $i); s = s " " $i } } END { print substr(s, 2) }' \
		"$WORK/stdout")" "$2"
}

@test "propagation of a bind, from a source that is shared on the host" {
	source_directory
	host_mount "$SOURCE" -t tmpfs none
	host_mount "$SOURCE/deep" -t tmpfs none
	mount --make-rshared "$SOURCE"
	bind_add /volume "$SOURCE"
	spread '["rbind"]'
	tags /volume 'master'
	spread '["rbind", "private"]'
	tags /volume ''
	tags /volume/deep 'master'
	spread '["rbind", "rprivate"]'
	tags /volume/deep ''
	spread '["rbind", "rslave"]'
	tags /volume 'master'
	tags /volume/deep 'master'
	spread '["rbind", "runbindable"]'
	tags /volume 'unbindable'
	tags /volume/deep 'unbindable'
	spread '["rbind", "rshared"]'
	tags /volume 'shared master'
	tags /volume/deep 'shared master'
}

@test "propagation words are taken in their order" {
	source_directory
	host_mount "$SOURCE" -t tmpfs none
	mount --make-shared "$SOURCE"
	bind_add /volume "$SOURCE"
	spread '["bind", "private", "shared"]'
	tags /volume 'shared'
	spread '["bind", "shared", "private"]'
	tags /volume ''
	spread '["bind", "slave", "shared"]'
	tags /volume 'shared master'
	spread '["bind", "private", "shared", "slave", "unbindable"]'
	tags /volume 'unbindable'
	config '.mounts[-1].options = ["bind", "private", "shared", "slave", "unbindable", "private", "rprivate"]'
	promise
	refused /mounts/7/options "at most 4 kinds of propagation"
}

@test "propagation of a new file system" {
	tmpfs_add
	spread '["shared"]'
	tags /mnt 'shared'
	spread '["unbindable"]'
	tags /mnt 'unbindable'
	spread '[]'
	tags /mnt ''
}

@test "a mount that has only propagation changes the one that is there" {
	tmpfs_add
	mount_add '{destination: "/mnt", type: "none", options: ["shared"]}'
	script 'cat /proc/self/mountinfo'
	inside
	tags /mnt 'shared'
}

@test "what the host mounts on a slave shows inside, and not the other way round" {
	source_directory
	host_mount "$SOURCE" -t tmpfs none
	mkdir "$SOURCE/late" "$SOURCE/back"
	mount --make-rshared "$SOURCE"
	bind_add /volume "$SOURCE" '["rbind", "rslave"]'
	all_capabilities
	script 'mount -t tmpfs none /volume/back; until [ -e /volume/late/file ]; do sleep 0.05; done; cat /volume/late/file'
	background
	host_mount "$SOURCE/late" -t tmpfs none
	echo late >"$SOURCE/late/file"
	wait_for has_status "$ID" stopped
	equal "$(cat "$WORK/stdout")" late
	equal "$(findmnt -rno TARGET -R "$SOURCE" | wc -l)" 2
}

# --- remount -------------------------------------------------------------------------------------

@test "remount changes the attributes of what is there" {
	tmpfs_add
	mount_add '{destination: "/mnt", type: "none", options: ["remount", "ro", "nosuid"]}'
	report
	mount_has /mnt ro nosuid
	config '.mounts[-1] |= {destination: "/", options: ["remount", "nodev"]}'
	report
	mount_has / nodev ro
	config '.mounts[-1] |= {destination: "/mnt", options: ["bind", "remount", "noexec"]}'
	report
	mount_has /mnt noexec
}

@test "remount of nothing, and of options that it cannot change" {
	promise
	mount_add '{destination: "/nosuch", type: "none", options: ["remount", "ro"]}'
	refused /mounts/7 "no such file or directory"
	config '.mounts[-1] |= {destination: "/dev/shm", options: ["remount", "size=1m"]}'
	refused /mounts/7 "a remount cannot change options of the file system: size=1m"
	config '.mounts[-1] |= {destination: "/data", options: ["remount", "ro"]}'
	refused /mounts/7 'cannot change the mount on "/data"'
}

@test "many words at once" {
	tmpfs_add '["nosuid", "nodev", "noexec", "relatime", "ro", "rprivate", "size=1m", "mode=0700", "nr_inodes=100"]'
	report
	mount_has /mnt nosuid nodev noexec relatime ro
	file_system_has /mnt size=1024k mode=700 nr_inodes=100
}
