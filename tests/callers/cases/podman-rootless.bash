# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Podman as a user with ranges of subordinate ids: newuidmap is the only program that gets more rights than the user
# has. There are no cgroups, unless the user has a systemd that makes them.

# shellcheck disable=SC1091
. /tests/cases/podman.bash

engine_start() {
	local home=/tmp/home enter=:
	engine_files
	echo user:x:1000:1000::$home:/bin/sh >>/etc/passwd
	echo user:x:1000: >>/etc/group
	echo user:300000:65536 | tee -a /etc/subuid >>/etc/subgid
	mkdir -p $home/.config/containers /run/user/1000
	printf '[storage]\ndriver = "vfs"\n' >$home/.config/containers/storage.conf
	chown -R 1000:1000 $home /run/user/1000
	chmod 1777 /tmp /var/tmp
	chmod 666 /dev/fuse
	# As a login does it, in a cgroup that is the user's.
	if [ "$MANAGER" = systemd ]; then
		mkdir $slice
		chown 1000:1000 $slice $slice/cgroup.procs
		enter="echo \$\$ >$slice/cgroup.procs"
	fi
	printf '#!/bin/sh\n%s\ncd\nexec setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=%s USER=user \
		XDG_RUNTIME_DIR=/run/user/1000 DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus "$@"\n' "$enter" $home >/tmp/as-user
	chmod 755 /tmp/as-user
	/tmp/as-user podman load -qi /tmp/busybox.tar
}

slice=/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/callers.scope

# A process of Podman keeps the user namespace until told to let it go.
engine_stop() {
	/tmp/as-user podman rm -af -t 0
	/tmp/as-user podman system migrate
	[ "$MANAGER" != systemd ] || until_true "rmdir $slice"
}

cases() {
	user=/tmp/as-user
	podman="$user podman --runtime $RUNTIME_PATH"
	engine=$podman
	run="$podman run --network none"
	b=localhost/busybox:local
	exec_missing=127

	shared_run_cases
	try "run: the maps" 0 '0 +1000 +1.*1 +300000 +65536' "$run --rm $b cat /proc/self/uid_map"
	try "run: the user's own id" 0 '^1000:1000.*mine' "$run --rm --userns=keep-id -v /tmp/home:/home/mine $b \
		sh -c 'echo \$(id -u):\$(id -g); echo mine >/home/mine/file'; stat -c %u /tmp/home/file; cat /tmp/home/file"
	try "exec: the user's own id" 0 '^1000' "$run -d --name kk --userns=keep-id $b sleep 1000 >/dev/null; \
		$podman exec kk id -u; $podman rm -f kk >/dev/null"
	[ "$MANAGER" = systemd ] || no_cgroups
	shared_container_cases
	[ "$MANAGER" != systemd ] || shared_cgroup_cases
}
