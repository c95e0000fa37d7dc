#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# tmpcopyup: a tmpfs that begins with what it covers.

load helpers
load mounts

# covered: a directory of the root with one of everything.
covered()
{
	own_root
	FROM=$ROOTFS/data/covered
	mkdir -p "$FROM/folder/inner" "$FROM/empty"
	echo text >"$FROM/file"
	echo deep >"$FROM/folder/inner/file"
	head -c 300000 /dev/urandom >"$FROM/large"
	ln -s /etc/passwd "$FROM/link"
	ln -s nowhere "$FROM/dangling"
	mkfifo "$FROM/fifo"
	chown 5:6 "$FROM/file"
	chmod 4751 "$FROM/file"
	chown 7:8 "$FROM/folder"
	chmod 2770 "$FROM/folder"
	chown -h 9:10 "$FROM/link"
	all_capabilities
	mount_add '{destination: "/data/covered", source: "tmpfs", type: "tmpfs", options: ["tmpcopyup"]}'
}

@test "everything that is covered is there again, with its mode and owner" {
	covered
	chmod 1750 "$FROM"
	chown 3:4 "$FROM"
	script 'cd /data/covered && stat -f -c %T . && find . | sort | while read -r f; do stat -c "%n %F %a %u:%g" "$f"; done; cat file folder/inner/file; readlink link; readlink dangling'
	inside
	prints 'tmpfs
. directory 1750 3:4
./dangling symbolic link 777 0:0
./empty directory 755 0:0
./fifo fifo 644 0:0
./file regular file 4751 5:6
./folder directory 2770 7:8
./folder/inner directory 755 0:0
./folder/inner/file regular file 644 0:0
./large regular file 644 0:0
./link symbolic link 777 9:10
text
deep
/etc/passwd
nowhere'
}

@test "what is written to the copy is not written to the root" {
	covered
	script 'echo changed >/data/covered/file; rm -r /data/covered/folder; sha256sum </data/covered/large'
	inside
	equal "$stdout" "$(sha256sum <"$FROM/large")"
	equal "$(cat "$FROM/file")" text
	[ -e "$FROM/folder/inner/file" ]
}

# attribute FILE NAME [VALUE]: reads or sets an extended attribute.
attribute()
{
	python3 -c 'import os, sys
if len(sys.argv) > 3: os.setxattr(sys.argv[1], sys.argv[2], sys.argv[3].encode())
else: print(os.getxattr(sys.argv[1], sys.argv[2]).hex())' "$@"
}

@test "capabilities and attributes of files are kept" {
	covered
	command -v python3 >/dev/null || skip_or_fail "needs python3 to write extended attributes"
	cp "$BIN/reporter" "$FROM/program"
	setcap cap_kill+ep "$FROM/program"
	attribute "$FROM/folder" user.tare word || skip_or_fail "needs a file system with attributes of users"
	args /bin/sleep 600
	background
	local root
	root=/proc/$(pid_of "$ID")/root/data/covered
	matches "$(getcap "$root/program")" 'cap_kill.?ep'
	equal "$(attribute "$root/folder" user.tare)" "$(printf word | od -An -tx1 | tr -d ' ')"
}

@test "options of the tmpfs stand beside it, and win" {
	covered
	config '.mounts[-1].options = ["tmpcopyup", "ro", "mode=711", "uid=20", "gid=21", "size=2m", "nosuid"]'
	script 'stat -c "%a %u:%g" /data/covered; cat /data/covered/file; echo x >/data/covered/x'
	t_run
	prints "$(printf '711 20:21\ntext')"
	says "Read-only file system"
}

@test "a tmpfs that is too small for the copy" {
	covered
	config '.mounts[-1].options = ["tmpcopyup", "size=100k"]'
	refused /mounts/7 'cannot copy "large" into the tmpfs' 'no space left on device'
}

@test "a target that is missing, or empty" {
	covered
	config '.mounts[-1].destination = "/data/covered/empty"'
	script 'ls -A /data/covered/empty; echo x >/data/covered/empty/x'
	inside
	prints ""
	config '.mounts[-1].destination = "/data/made"'
	script 'ls -A /data/made; stat -f -c %T /data/made'
	inside
	prints tmpfs
}

