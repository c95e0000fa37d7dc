#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Mounts: the usual ones, binds, options, hostile targets, masked and read-only paths.

load helpers

# mount_of POINT FILTER: something about a mount that the reporter has seen; the topmost counts.
mount_is()
{
	is "[.mounts[] | select(.point == \"$1\")] | last | $2" "$3"
}

# source_directory: something on the host to bind, at $SOURCE.
source_directory()
{
	SOURCE=$WORK/source
	mkdir -p "$SOURCE/deep"
	echo "from the host" >"$SOURCE/text"
}

# --- the usual ones ------------------------------------------------------------------------------

@test "the default mounts have their types and options" {
	report
	mount_is /proc .type '"proc"'
	mount_is /dev .type '"tmpfs"'
	mount_is /dev/pts .type '"devpts"'
	mount_is /dev/shm .type '"tmpfs"'
	mount_is /dev/mqueue .type '"mqueue"'
	mount_is /sys .type '"sysfs"'
	mount_is /dev '.options | split(",") | contains(["nosuid"])' true
	mount_is /dev/pts '.options | split(",") | contains(["nosuid", "noexec"])' true
	mount_is /dev/pts '.super | split(",") | contains(["mode=620", "ptmxmode=666", "gid=5"])' true
	mount_is /dev/shm '.options | split(",") | contains(["nosuid", "nodev", "noexec"])' true
	mount_is /dev/shm '.super | split(",") | contains(["size=65536k"])' true
	mount_is /sys '.options | split(",") | contains(["ro", "nosuid", "nodev", "noexec"])' true
}

@test "nothing of the host's mounts is left inside" {
	report
	is '[.mounts[] | select(.point | startswith("/proc") or startswith("/dev") or startswith("/sys") | not) | .point]' '["/"]'
}

@test "a read-only root" {
	script 'echo x >/data/new'
	t_run
	[ "$status" != 0 ]
	says "Read-only file system"
	[ ! -e "$SHARED/data/new" ]
	report
	mount_is / '.options | split(",") | contains(["ro"])' true
}

@test "a writable root" {
	own_root
	script 'echo x >/data/new'
	inside
	equal "$(cat "$ROOTFS/data/new")" x
}

@test "a root file system relative to the bundle, absolute, and with a trailing slash" {
	own_root
	args /bin/true
	inside
	config '.root.path = $p' --arg p "$ROOTFS"
	inside
	config '.root.path = "rootfs/"'
	inside
	config '.root.path = "./rootfs"'
	inside
}

@test "no mounts at all" {
	promise
	config '.mounts = [] | del(.linux.maskedPaths, .linux.readonlyPaths)'
	script 'echo alive'
	inside
	prints alive
}

# --- binds ---------------------------------------------------------------------------------------

@test "bind a directory, writable" {
	source_directory
	mount_add "{destination: \"/volume\", source: \"$SOURCE\", type: \"bind\", options: [\"rbind\", \"rw\"]}"
	script 'cat /volume/text; echo back >/volume/answer'
	inside
	prints "from the host"
	equal "$(cat "$SOURCE/answer")" back
}

@test "bind a directory, read-only" {
	source_directory
	mount_add "{destination: \"/volume\", source: \"$SOURCE\", type: \"bind\", options: [\"bind\", \"ro\"]}"
	script 'cat /volume/text; echo back >/volume/answer'
	t_run
	[ "$status" != 0 ]
	prints "from the host"
	says "Read-only file system"
	[ ! -e "$SOURCE/answer" ]
}

@test "bind a file" {
	source_directory
	mount_add "{destination: \"/data/file\", source: \"$SOURCE/text\", type: \"none\", options: [\"bind\"]}"
	script 'cat /data/file'
	inside
	prints "from the host"
}

@test "bind without a type, and with options only" {
	source_directory
	mount_add "{destination: \"/volume\", source: \"$SOURCE\", options: [\"bind\"]}"
	script 'cat /volume/text'
	inside
	prints "from the host"
}

@test "a relative source is relative to the bundle" {
	mkdir "$BUNDLE/near"
	echo near >"$BUNDLE/near/text"
	mount_add '{destination: "/volume", source: "near", type: "bind", options: ["bind"]}'
	script 'cat /volume/text'
	cd /
	inside
	prints near
}

