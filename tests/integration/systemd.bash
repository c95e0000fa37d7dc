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
	pure_v2 && [ -S /run/systemd/private ] || skip_or_fail "needs systemd and cgroup v2 alone, as the guest has"
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
