#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2016,SC2154
# Names below the root that are exchanged while a container is made, as another container with the same volume or root can
# do it. A round may fail; it may not be misled. TARE_TEST_ROUNDS is their number.

load helpers

ROUNDS=${TARE_TEST_ROUNDS:-15}

# swap PATH PATH: they are exchanged until the test ends.
swap()
{
	promise
	make_helper swapper
	"$BIN/swapper" "$1" "$2" 3>&- &
	SWAPPER=$!
}

# swapped: that has been so all the time; no name is exchanged any more.
swapped()
{
	kill -KILL "$SWAPPER"
	nothing_left_of "$ID"
}

# rounds COMMAND...: creates a container, has the command look at it if there is one, and deletes it.
rounds()
{
	local i created=0

	for ((i = 0; i < ROUNDS; i++)); do
		t_create
		if [ "$status" = 0 ]; then
			created=$((created + 1))
			points_of "$(pid_of "$ID")"
			"$@"
		fi
		t delete --force "$ID"
	done
	swapped
	[ $created -gt 0 ] || show
}

# points_of PID: where the container has mounts, in $POINTS.
points_of()
{
	POINTS=$(cut -d' ' -f5 "/proc/$1/mountinfo")
}

# no_mount REGEX: on any such place.
no_mount()
{
	! grep -E "$1" <<<"$POINTS" >&2 || return 1
}

# outside_empty: nothing has been made where the links lead to.
outside_empty()
{
	equal "$(ls -A "$WORK/outside")" ""
}

@test "CVE-2021-30465, CVE-2024-45310: targets are exchanged for links while they are mounted on" {
	mkdir -p "$WORK/volume/sub" "$WORK/outside"
	ln -s "$WORK/outside" "$WORK/volume/evil"
	echo file >"$WORK/file"
	mount_add "{destination: \"/volume\", source: \"$WORK/volume\", type: \"bind\", options: [\"rbind\"]}"
	mount_add '{destination: "/volume/sub/a/b", source: "tmpfs", type: "tmpfs"}'
	mount_add "{destination: \"/volume/sub/c\", source: \"$WORK/file\", type: \"bind\", options: [\"bind\"]}"
	config '.linux.devices = [{path: "/volume/sub/d/e", type: "c", major: 1, minor: 3}]
		| .linux.maskedPaths += ["/volume/sub/f"]'
	args /bin/true
	swap "$WORK/volume/sub" "$WORK/volume/evil"
	# Where both lead out there is nothing to mount on: it is enough that nothing is made.
	for ((i = 0; i < ROUNDS; i++)); do
		t_run
	done
	swapped
	outside_empty
}

@test "CVE-2019-19921, CVE-2023-27561, CVE-2023-28642, CVE-2025-54867: /proc is exchanged for a link" {
	own_root
	args /bin/true
	ln -s /data/a "$ROOTFS/link"
	swap "$ROOTFS/proc" "$ROOTFS/link"
	rounds no_mount '^/data/a'
}

@test "CVE-2025-54867: /sys is exchanged for a link" {
	own_root
	args /bin/true
	ln -s /data/a "$ROOTFS/link"
	swap "$ROOTFS/sys" "$ROOTFS/link"
	rounds no_mount '^/data/a(/firmware)?$'
}

# What covers the kernel's files is where they are, whatever the name shows by now.
covered()
{
	equal "$(grep -cE "^/($1|other)/" <<<"$POINTS")" "$COVERED"
}

# shown NAME: the name is exchanged for another directory, and nothing below it stays uncovered.
shown()
{
	own_root
	mkdir "$ROOTFS/other"
	args /bin/true
	must create --bundle "$BUNDLE" "$ID"
	points_of "$(pid_of "$ID")"
	must delete --force "$ID"
	COVERED=$(grep -cE "^/$1/" <<<"$POINTS")
	[ "$COVERED" -gt 0 ]
	swap "$ROOTFS/$1" "$ROOTFS/other"
	rounds covered "$1"
}