@test "bind with nosuid, nodev, noexec, noatime" {
	source_directory
	cp "$BIN/reporter" "$SOURCE/program"
	mount_add "{destination: \"/volume\", source: \"$SOURCE\", type: \"bind\",
		options: [\"bind\", \"nosuid\", \"nodev\", \"noexec\", \"noatime\"]}"
	report
	mount_is /volume '.options | split(",") | contains(["nosuid", "nodev", "noexec", "noatime"])' true
	args /volume/program
	t_run
	exits 1
	says "permission denied"
}

@test "bind takes one file system, rbind takes what is mounted below too" {
	source_directory
	mount -t tmpfs none "$SOURCE/deep"
	echo below >"$SOURCE/deep/text"
	mount_add "{destination: \"/volume\", source: \"$SOURCE\", type: \"bind\", options: [\"bind\"]}"
	script 'ls /volume/deep'
	t_run
	cp "$WORK/stdout" "$WORK/bind"
	config '.mounts[-1].options = ["rbind"]'
	script 'cat /volume/deep/text'
	t_run
	umount "$SOURCE/deep"
	ok
	prints below
	equal "$(cat "$WORK/bind")" ""
}

@test "a mount made by the container is not seen by the host, nor the other way round" {
	source_directory
	mount_add "{destination: \"/volume\", source: \"$SOURCE\", type: \"bind\", options: [\"rbind\"]}"
	all_capabilities
	script 'mount -t tmpfs none /volume/deep && echo x >/volume/deep/hidden'
	inside
	[ ! -e "$SOURCE/deep/hidden" ]
	equal "$(grep -c "$SOURCE" /proc/self/mountinfo)" 0
}

@test "a bind source that is a symbolic link on the host is followed" {
	source_directory
	ln -s source "$WORK/link"
	mount_add "{destination: \"/volume\", source: \"$WORK/link\", type: \"bind\", options: [\"bind\"]}"
	script 'cat /volume/text'
	inside
	prints "from the host"
}

# --- targets -------------------------------------------------------------------------------------

@test "missing targets are made: directories for directories, files for files" {
	own_root
	source_directory
	mount_add "{destination: \"/made/a/b\", source: \"$SOURCE\", type: \"bind\", options: [\"bind\"]}"
	mount_add "{destination: \"/made/file\", source: \"$SOURCE/text\", type: \"bind\", options: [\"bind\"]}"
	mount_add '{destination: "/made/tmp", source: "tmpfs", type: "tmpfs"}'
	script 'cat /made/a/b/text /made/file; echo x >/made/tmp/x'
	inside
	prints "$(printf 'from the host\nfrom the host')"
	[ -d "$ROOTFS/made/a/b" ]
	[ -f "$ROOTFS/made/file" ]
	[ -d "$ROOTFS/made/tmp" ]
	equal "$(stat -c %a "$ROOTFS/made/a")" 755
}

@test "symbolic links in a target are resolved inside the root" {
	source_directory
	mount_add "{destination: \"/data/link\", source: \"$SOURCE\", type: \"bind\", options: [\"bind\"]}"
	mount_add "{destination: \"/data/climb\", source: \"$SOURCE\", type: \"bind\", options: [\"bind\"]}"
	script 'cat /data/a/text /data/b/text'
	inside
	prints "$(printf 'from the host\nfrom the host')"
}

@test "CVE-2019-18837: a link to a place of the host makes nothing there" {
	own_root
	source_directory
	mkdir "$WORK/outside"
	ln -s "$WORK/outside" "$ROOTFS/escape"
	ln -s "../../../../../../../../$WORK/outside" "$ROOTFS/climb"
	mount_add "{destination: \"/escape/a\", source: \"$SOURCE\", type: \"bind\", options: [\"bind\"]}"
	mount_add "{destination: \"/climb/b\", source: \"$SOURCE/text\", type: \"bind\", options: [\"bind\"]}"
	mount_add '{destination: "/escape/c/d", source: "tmpfs", type: "tmpfs"}'
	args /bin/true
	t_run
	equal "$(ls -A "$WORK/outside")" ""
	ok
}

@test "a target with .. in it stays inside" {
	own_root
	source_directory
	mount_add "{destination: \"/../../../../volume\", source: \"$SOURCE\", type: \"bind\", options: [\"bind\"]}"
	script 'cat /volume/text'
	inside
	prints "from the host"
	[ ! -e /volume ]
}

@test "a dangling link as a target of a file is completed inside the root" {
	own_root
	source_directory
	rm -f "$ROOTFS/etc/hostname"
	mount_add "{destination: \"/data/dangling\", source: \"$SOURCE/text\", type: \"bind\", options: [\"bind\"]}"
	script 'cat /etc/hostname'
	inside
	prints "from the host"
}

@test "later mounts cover earlier ones" {
	source_directory
	mount_add '{destination: "/mnt", source: "tmpfs", type: "tmpfs"}'
	mount_add "{destination: \"/mnt/inner\", source: \"$SOURCE\", type: \"bind\", options: [\"bind\"]}"
	mount_add '{destination: "/volume", source: "tmpfs", type: "tmpfs"}'
	mount_add "{destination: \"/volume\", source: \"$SOURCE\", type: \"bind\", options: [\"bind\"]}"
	script 'cat /mnt/inner/text /volume/text'
	inside
	prints "$(printf 'from the host\nfrom the host')"
}

@test "a hundred mounts" {
	own_root
	config '.mounts += [range(100) | {destination: "/many/\(.)", type: "tmpfs", source: "tmpfs", options: ["size=64k"]}]'
	script 'grep -c " /many/" /proc/self/mountinfo'
	inside
	prints 100
}

# --- tmpfs and other file systems ----------------------------------------------------------------

@test "tmpfs options" {
	mount_add '{destination: "/mnt", source: "tmpfs", type: "tmpfs",
		options: ["size=1m", "mode=1755", "nr_inodes=50", "gid=8", "noexec"]}'
	script 'stat -c "%u %g" /mnt; head -c 2000000 /dev/zero 2>/dev/null >/mnt/big; stat -c %s /mnt/big; stat -c %a /mnt'
	inside
	has_line "0 8"
	has_line 1048576
	promise
	has_line 1755
}

