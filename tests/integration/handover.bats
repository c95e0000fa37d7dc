#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the caller hands over, and what it hears: descriptors and groups, a pidfd, readiness.

load helpers
load sockets

ids_mapped()
{
	namespace user
	config '.linux |= . + {uidMappings: [{containerID: 0, hostID: 100000, size: 65536}],
		gidMappings: [{containerID: 0, hostID: 100000, size: 65536}]}'
}

# refused TEXT POINTER: create ends with an error that says both, and leaves nothing.
refused()
{
	t_create
	exits 1
	says "$1" "$2"
	nothing_left_of "$ID"
}

# --- descriptors of the caller -------------------------------------------------------------------

# activated COMMAND...: called as a service manager calls a service with two sockets.
activated()
{
	status=0
	LISTEN_FDS=2 timeout --foreground -k 1 "$LIMIT" sh -c 'LISTEN_PID=$$ exec "$@"' - "$@" \
		3<"$SHARED/etc/passwd" 4<"$SHARED/etc/group" 5<"$SHARED/data/other" \
		>"$WORK/stdout" 2>"$WORK/stderr" </dev/null || status=$?
	stderr=$(cat "$WORK/stderr") stdout=$(cat "$WORK/stdout")
	cp "$WORK/stdout" "$WORK/report"
}

open_names()
{
	jq -c '[.fds[] | select(.fd > 2) | {(.fd | tostring): (.target | split("/")[-1])}] | add // {}' "$WORK/report"
}

@test "descriptors of a service manager" {
	args /bin/reporter
	config '.process.env += ["LISTEN_FDS=7", "LISTEN_FDNAMES=old", "LISTEN_PID=7"]'
	LISTEN_FDNAMES=one:two activated "$TARE" --root "$STATE" run --bundle "$BUNDLE" "$ID"
	ok
	equal "$(open_names)" '{"3":"passwd","4":"group"}'
	is '[.env[] | select(startswith("LISTEN"))] | sort' '["LISTEN_FDNAMES=one:two", "LISTEN_FDS=2", "LISTEN_PID=1"]'
}

@test "descriptors of a service manager, and those to preserve behind them" {
	args /bin/reporter
	activated "$TARE" --root "$STATE" run --preserve-fds 1 --bundle "$BUNDLE" "$ID"
	ok
	equal "$(open_names)" '{"3":"passwd","4":"group","5":"other"}'
	is '[.env[] | select(startswith("LISTEN"))] | sort' '["LISTEN_FDS=2", "LISTEN_PID=1"]'
}

@test "descriptors of a service manager wait for start" {
	args /bin/reporter
	activated "$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID"
	ok
	local pid
	pid=$(pid_of "$ID")
	equal "$(basename "$(readlink "/proc/$pid/fd/4")")" group
	must kill "$ID" KILL
}

@test "descriptors that are for another process are not passed on" {
	args /bin/reporter
	config '.process.env += ["LISTEN_FDS=7"]'
	export LISTEN_PID=1 LISTEN_FDS=1
	t_run 3<"$SHARED/etc/passwd"
	ok
	cp "$WORK/stdout" "$WORK/report"
	equal "$(open_names)" '{}'
	is '[.env[] | select(startswith("LISTEN"))] | sort' '["LISTEN_FDS=7"]'
}

@test "a service manager that counts wrong" {
	LISTEN_FDNAMES='' activated env LISTEN_FDS=4 "$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID"
	exits 1
	says 'cannot preserve descriptor 6, which is not open'
	activated env LISTEN_FDS=two "$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID"
	exits 1
	says 'LISTEN_FDS="two" is not a number of descriptors'
	activated env LISTEN_FDS=99999999999 "$TARE" --root "$STATE" create --bundle "$BUNDLE" "$ID"
	exits 1
	says 'LISTEN_FDS="99999999999"'
	nothing_left_of "$ID"
}

@test "descriptors to preserve" {
	args /bin/reporter
	t run --preserve-fds 2 --bundle "$BUNDLE" "$ID" 3<"$SHARED/etc/passwd"
	exits 1
	# The helper closes 3 for the runtime.
	says 'cannot preserve descriptor 3, which is not open'
	"$TARE" --root "$STATE" run --preserve-fds 2 --bundle "$BUNDLE" "$ID" 3<"$SHARED/etc/passwd" \
		4<"$SHARED/etc/group" 5<"$SHARED/data/other" >"$WORK/report"
	equal "$(open_names)" '{"3":"passwd","4":"group"}'
}

# --- pidfd ---------------------------------------------------------------------------------------

@test "a pidfd for the caller" {
	receiver "$WORK/pidfd.sock"
	args /bin/sleep 600
	must create --pidfd-socket "$WORK/pidfd.sock" --bundle "$BUNDLE" "$ID"
	wait_for test -s "$WORK/pidfd.sock.said"
	equal "$(cat "$WORK/pidfd.sock.said")" "standard $(pid_of "$ID")"
}

@test "a pidfd of the process in a joined pid namespace, by option and by annotation" {
	new_bundle other
	args /bin/sleep 600
	background "$ID-other"
	local other
	other=$(pid_of "$ID-other")
	new_bundle joined
	args /bin/sleep 600
	namespace pid "/proc/$other/ns/pid"
	config '.annotations = {"run.oci.pidfd_receiver": $s}' --arg s "$WORK/two.sock"
	receiver "$WORK/one.sock"
	receiver "$WORK/two.sock"
	must run -d --pidfd-socket "$WORK/one.sock" --bundle "$BUNDLE" "$ID"
	wait_for test -s "$WORK/one.sock.said"
	wait_for test -s "$WORK/two.sock.said"
	equal "$(cat "$WORK/one.sock.said")" "standard $(pid_of "$ID")"
	equal "$(cat "$WORK/two.sock.said")" "standard $(pid_of "$ID")"
}