@test "masked and read-only paths are covered although /proc is another directory meanwhile" {
	shown proc
}

@test "masked and read-only paths are covered although /sys is another directory meanwhile" {
	config '.linux.readonlyPaths += ["/sys/class", "/sys/kernel"]'
	shown sys
}

@test "CVE-2026-41579, CVE-2026-47766: /dev is exchanged for a link while nodes and links are made in it" {
	own_root
	mkdir "$WORK/outside"
	ln -s "$WORK/outside" "$ROOTFS/link"
	config 'del(.mounts[] | select(.destination | startswith("/dev"))) | .root.readonly = false'
	args /bin/true
	swap "$ROOTFS/dev" "$ROOTFS/link"
	for ((i = 0; i < ROUNDS; i++)); do
		t_run
	done
	swapped
	outside_empty
}

masks_are_devices()
{
	equal "$(stat -c %F:%t:%T "/proc/$(pid_of "$ID")/root/data/secret")" "character special file:1:3"
}

@test "CVE-2025-31133, CVE-2025-62161: /dev/null of the image is exchanged for a file" {
	own_root
	echo secret >"$ROOTFS/data/secret"
	mkdir "$WORK/dev"
	mknod "$WORK/dev/null" c 1 3
	echo fake >"$WORK/dev/fake"
	config 'del(.mounts[] | select(.destination | startswith("/dev"))) | .linux.maskedPaths = ["/data/secret"]'
	mount_add "{destination: \"/dev\", source: \"$WORK/dev\", type: \"bind\", options: [\"bind\"]}"
	args /bin/true
	swap "$WORK/dev/null" "$WORK/dev/fake"
	rounds masks_are_devices
}

@test "CVE-2025-52565: /dev/console is exchanged for a link" {
	own_root
	config 'del(.mounts[] | select(.destination == "/dev")) | .process.terminal = true | .root.readonly = false'
	touch "$ROOTFS/dev/console" "$ROOTFS/data/target"
	ln -s /data/target "$ROOTFS/dev/link"
	args /bin/stat -c %F /data/target
	swap "$ROOTFS/dev/console" "$ROOTFS/dev/link"
	for ((i = 0; i < ROUNDS; i++)); do
		TARE_TEST_MARK=$MARK "$BIN/pty" -- "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID" \
			</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3>&- || true
		if grep -q special "$WORK/stdout"; then
			cat "$WORK/stdout" >&2
			return 1
		fi
	done
	swapped
}

@test "CVE-2024-21626: the working directory is exchanged for a descriptor" {
	own_root
	mkdir "$ROOTFS/work"
	ln -s /proc/self/fd/3 "$ROOTFS/link"
	config '.process.cwd = "/work"'
	args /bin/ls
	swap "$ROOTFS/work" "$ROOTFS/link"
	for ((i = 0; i < ROUNDS; i++)); do
		status=0
		TARE_TEST_MARK=$MARK "$TARE" --root "$STATE" run --preserve-fds 1 --bundle "$BUNDLE" "$ID" \
			</dev/null >"$WORK/stdout" 2>"$WORK/stderr" 3<"$WORK" || status=$?
		if grep -qx bundle "$WORK/stdout"; then
			cat "$WORK/stdout" >&2
			return 1
		fi
	done
	swapped
}

nothing_secret()
{
	[ -z "$(find "/proc/$(pid_of "$ID")/root/data/covered" -name secret)" ]
}

@test "what a tmpfs copies up is exchanged for a link to the host" {
	own_root
	mkdir -p "$WORK/host" "$ROOTFS/data/covered/dir"
	echo secret >"$WORK/host/secret"
	ln -s "$WORK/host" "$ROOTFS/data/covered/link"
	mount_add '{destination: "/data/covered", source: "tmpfs", type: "tmpfs", options: ["tmpcopyup"]}'
	args /bin/true
	swap "$ROOTFS/data/covered/dir" "$ROOTFS/data/covered/link"
	rounds nothing_secret
}
