#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad words on the command line, and state directories that are not as they should be.

load helpers
load errors

# --- the command line ----------------------------------------------------------------------------

# Only for tare: another runtime's delete --force follows an absolute id to the host's directory of that
# name and removes it. For a tare that is broken the ids lead nowhere but below $WORK.
@test "bad ids" {
	is_tare || skip "not safe on other runtimes"
	local id operation root=$WORK/ids/a/state
	mkdir -p "$root" "$WORK/ids/victim"
	touch "$WORK/ids/victim/file" "$WORK/ids/a/file"
	for id in "" . .. -x .x a/b ../../victim "$WORK/ids/victim" "a b" $'a\nb' $'a\xff' a:b 'a*' \
		"$(printf 'x%.0s' {1..256})"; do
		for operation in "create --bundle $BUNDLE" state start kill delete "delete --force"; do
			# shellcheck disable=SC2086
			t --root "$root" $operation -- "$id"
			exits 1
			matches "$stderr" "container id cannot be empty|invalid container ID format"
		done
	done
	[ -e "$WORK/ids/victim/file" ] && [ -e "$WORK/ids/a/file" ]
	equal "$(find "$root" -mindepth 1)" ""
}

@test "ids as long as can be" {
	promise
	args /bin/true
	t create --bundle "$BUNDLE" "$ID$(printf -- '-x%.0s' {1..100})"
	ok
	must delete "$ID$(printf -- '-x%.0s' {1..100})"
	nothing_left_of "$ID"
}

@test "a duplicate id changes nothing" {
	args /bin/sleep 1000
	t_create
	ok
	find "$STATE/$ID" -printf '%f %s %T@\n' >"$WORK/before"
	config '.hostname = "other"'
	t_create
	exits 1
	says "already exists"
	t_run
	exits 1
	says "already exists"
	find "$STATE/$ID" -printf '%f %s %T@\n' | diff "$WORK/before" -
	has_status "$ID" created
}

@test "a directory that no runtime made is not overwritten" {
	mkdir "$STATE/$ID"
	echo kept >"$STATE/$ID/file"
	t_create
	exits 1
	says "already exists"
	equal "$(cat "$STATE/$ID/file")" kept
	rm -r "${STATE:?}/$ID"
}

@test "an unknown signal" {
	args /bin/sleep 1000
	background
	t kill "$ID" NOSUCH
	exits 1
	says NOSUCH
	has_status "$ID" running
}

@test "terminals that nobody would read" {
	config '.process.terminal = true'
	t_create
	exits 1
	says "cannot allocate tty if runc will detach without setting console socket"
	t run --detach --bundle "$BUNDLE" "$ID"
	exits 1
	config '.process.terminal = false'
	t create --console-socket "$WORK/socket" --bundle "$BUNDLE" "$ID"
	exits 1
	says "cannot use console socket"
	nothing_left_of "$ID"
}

@test "descriptors to preserve that are not open" {
	promise
	args /bin/true
	t run --preserve-fds 5 --bundle "$BUNDLE" "$ID"
	exits 1
	t run --preserve-fds x --bundle "$BUNDLE" "$ID"
	[ "$status" != 0 ]
	nothing_left_of "$ID"
}

# --- the state directory -------------------------------------------------------------------------

@test "the root directory is no state root" {
	promise
	local root
	for root in / //; do
		t --root "$root" list
		exits 1
		says "cannot be the directory of container state"
	done
}

@test "a state root that cannot be made or used" {
	promise
	local root operation
	args /bin/true
	for root in /proc/nosuch "$BUNDLE/config.json" "$BUNDLE/config.json/below" /sys/nosuch; do
		t --root "$root" create --bundle "$BUNDLE" "$ID"
		exits 1
		says "$root"
		nothing_left_of "$ID"
	done
	for operation in state start kill delete; do
		t --root "$BUNDLE/config.json" "$operation" "$ID"
		exits 1
		says "does not exist"
	done
	t --root "$BUNDLE/config.json" list
	exits 1
	says "cannot read state root \"$BUNDLE/config.json\""
}