@test "a tmpfs without mode keeps the mode of what it covers" {
	own_root
	chmod 0711 "$ROOTFS/data"
	mount_add '{destination: "/data", source: "tmpfs", type: "tmpfs"}'
	mount_add '{destination: "/tmp", source: "tmpfs", type: "tmpfs"}'
	script 'stat -c %a /data /tmp'
	inside
	prints "$(printf '711\n1777')"
}

@test "a read-only tmpfs" {
	mount_add '{destination: "/mnt", source: "tmpfs", type: "tmpfs", options: ["ro"]}'
	script 'echo x >/mnt/x'
	t_run
	[ "$status" != 0 ]
	says "Read-only file system"
}

@test "options may be empty strings, and options may be missing" {
	promise
	mount_add '{destination: "/mnt", source: "tmpfs", type: "tmpfs", options: [""]}'
	mount_add '{destination: "/volume", source: "tmpfs", type: "tmpfs"}'
	args /bin/true
	inside
}

@test "an option that the file system does not know is refused" {
	mount_add '{destination: "/mnt", source: "tmpfs", type: "tmpfs", options: ["nosuchoption=1"]}'
	refused /mounts/7
}

@test "a file system that the kernel does not have is refused" {
	mount_add '{destination: "/mnt", source: "x", type: "nosuchfs"}'
	refused /mounts/7
}

@test "a source that does not exist is refused" {
	mount_add "{destination: \"/volume\", source: \"$WORK/nosuch\", type: \"bind\", options: [\"bind\"]}"
	refused /mounts/7 "no such file or directory"
}

@test "proc can be read-only" {
	config '(.mounts[] | select(.destination == "/proc")).options = ["ro", "nosuid"] | del(.linux.readonlyPaths)'
	report
	mount_is /proc '.options | split(",") | contains(["ro", "nosuid"])' true
}

# --- /proc and /sys ------------------------------------------------------------------------------

@test "CVE-2019-16884: another file system over /proc is refused" {
	config '(.mounts[] | select(.destination == "/proc")) |= {destination: "/proc", type: "tmpfs", source: "tmpfs"}'
	promise
	refused /mounts/0
}

@test "mounts below /proc are refused but for the known files" {
	source_directory
	mount_add "{destination: \"/proc/sys/kernel/hostname\", source: \"$SOURCE/text\", type: \"bind\", options: [\"bind\"]}"
	refused /mounts/7
	config '.mounts[-1].destination = "/proc/self/attr"'
	refused /mounts/7
	config '.mounts[-1].destination = "/proc/cpuinfo"'
	script 'cat /proc/cpuinfo'
	inside
	prints "from the host"
}

