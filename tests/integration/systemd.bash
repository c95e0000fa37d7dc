# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154
#
# What the tests of systemd as the manager of cgroups share.

# bats calls it before each file; without systemd there is nothing to test.
eval "shared_$(declare -f setup)"
setup()
{
	shared_setup
	export WORK
	[ -S /run/systemd/private ] || skip_or_fail "needs systemd, as the guest has"
}

# run_unit: starts the bundle detached, in a unit.
run_unit()
{
	must --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID"
}

# unit_show UNIT PROPERTY...: the values, one in each line, in the order asked for.
unit_show()
{
	local unit=$1 property

	shift
	for property; do
		systemctl show --value --property "$property" "$unit"
	done
}

# in_unit PATH [BELOW]: the container's first process is in that cgroup, in each hierarchy, and below it where v2 is alone.
in_unit()
{
	local path=$1

	! pure_v2 || path+=${2-}
	equal "$(cut -d: -f3- "/proc/$(pid_of "$ID")/cgroup" | sort -u)" "$path"
}

# no_unit UNIT: systemd does not know it any more, at once.
no_unit()
{
	[ "$(systemctl show --value --property LoadState "$1")" = not-found ] &&
		[ -z "$(systemctl list-units --all --no-legend "$1")" ] || {
		systemctl status --no-pager "$1" >&2
		return 1
	}
}

has_lines()
{
	[ "$(wc -l <"$2")" -ge "$1" ]
}

# frozen_bus SOCKET: something listens there and never says anything.
frozen_bus()
{
	python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(8)
time.sleep(1000)' "$1" 3>&- &
	wait_for test -S "$1"
}

# freezing_relay SOCKET WORD: a way to systemd that stops for good, by SIGSTOP, when a message with WORD has been passed on.
freezing_relay()
{
	python3 -c '
import os, selectors, signal, socket, sys
path, word = sys.argv[1], sys.argv[2].encode()
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(8)
peers, waiting = {}, selectors.DefaultSelector()
waiting.register(listener, selectors.EVENT_READ)
while True:
    for key, _ in waiting.select():
        if key.fileobj is listener:
            near, far = listener.accept()[0], socket.socket(socket.AF_UNIX)
            far.connect("/run/dbus/system_bus_socket")
            for a, b in ((near, far), (far, near)):
                peers[a] = b
                waiting.register(a, selectors.EVENT_READ)
            continue
        data = key.fileobj.recv(65536)
        other = peers.get(key.fileobj)
        if not data:
            for one in (key.fileobj, other):
                waiting.unregister(one)
                one.close()
            break
        other.sendall(data)
        if word in data:
            os.kill(os.getpid(), signal.SIGSTOP)
' "$1" "$2" 3>&- &
	wait_for test -S "$1"
}

# late ARGUMENTS: the runtime with the bus at $WORK/bus, which must give up after the two seconds that it has, and say so.
late()
{
	local since=$SECONDS

	DBUS_SYSTEM_BUS_ADDRESS=unix:path=$WORK/bus TARE_SYSTEMD_SECONDS=2 t "$@"
	exits 1
	says "systemd does not answer: gave up after 2 seconds"
	[ $((SECONDS - since)) -le 8 ]
}

# --- a user's own systemd ------------------------------------------------------------------------

# as_lingering: from now on the runtime is called by the guest's user, whose systemd runs without a login; $USER_SYSTEMD is where
# its cgroup is. USER_ENTRY is a command that the runtime is called by, USER_ENVIRONMENT what it finds there.
as_lingering()
{
	promise
	needs_pure_v2
	LINGERING=1000
	wait_for test -S "/run/user/$LINGERING/systemd/private"
	USER_SYSTEMD=/user.slice/user-$LINGERING.slice/user@$LINGERING.service
	USER_ENVIRONMENT="XDG_RUNTIME_DIR=/run/user/$LINGERING"
	USER_ENTRY=""
	export USER_ENTRY USER_ENVIRONMENT LINGERING
	cp "$TARE" "$BATS_TEST_TMPDIR/runtime"
	chown "$LINGERING:$LINGERING" "$STATE"
	chmod a+rx "$BATS_TEST_TMPDIR" "$BUNDLE" "$BATS_TEST_TMPDIR/runtime"
	cat >"$BATS_TEST_TMPDIR/as-lingering" <<-'END'
		#!/bin/bash
		exec setpriv --reuid "$LINGERING" --regid "$LINGERING" --init-groups \
			env -i PATH="$PATH" TARE_TEST_MARK="$TARE_TEST_MARK" $USER_ENVIRONMENT $USER_ENTRY "${0%/*}/runtime" "$@"
	END
	chmod 755 "$BATS_TEST_TMPDIR/as-lingering"
	TARE=$BATS_TEST_TMPDIR/as-lingering
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: $id, size: 1}] | .linux.gidMappings = .linux.uidMappings |
		(.mounts[] | select(.type == "devpts").options) -= ["gid=5"]' --argjson id "$LINGERING"
}

# in_namespace: the runtime is called by root of a user namespace.
in_namespace()
{
	USER_ENTRY="unshare --user --map-root-user"
	config '.linux.uidMappings[0].hostID = 0 | .linux.gidMappings[0].hostID = 0'
}

# systemctl for that user.
user_systemctl()
{
	setpriv --reuid "$LINGERING" --regid "$LINGERING" --init-groups \
		env "XDG_RUNTIME_DIR=/run/user/$LINGERING" systemctl --user "$@"
}

# user_show UNIT PROPERTY...: the values, one in each line.
user_show()
{
	local unit=$1 property

	shift
	for property; do
		user_systemctl show --value --property "$property" "$unit"
	done
}

# no_user_unit UNIT
no_user_unit()
{
	[ "$(user_show "$1" LoadState)" = not-found ] || {
		user_systemctl status --no-pager "$1" >&2
		return 1
	}
}