@test "a state root on a read-only file system" {
	local root=$BATS_FILE_TMPDIR/readonly-$MARK
	args /bin/true
	mkdir "$root"
	mount -t tmpfs -o ro none "$root"
	t --root "$root" run --bundle "$BUNDLE" "$ID"
	umount "$root"
	exits 1
	says "read-only file system"
	nothing_left_of "$ID"
}

@test "a state directory of others is not trusted" {
	promise
	args /bin/sleep 1000
	background
	chmod 777 "$STATE/$ID"
	t state "$ID"
	exits 1
	says "$STATE/$ID" "others may write it"
	t delete --force "$ID"
	exits 1
	chmod 700 "$STATE/$ID"
	chown 1000 "$STATE/$ID"
	t kill "$ID" KILL
	exits 1
	chown 0 "$STATE/$ID"
	has_status "$ID" running
}

# The larger the file system, the later it is full: at each point nothing may be left.
@test "a state root on a full file system" {
	promise
	local root=$BATS_FILE_TMPDIR/full-$MARK size id failed=0
	args /bin/sleep 1000
	mkdir "$root"
	for size in size=4k size=8k size=16k nr_inodes=2 nr_inodes=3 nr_inodes=4 nr_inodes=5; do
		mount -t tmpfs -o "$size" none "$root"
		for id in 1 2 3; do
			t --root "$root" create --bundle "$BUNDLE" "$ID-$id"
			[ "$status" != 0 ] || continue
			failed=$((failed + 1))
			exits 1
			says "no space left on device"
			[ ! -e "$root/$ID-$id" ]
		done
		for id in 1 2 3; do
			must --root "$root" delete --force "$ID-$id"
		done
		nothing_left_of "$ID"
		equal "$(find "$root" -mindepth 1)" ""
		umount "$root"
	done
	[ "$failed" -gt 7 ]
}

@test "delete works when the file system has become full" {
	promise
	local root=$BATS_FILE_TMPDIR/full-$MARK
	args /bin/sleep 1000
	mkdir -p "$root"
	mount -t tmpfs -o size=64k none "$root"
	t --root "$root" run --detach --bundle "$BUNDLE" "$ID"
	ok
	head -c 65536 /dev/zero >"$root/fill" 2>/dev/null || true
	must --root "$root" state "$ID"
	must --root "$root" delete --force "$ID"
	umount "$root"
	nothing_left_of "$ID"
}

# --- a damaged record ----------------------------------------------------------------------------

# damaged COMMAND: a running container whose record the command has damaged: everything fails and
# names the file, but delete --force, which leaves nothing.
damaged()
{
	local pid operation

	background
	pid=$(pid_of "$ID")
	(cd "$STATE/$ID" && eval "$1")
	for operation in "state $ID" "start $ID" "kill $ID KILL" "delete $ID"; do
		# shellcheck disable=SC2086
		t $operation
		exits 1
		says "$STATE/$ID/journal" "damaged"
	done
	must list --quiet
	alive "$pid"
	must delete --force "$ID"
	dead "$pid"
	nothing_left_of "$ID"
}

@test "a damaged record is an error that names it, and delete --force cleans up" {
	promise
	local damage
	args /bin/sleep 1000
	for damage in ': >journal' 'truncate -s 40 journal' 'truncate -s 700 journal; echo >>journal' \
		'sed -i "s/ created / creased /" journal' 'head -c 4096 /dev/urandom >journal' \
		'rm journal' 'sed -i 1d journal' 'echo text >>journal' \
		'sed -i "/ init /d; /ready/d" journal'; do
		echo "damage: $damage"
		damaged "$damage"
	done
}

@test "a damaged record of a container that waits for start" {
	promise
	local pid
	args /bin/sleep 1000
	t_create
	ok
	pid=$(pid_of "$ID")
	head -c 100 /dev/urandom >"$STATE/$ID/journal"
	must delete --force "$ID"
	dead "$pid"
	nothing_left_of "$ID"
}

