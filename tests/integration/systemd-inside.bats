#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2016,SC2154
# systemd as the first process of a container, below the systemd of the host.

load helpers
load cgroups
load systemd

# The root is the guest's own, with a layer of the test's above it, $LAYER. A service there writes what it finds
# when everything has been started.
root_with_systemd()
{
	local system

	LAYER=$WORK/layer
	system=$LAYER/etc/systemd/system
	mkdir -p "$system/multi-user.target.wants" "$LAYER/report" "$WORK/index" "$WORK/root"
	ln -s /dev/null "$system/guest.service"
	ln -s ../report.service "$system/multi-user.target.wants/report.service"
	cat >"$LAYER/report/tell" <<-'END'
		until systemctl --quiet is-active multi-user.target; do sleep 0.2; done
		cat /proc/1/cgroup
		tr '\0' ' ' </proc/1/cmdline
		systemctl is-active multi-user.target
		systemd-run --quiet --scope --unit=inner --property=MemoryMax=16M \
			sh -c 'cat /proc/self/cgroup /sys/fs/cgroup/system.slice/inner.scope/memory.max'
	END
	cat >"$system/report.service" <<-'END'
		[Service]
		ExecStart=/bin/sh -c '/bin/sh /report/tell >/report/new 2>&1; mv /report/new /report/told'
	END
	mount -t overlay -o "lowerdir=/,upperdir=$LAYER,workdir=$WORK/index" overlay "$WORK/root"
}

# booted: it takes seconds.
booted()
{
	local i

	for ((i = 0; i < 300; i++)); do
		[ ! -e "$LAYER/report/told" ] || return 0
		sleep 0.2
	done
	cat "$LAYER/report/new" >&2
	return 1
}

root_without_systemd()
{
	umount "$WORK/root"
}

@test "systemd inside: boots, divides its cgroup, ends on SIGRTMIN+3" {
	needs_pure_v2
	local unit=tare-$ID.scope dir pid
	root_with_systemd
	namespace cgroup
	namespace network
	all_capabilities
	config '.root = {path: ($ENV.WORK + "/root")} | .process.args = ["/sbin/init"] | .process.env += ["container=oci"] |
		.linux.maskedPaths = [] | .linux.readonlyPaths = [] |
		.mounts = [.mounts[] | select(.destination != "/sys/fs/cgroup" and .destination != "/run")] + [
			{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev", "rw"]},
			{destination: "/run", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "mode=755"]}]'
	run_unit
	dir=$CGROUPS/system.slice/$unit/container
	pid=$(pid_of "$ID")
	booted
	equal "$(cat "$LAYER/report/told")" '0::/init.scope
/sbin/init active
0::/system.slice/inner.scope
16777216'
	[ -d "$dir/init.scope" ] && [ -d "$dir/system.slice" ]
	matches "$(cat "$dir/cgroup.subtree_control")" memory
	# A cgroup that has given its controllers away has no place for processes: exec goes where systemd is.
	must exec "$ID" cat /proc/self/cgroup
	equal "$stdout" 0::/init.scope
	must update --memory 500000000 "$ID"
	equal "$(cat "$dir/memory.max")" 499998720
	systemctl daemon-reload
	must kill "$ID" RTMIN+3
	timeout 20 tail --pid="$pid" -f /dev/null
	has_status "$ID" stopped
	must delete "$ID"
	no_unit "$unit"
	nothing_left_of "$ID"
	root_without_systemd
}