@test "a pidfd socket on which nobody listens" {
	t create --pidfd-socket "$WORK/nobody.sock" --bundle "$BUNDLE" "$ID"
	exits 1
	says 'cannot send the pidfd to the socket' nobody.sock
	nothing_left_of "$ID"
	config '.annotations = {"run.oci.pidfd_receiver": ""}'
	refused 'path of the socket' /annotations/run.oci.pidfd_receiver
}

# --- groups of the caller ------------------------------------------------------------------------

# of_groups: the runtime as a caller with additional groups has it
of_groups()
{
	local real=$TARE

	TARE=$WORK/of-groups
	printf '#!/bin/sh\nexec setpriv --groups 4242,4343 "%s" "$@"\n' "$real" >"$TARE"
	chmod +x "$TARE"
	config '.process.user = {uid: 1000, gid: 1000, additionalGids: [5]}'
}

@test "the groups of the caller are kept if the annotation says so" {
	of_groups
	report
	is .groups '[5]'
	config '.annotations = {"run.oci.keep_original_groups": "1"}'
	report
	is .groups '[4242, 4343]'
}

@test "the groups of the caller are kept in a user namespace, which does not have them" {
	of_groups
	ids_mapped
	config '.annotations = {"run.oci.keep_original_groups": "1"}'
	args /bin/sleep 600
	background
	local kept
	kept=$(sed -n 's/^Groups:[[:space:]]*//p' "/proc/$(pid_of "$ID")/status")
	equal "${kept% }" '4242 4343'
}

@test "an annotation that says neither yes nor no" {
	config '.annotations = {"run.oci.keep_original_groups": "please"}'
	refused '"please" says neither' /annotations/run.oci.keep_original_groups
}

# --- readiness -----------------------------------------------------------------------------------

# The program that is told how to say it tries to name a pid of its own, too.
ready_program()
{
	own_root
	args /bin/reporter notify STATUS=almost "$(printf 'MAINPID=1\nREADY=1')"
}

@test "run --detach waits until the program is ready, and tells the service manager" {
	manager "$WORK/manager.sock"
	ready_program
	must run --detach --bundle "$BUNDLE" "$ID"
	equal "$(tail -n +2 "$WORK/told")" "READY=1 MAINPID=$(pid_of "$ID") 0
BARRIER=1 1"
}

@test "start waits until the program is ready" {
	manager "@tare-$MARK-manager"
	ready_program
	config '.process.env += ["NOTIFY_SOCKET=/elsewhere"]'
	must create --bundle "$BUNDLE" "$ID"
	equal "$(cat "$WORK/told")" listening
	must start "$ID"
	equal "$(tail -n +2 "$WORK/told")" "READY=1 MAINPID=$(pid_of "$ID") 0
BARRIER=1 1"
	local pid
	pid=$(pid_of "$ID")
	equal "$(tr '\0' '\n' <"/proc/$pid/environ" | grep ^NOTIFY)" NOTIFY_SOCKET=/run/notify/notify.sock
	matches "$(grep ' /run/notify ' "/proc/$pid/mountinfo")" ' ro,nosuid,nodev,noexec'
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	must delete "$ID"
	nothing_left_of "$ID"
}

@test "a user of a user namespace can say that it is ready" {
	manager "$WORK/manager.sock"
	ready_program
	# The container's root, who is not the host's, could not make it there.
	mkdir "$ROOTFS/run/notify"
	ids_mapped
	config '.process.user = {uid: 1000, gid: 1000}'
	must run --detach --bundle "$BUNDLE" "$ID"
	equal "$(sed -n 2p "$WORK/told")" "READY=1 MAINPID=$(pid_of "$ID") 0"
}

@test "a program that ends before it is ready" {
	manager "$WORK/manager.sock"
	own_root
	args /bin/reporter exit 7
	must run --detach --bundle "$BUNDLE" "$ID"
	equal "$(cat "$WORK/told")" listening
}

@test "start waits for the program without a lock, and not for other words" {
	manager "$WORK/manager.sock"
	own_root
	args /bin/reporter notify STATUS=almost NOTREADY=1 READY=11
	must create --bundle "$BUNDLE" "$ID"
	"$TARE" --root "$STATE" start "$ID" 3>&- &
	local starter=$!
	wait_for has_status "$ID" running
	sleep 0.5
	[ -e "/proc/$starter/exe" ]
	equal "$(cat "$WORK/told")" listening
	flock --nonblock "$STATE/$ID" true
	must delete --force "$ID"
	wait $starter
	nothing_left_of "$ID"
}

@test "a NOTIFY_SOCKET that is no address, and one on which nobody listens" {
	own_root
	args /bin/reporter notify READY=1
	export NOTIFY_SOCKET=vsock:2:1234
	t_create
	exits 1
	says 'NOTIFY_SOCKET="vsock:2:1234" is neither'
	nothing_left_of "$ID"
	export NOTIFY_SOCKET=$WORK/nobody.sock
	t run --detach --bundle "$BUNDLE" "$ID"
	exits 1
	says 'cannot tell NOTIFY_SOCKET' nobody.sock
	has_status "$ID" running
}

@test "in the foreground nobody is told, and nothing is mounted" {
	export NOTIFY_SOCKET=$WORK/nobody.sock
	report
	is '[.env[] | select(startswith("NOTIFY"))]' '[]'
	is '[.mounts[] | select(.point == "/run/notify")]' '[]'
}