@test "a way around to /proc is refused" {
	promise
	own_root
	source_directory
	ln -s /proc "$ROOTFS/around"
	mount_add "{destination: \"/around/sys/kernel/hostname\", source: \"$SOURCE/text\", type: \"bind\", options: [\"bind\"]}"
	refused /mounts/7
	config '.mounts[-1].destination = "/data/../proc/self/attr"'
	refused /mounts/7
}

@test "CVE-2019-19921, CVE-2023-27561, CVE-2023-28642, CVE-2025-54867: a /proc that is a link in the image is refused" {
	own_root
	mkdir "$WORK/outside"
	rmdir "$ROOTFS/proc"
	ln -s "/data/a" "$ROOTFS/proc"
	args /bin/true
	refused /mounts/0
}

@test "CVE-2025-54867: a /sys that is a link in the image is refused" {
	own_root
	rmdir "$ROOTFS/sys"
	ln -s /data/a "$ROOTFS/sys"
	args /bin/true
	refused /mounts/5
}

@test "CVE-2026-41579, CVE-2026-47766: a /dev that is a link in the image makes no nodes on the host" {
	promise
	own_root
	mkdir "$WORK/outside"
	rmdir "$ROOTFS/dev"
	ln -s "$WORK/outside" "$ROOTFS/dev"
	config 'del(.mounts[] | select(.destination | startswith("/dev")))'
	args /bin/true
	t_run
	equal "$(ls -A "$WORK/outside")" ""
}

# --- masked and read-only paths ------------------------------------------------------------------

@test "masked paths are empty" {
	own_root
	echo secret >"$ROOTFS/data/secret"
	mkdir -p "$ROOTFS/data/folder/inner"
	config '.linux.maskedPaths += ["/data/secret", "/data/folder", "/data/nosuch", "/proc/keys"]'
	script 'cat /data/secret; ls -A /data/folder; cat /proc/keys /proc/timer_list; ls -A /sys/firmware; echo x >/data/folder/x'
	t_run
	prints ""
	says "Read-only file system"
	[ ! -e "$ROOTFS/data/folder/x" ]
}

@test "a masked path swallows what is written to it" {
	own_root
	echo secret >"$ROOTFS/data/secret"
	config '.linux.maskedPaths += ["/data/secret"]'
	script 'echo changed >/data/secret'
	t_run
	equal "$(cat "$ROOTFS/data/secret")" secret
}

@test "masked paths that are links are resolved inside" {
	own_root
	echo secret >"$ROOTFS/data/secret"
	ln -s /data/secret "$ROOTFS/data/way"
	config '.linux.maskedPaths += ["/data/way"]'
	script 'cat /data/secret'
	inside
	prints ""
}

@test "CVE-2025-31133, CVE-2025-62161: an image's own /dev/null is not what masks" {
	promise
	own_root
	echo secret >"$ROOTFS/data/secret"
	config 'del(.mounts[] | select(.destination | startswith("/dev"))) | .linux.maskedPaths = ["/data/secret"]'
	# Where /dev is a bind nobody makes devices in it.
	mkdir "$WORK/dev"
	echo fake >"$WORK/dev/null"
	mount_add "{destination: \"/dev\", source: \"$WORK/dev\", type: \"bind\", options: [\"bind\"]}"
	script 'cat /data/secret; stat -c %F:%t:%T /data/secret'
	inside
	prints "character special file:1:3"
}

@test "read-only paths cannot be written" {
	own_root
	config '.linux.readonlyPaths += ["/data/a", "/data/other", "/data/nosuch"]'
	script 'cat /data/a/text; echo x >/data/a/x; echo x >/data/other; echo x >/data/fine; echo 1 >/proc/sys/kernel/domainname; cat /proc/sys/kernel/domainname'
	t_run
	has_line shared
	equal "$(grep -c 'Read-only file system' <<<"$stderr")" 3
	[ -e "$ROOTFS/data/fine" ]
	[ ! -e "$ROOTFS/data/a/x" ]
}

@test "a read-only path keeps the flags of its mount" {
	config '(.mounts[] | select(.destination == "/proc")).options = ["nosuid", "noexec", "nodev"]'
	report
	mount_is /proc/sys '.options | split(",") | contains(["ro", "nosuid", "noexec", "nodev"])' true
}