@test "without tmpcopyup nothing is copied" {
	covered
	config '.mounts[-1].options = []'
	script 'ls -A /data/covered'
	inside
	prints ""
}

@test "what earlier mounts show is copied, what is mounted below is not" {
	covered
	source_directory
	mkdir "$SOURCE/mountpoint"
	echo below >"$SOURCE/deep/file"
	config 'del(.mounts[-1])'
	bind_add /volume "$SOURCE"
	mount_add '{destination: "/volume/mountpoint", source: "tmpfs", type: "tmpfs"}'
	mount_add '{destination: "/volume", source: "tmpfs", type: "tmpfs", options: ["tmpcopyup"]}'
	script 'cat /volume/text /volume/deep/file; ls -A /volume; echo x >/volume/text'
	inside
	prints "$(printf 'from the host\nbelow\ndeep\ntext')"
	equal "$(cat "$SOURCE/text")" "from the host"
}

@test "a target that is a link into the root" {
	covered
	ln -s /data/covered "$ROOTFS/way"
	config '.mounts[-1].destination = "/way"'
	script 'cat /data/covered/file'
	inside
	prints text
}

@test "in a user namespace: owners of the container, and what is nobody's there" {
	covered
	user_namespace 100000
	chown -R 100005:100006 "$FROM"
	chown 42:42 "$FROM/file"
	chmod 644 "$FROM/file"
	script 'cd /data/covered && stat -c "%n %u:%g" folder file large link; cat file'
	inside
	prints 'folder 5:6
file 65534:65534
large 5:6
link 5:6
text'
	chmod 600 "$FROM/file"
	refused /mounts/7 'cannot copy "file" into the tmpfs' 'permission denied'
}

@test "links are copied, never followed, and devices are not opened" {
	covered
	echo secret >"$WORK/secret"
	chmod 600 "$WORK/secret"
	ln -s "$WORK/secret" "$FROM/escape"
	ln -s "../../../../../../../$WORK" "$FROM/climb"
	ln -s /proc/self/root/etc "$FROM/magic"
	mknod "$FROM/tty" c 5 0
	mknod "$FROM/console" c 5 1
	script 'cd /data/covered; cat escape climb/secret 2>&1; readlink magic; stat -c "%F %t:%T" tty console'
	t_run
	[[ $stdout != *secret$'\n'* || $stdout == *"can't open"* ]]
	has_line "/proc/self/root/etc"
	has_line "character special file 5:0"
	has_line "character special file 5:1"
}

@test "a tree without end" {
	covered
	local i dir=$FROM

	for ((i = 0; i < 120; i++)); do
		dir=$dir/d
		mkdir "$dir"
	done
	refused /mounts/7 'cannot copy "d" into the tmpfs' 'file name too long'
}

@test "a directory that changes while it is copied leads nowhere" {
	covered
	mkdir "$WORK/host"
	echo secret >"$WORK/host/file"
	# A name that is a directory now and a link to the host then.
	mkdir "$ROOTFS/spare"
	ln -s "$WORK/host" "$ROOTFS/spare/link"
	mkdir "$ROOTFS/spare/real" "$FROM/swap"
	(
		while :; do
			mv -T "$FROM/swap" "$ROOTFS/spare/dir" 2>/dev/null
			cp -P "$ROOTFS/spare/link" "$FROM/swap" 2>/dev/null
			rm -f "$FROM/swap"
			mv -T "$ROOTFS/spare/dir" "$FROM/swap" 2>/dev/null
		done
	) 3>&- &
	local i swapper=$!
	script 'cat /data/covered/swap/file 2>/dev/null; [ -L /data/covered/swap ] || ls -A /data/covered/swap 2>/dev/null'
	for ((i = 0; i < 10; i++)); do
		t_run
		[[ $stdout != *secret* && $stdout != *file* ]] || break
	done
	kill -KILL $swapper
	wait $swapper 2>/dev/null || true
	equal $i 10
}

@test "tmpcopyup is for a tmpfs" {
	promise
	source_directory
	bind_add /volume "$SOURCE" '["bind", "tmpcopyup"]'
	refused /mounts/7/options "tmpcopyup is an option of a tmpfs"
	config '.mounts[-1] |= {destination: "/mnt", type: "ramfs", source: "none", options: ["tmpcopyup"]}'
	refused /mounts/7/options "tmpcopyup is an option of a tmpfs"
}
