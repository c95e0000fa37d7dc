#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# /dev: the default devices and links, linux.devices.

load helpers

@test "the default devices" {
	script 'cd /dev; stat -c "%n %F %t:%T %a %u:%g" null zero full random urandom tty'
	inside
	has_line "null character special file 1:3 666 0:0"
	has_line "zero character special file 1:5 666 0:0"
	has_line "full character special file 1:7 666 0:0"
	has_line "random character special file 1:8 666 0:0"
	has_line "urandom character special file 1:9 666 0:0"
	has_line "tty character special file 5:0 666 0:0"
}

@test "the default links" {
	script 'cd /dev; for i in fd stdin stdout stderr ptmx; do echo "$i $(readlink $i)"; done'
	inside
	prints "$(printf 'fd /proc/self/fd\nstdin /proc/self/fd/0\nstdout /proc/self/fd/1\nstderr /proc/self/fd/2\nptmx pts/ptmx')"
}

@test "nothing else is in /dev" {
	script 'ls /dev | grep -v -x core | tr "\n" " "'
	inside
	prints "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero "
}

@test "the devices work" {
	script 'echo x >/dev/null && head -c 3 /dev/zero | wc -c && head -c 3 /dev/urandom | wc -c; echo x >/dev/full'
	t_run
	prints "$(printf '3\n3')"
	says "No space left on device"
}

@test "the umask of the caller does not matter" {
	umask 0077
	script 'stat -c %a /dev/null'
	inside
	prints 666
}

@test "devices of the configuration" {
	config '.linux.devices = [
		{path: "/dev/mine", type: "c", major: 1, minor: 3, fileMode: 384, uid: 7, gid: 8},
		{path: "/dev/deep/er/block", type: "b", major: 7, minor: 0, fileMode: 432},
		{path: "/dev/plain", type: "u", major: 1, minor: 5},
		{path: "/dev/pipe", type: "p", fileMode: 420}]'
	script 'stat -c "%n %F %t:%T %a %u:%g" /dev/mine /dev/deep/er/block /dev/plain /dev/pipe'
	inside
	has_line "/dev/mine character special file 1:3 600 7:8"
	has_line "/dev/deep/er/block block special file 7:0 660 0:0"
	has_line "/dev/plain character special file 1:5 666 0:0"
	has_line "/dev/pipe fifo 0:0 644 0:0"
}

@test "a device may stand outside of /dev" {
	own_root
	config '.linux.devices = [{path: "/data/mine", type: "c", major: 1, minor: 3}]'
	script 'stat -c "%F %t:%T" /data/mine'
	inside
	prints "character special file 1:3"
}

@test "bits of the file type in fileMode are no harm" {
	config '.linux.devices = [{path: "/dev/mine", type: "c", major: 1, minor: 3, fileMode: 8576}]'
	script 'stat -c %a /dev/mine'
	inside
	prints 600
}

@test "the configuration's device wins over the default one" {
	config '.linux.devices = [{path: "/dev/zero", type: "c", major: 1, minor: 3, fileMode: 384}]'
	script 'stat -c "%t:%T %a" /dev/zero'
	inside
	prints "1:3 600"
}

@test "CVE-2026-47766: a device through a link in the image is made inside" {
	own_root
	mkdir "$WORK/outside"
	ln -s "$WORK/outside" "$ROOTFS/escape"
	config '.linux.devices = [{path: "/escape/mine", type: "c", major: 1, minor: 3}]'
	args /bin/true
	t_run
	equal "$(ls -A "$WORK/outside")" ""
}

@test "a /dev that is bound from the host gets no devices" {
	mkdir "$WORK/dev"
	mknod "$WORK/dev/null" c 1 3
	config 'del(.mounts[] | select(.destination | startswith("/dev")))'
	mount_add "{destination: \"/dev\", source: \"$WORK/dev\", type: \"bind\", options: [\"bind\"]}"
	script 'ls /dev'
	inside
	[ ! -e "$WORK/dev/zero" ]
}

@test "devices in a user namespace are the host's own" {
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
		.linux.gidMappings = .linux.uidMappings'
	script 'stat -c "%n %t:%T" /dev/null /dev/tty; echo x >/dev/null && head -c 2 /dev/zero | wc -c'
	inside
	has_line "/dev/null 1:3"
	has_line "/dev/tty 5:0"
	has_line 2
}

@test "without CAP_MKNOD no device can be made" {
	mount_add '{destination: "/mnt", source: "tmpfs", type: "tmpfs"}'
	args /bin/reporter mknod /mnt/null
	t_run
	exits 1
	prints EPERM
}

@test "devpts is the container's own" {
	script 'ls /dev/pts'
	inside
	prints ptmx
}

@test "a device that says nothing sensible is refused" {
	config '.linux.devices = [{path: "/dev/mine", type: "x", major: 1, minor: 3}]'
	refused /linux/devices/0
	promise
	config '.linux.devices = [{path: "/dev/mine", type: "c", minor: 3}]'
	refused /linux/devices/0
}
