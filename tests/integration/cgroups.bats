#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# cgroups: path, limits, devices, the cgroup mount, killing and removal, on v1 and on v2.

load helpers

@test "the first process is in the cgroup that cgroupsPath names" {
	config ".linux.cgroupsPath = \$p" --arg p "/$MARK/named"
	args /bin/sleep 1000
	background
	grep -q ":/$MARK/named\$" "/proc/$(pid_of "$ID")/cgroup"
}
