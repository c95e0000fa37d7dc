# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Podman as root, with conmon, and Buildah. podman-rootless.bash takes from here what both have.

engine_files() {
	mkdir -p /etc/containers /tmp/mnt /tmp/context
	echo '{"default": [{"type": "insecureAcceptAnything"}]}' >/etc/containers/policy.json
	# Without these it raises limits by itself, which not each machine allows.
	cat >/etc/containers/containers.conf <<-END
		[containers]
		default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
		[engine]
		cgroup_manager = "$MANAGER"
		events_logger = "file"
		stop_timeout = 0
	END
	echo containers:x:1101:1101::/:/bin/sh >>/etc/passwd
	echo containers:200000:1000000 | tee /etc/subuid >/etc/subgid
	busybox_image /tmp/busybox.tar
	echo word >/tmp/mnt/file
	chmod 644 /tmp/busybox.tar /tmp/mnt/file
}

engine_start() {
	engine_files
	printf '[storage]\ndriver = "vfs"\nrunroot = "/run/containers"\ngraphroot = "/var/lib/containers"\n' \
		>/etc/containers/storage.conf
	cat >/tmp/context/Containerfile <<-'END'
		FROM localhost/busybox:local
		RUN echo first >/first
		RUN cat /first && echo second >/second
		CMD cat /first /second
	END
	usr_image /tmp/usr.tar
	podman load -qi /tmp/busybox.tar && podman load -qi /tmp/usr.tar
}

engine_stop() { podman rm -af -t 0; }

run_cases() {
	if has_all_capabilities; then
		try "run: privileged" 0 'CapEff' "$run --rm --privileged $b sh -c 'grep ^Cap /proc/self/status'"
	fi
	try "run: the host's pids" 0 'conmon' "$run --rm --pid host $b ps -o comm | grep -x conmon | head -1"
	try "run: user namespace" 0 '0 +100000 +65536.*CapEff' "$run --rm --uidmap 0:100000:65536 --gidmap 0:100000:65536 $b \
		sh -c 'cat /proc/self/uid_map; grep CapEff /proc/self/status; touch /x; ls -ln /x | cut -c1-30'"
	try "run: user namespace by itself" 0 '0 +[0-9]+ +[0-9]+' "$run --rm --userns auto:size=1000 $b \
		sh -c 'cat /proc/self/uid_map'"
	differs
	try "run: ready by its own word" 0 '^READY=1' "listen /run/ready.sock >/tmp/ready & until_true 'test -S /run/ready.sock'; \
		NOTIFY_SOCKET=/run/ready.sock $run -d --name nn --sdnotify=container -v /usr:/usr:ro localhost/usr:local \
		sh -c 'systemd-notify --ready; sleep 1000' >/dev/null; until_true 'grep READY /tmp/ready'; \
		grep -o READY=1 /tmp/ready; podman rm -f nn >/dev/null; wait"
	try "run: descriptors" 0 '^kept' "echo kept >/tmp/kept; $run --rm --preserve-fds 1 $b cat /proc/self/fd/3 3</tmp/kept"
	no_cgroups
}

# listen SOCKET: what is sent there until it says READY.
listen() {
	timeout 20 python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
text = ""
while "READY" not in text:
    text = s.recv(4096).decode()
    print(text, flush=True)' "$1"
	rm "$1"
}

# Podman asks for this only of a runtime with the name of crun, which itself runs on no hybrid host: without
# root there is nothing to compare with.
no_cgroups() {
	mkdir -p /tmp/named
	if [ "$RUNTIME" = tare ]; then
		ln -sf "$RUNTIME_PATH" /tmp/named/crun
	else
		printf '#!/bin/sh\nunshare -m sh -c "umount /sys/fs/cgroup/unified 2>/dev/null; exec crun \\$*" crun "$@"\n' >/tmp/named/crun
		chmod 755 /tmp/named/crun
	fi
	[ "$RUNTIME" = tare ] || [ -z "$user" ] || return 0
	try "run: no cgroup" 0 '^same' "$user podman --runtime /tmp/named/crun run --rm --network none --cgroups=disabled --cgroupns host $b \
		cat /proc/self/cgroup >/tmp/inside; cmp /tmp/inside /proc/self/cgroup && echo same"
	[ -z "$user" ] || differs
	rm /tmp/named/crun
}

container_cases() {
	try "top" 0 'sleep 1000' "$run -d --name dd $b sleep 1000 >/dev/null; $podman top dd args"
	ours "checkpoint" 125 "$podman container checkpoint dd"
	says 'does not support checkpoint'
	try "remove by force" 0 '^0' "$podman rm -f dd >/dev/null; podman ps -aq | wc -l"
	try "health" 0 'healthy' "$run -d --name hh --health-cmd true --health-interval disable $b sleep 1000 >/dev/null; \
		$podman healthcheck run hh; podman inspect -f '{{.State.Health.Status}}' hh; podman rm -f hh >/dev/null"
	try "pod" 0 '^same' "$podman pod create --name po --network none --infra-image $b --infra-command '/bin/sleep 1000' \
		>/dev/null; for i in 1 2; do for ns in net ipc uts; do $podman run --rm --pod po $b readlink /proc/self/ns/\$ns; done; \
		readlink /proc/self/ns/net; done | sort | uniq -c | awk '{ print \$1 }' | sort | uniq -c | grep -q ' 4 2' && echo same; \
		$podman pod rm -f po >/dev/null"
	! needs_tables build ||
		try "build" 0 '^first.second' "$podman build -q --layers=false --isolation oci --no-cache -t built /tmp/context >/dev/null; \
			$run --rm localhost/built; podman rmi -f built >/dev/null"
	try "buildah" 0 'second' "buildah --storage-driver vfs bud -q --runtime $RUNTIME_PATH --isolation oci --network none \
		-t built2 /tmp/context >/dev/null; $run --rm localhost/built2; podman rmi -f built2 >/dev/null"
	! needs_tables "buildah run" ||
		try "buildah run" 0 '^in' "c=\$(buildah from --pull-never localhost/busybox:local); \
			buildah run --runtime $RUNTIME_PATH --isolation oci \$c echo in; buildah rm \$c >/dev/null"
}

# What contrib/ has for this engine, with the name of the runtime in it.
file_cases() {
	try "contrib/podman/50-tare.conf" 0 "^$RUNTIME.hello" "mkdir -p /etc/containers/containers.conf.d; \
		sed 's/tare/$RUNTIME/g' /out/contrib/podman/50-tare.conf >/etc/containers/containers.conf.d/50-tare.conf; \
		podman info --format '{{.Host.OCIRuntime.Name}}'; podman run --rm --network none $b echo hello; \
		rm /etc/containers/containers.conf.d/50-tare.conf"
	differs
}

cases() {
	user=
	podman="podman --runtime $RUNTIME_PATH"
	engine=$podman
	run="$podman run --network none"
	b=localhost/busybox:local
	exec_missing=127

	shared_run_cases
	run_cases
	shared_container_cases
	shared_cgroup_cases
	container_cases
	file_cases
}