@test "when nothing tells about the process, delete --force does not claim success" {
	promise
	local pid
	args /bin/sleep 1000
	background
	pid=$(pid_of "$ID")
	cp -a "$STATE/$ID" "$WORK/saved"
	echo text >"$STATE/$ID/journal"
	ln -sfn nonsense "$STATE/$ID/init"
	t delete --force "$ID"
	exits 1
	says "$STATE/$ID" journal init damaged
	alive "$pid"
	cp -a "$WORK/saved/." "$STATE/$ID"
	must delete --force "$ID"
	dead "$pid"
}

@test "a record that cannot be read" {
	promise
	local pid
	args /bin/sleep 1000
	background
	pid=$(pid_of "$ID")
	mv "$STATE/$ID/journal" "$WORK/journal"
	mkdir "$STATE/$ID/journal"
	t state "$ID"
	exits 1
	says "cannot read \"$STATE/$ID/journal\""
	t delete --force "$ID"
	exits 1
	says "$STATE/$ID/journal"
	alive "$pid"
	rmdir "$STATE/$ID/journal"
	mv "$WORK/journal" "$STATE/$ID/journal"
	must delete --force "$ID"
	dead "$pid"
}

# A line of a record with its checksum, which is FNV-1a.
record_line()
{
	local sum=2166136261 i

	for ((i = 0; i < ${#1}; i++)); do
		sum=$(((sum ^ $(printf '%d' "'${1:i:1}")) * 16777619 & 0xffffffff))
	done
	printf '%08x %s\n' "$sum" "$1"
}

@test "a record of another version is not guessed at" {
	promise
	args /bin/sleep 1000
	background
	sed -i "1s/.*/$(record_line "tare-journal 9 $(cat /proc/sys/kernel/random/boot_id)")/" \
		"$STATE/$ID/journal"
	t state "$ID"
	exits 1
	says "$STATE/$ID/journal" "another version"
	must delete --force "$ID"
	nothing_left_of "$ID"
}

@test "a record from before the machine was started kills nobody" {
	promise
	local pid
	args /bin/sleep 1000
	background
	pid=$(pid_of "$ID")
	sed -i "1s/.*/$(record_line "tare-journal 1 00000000-1111-2222-3333-444444444444")/" \
		"$STATE/$ID/journal"
	cp -a "$STATE/$ID/journal" "$WORK/journal"
	has_status "$ID" stopped
	t kill "$ID" KILL
	exits 1
	says "container not running"
	alive "$pid"
	must delete --force "$ID"
	[ ! -e "$STATE/$ID" ]
	alive "$pid"
	# As the next container of this id would be in the way of the one that is there.
	t_create
	exits 1
	says "container's cgroup is not empty"
	mkdir "$STATE/$ID"
	cp "$WORK/journal" "$STATE/$ID"
	kill -KILL "$pid"
	wait_for dead "$pid"
	must delete "$ID"
	nothing_left_of "$ID"
}

@test "a record of a process whose pid has another one now kills nobody" {
	promise
	local pid
	args /bin/sleep 1000
	background
	kill -KILL "$(pid_of "$ID")"
	wait_for has_status "$ID" stopped
	sleep 1000 3>&- &
	pid=$!
	record_line "init $pid 12345" >>"$STATE/$ID/journal"
	t kill "$ID" KILL
	exits 1
	says "container not running"
	must delete --force "$ID"
	alive "$pid"
	kill -KILL "$pid"
	nothing_left_of "$ID"
}

@test "a directory without a record is not a container's" {
	promise
	mkdir "$STATE/$ID"
	t state "$ID"
	exits 1
	says "$STATE/$ID/journal" "missing or empty"
	must delete --force "$ID"
	[ ! -e "$STATE/$ID" ]
}

@test "delete --force touches no file of a directory that is no container's" {
	promise
	mkdir "$STATE/$ID"
	touch "$STATE/$ID/start" "$STATE/$ID/result" "$STATE/$ID/other"
	t delete --force "$ID"
	exits 1
	says "$STATE/$ID"
	equal "$(find "$STATE/$ID" -type f | wc -l)" 3
	rm -r "${STATE:?}/$ID"
}
