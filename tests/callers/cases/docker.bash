# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Docker Engine: what people type, the builder, and the daemon with user namespaces.

daemon_start() {
	dockerd --exec-opt "native.cgroupdriver=$MANAGER" "$@" >>/out/dockerd.log 2>&1 &
	daemon=$!
	until_true 'docker version' || {
		tail -5 /out/dockerd.log
		return 1
	}
}

daemon_stop() {
	kill "$daemon"
	wait "$daemon"
}

engine_start() {
	mkdir -p /etc/docker
	jq 'del(."default-runtime") | ."storage-driver" = "vfs" | .experimental = true' /out/contrib/docker/daemon.json \
		>/etc/docker/daemon.json
	has_tables || {
		jq '.iptables = false | .ip6tables = false | .bridge = "none"' /etc/docker/daemon.json >/tmp/daemon.json
		cp /tmp/daemon.json /etc/docker/daemon.json
	}
	echo remap:x:1100:1100::/:/bin/sh >>/etc/passwd
	echo remap:x:1100: >>/etc/group
	echo remap:100000:65536 | tee /etc/subuid >/etc/subgid
	busybox_image /tmp/busybox.tar
	usr_image /tmp/usr.tar
	daemon_start || return 1
	docker load -qi /tmp/busybox.tar
	docker load -qi /tmp/usr.tar
	mkdir -p /tmp/mnt /tmp/context
	echo word >/tmp/mnt/file
	cat >/tmp/context/Dockerfile <<-'END'
		FROM busybox:local
		RUN echo first >/first
		RUN cat /first && echo second >/second
		CMD cat /first /second
	END
}

engine_stop() { daemon_stop; }

run_cases() {
	try "run: a signal" 143 '' "$run --rm --init $b sh -c 'kill -TERM \$\$'"
	if has_all_capabilities; then
		try "run: privileged" 0 'CapEff' "$run --rm --privileged $b sh -c 'grep ^Cap /proc/self/status; ls /dev'"
	else
		skip "run: privileged" "needs a machine whose root has all capabilities"
	fi
	try "run: the host's pids" 0 'dockerd' "$run --rm --pid host $b ps | grep -o 'dockerd' | head -1"
	try "run: a directory that is not there" 0 '^/x/y' "$run --rm -w /x/y $b pwd"
	# The signals of stop and kill, in the cases below, are what the profile takes from few others than runtimes.
	if [ -d /sys/kernel/security/apparmor ]; then
		try "run: AppArmor" 0 '^docker-default .enforce' "$run --rm $b cat /proc/self/attr/current"
	else
		skip "run: AppArmor" "needs a kernel with AppArmor, as the guest's"
	fi
	try "run: an init" 0 'docker-init' "$run --rm --init $b ps -o args"
	! needs_tables "run: networks" || try "run: networks" 0 '^lo.*eth0.*docker0' "$run --rm $b ls /sys/class/net; \
		$wired --rm $b ls /sys/class/net; $wired --rm --network host $b ls /sys/class/net"
	! needs_tables "run: a port" || try "run: a port" 0 '^page' "$wired -d --name pp -p 127.0.0.1:8080:80 $b \
		sh -c 'echo page >/index.html; httpd -f -p 80 -h /' >/dev/null; \
		until_true 'busybox wget -qO- http://127.0.0.1:8080/'; busybox wget -qO- http://127.0.0.1:8080/; \
		docker rm -f pp >/dev/null"
	! needs_tables "run: a pair on one network" || try "run: a pair on one network" 0 '^reached' "docker network create n >/dev/null; \
		$wired -d --name web --network n $b sh -c 'echo reached >/index.html; httpd -f -p 80 -h /' >/dev/null; \
		until_true '$wired --rm --network n $b wget -qO- http://web/'; \
		$wired --rm --network n $b wget -qO- http://web/; docker rm -f web >/dev/null; docker network rm n >/dev/null"
	try "run: no device" 1 '' "$run --rm $b sh -c 'mknod /tmp/fuse c 10 229 && cat /tmp/fuse' 2>/dev/null"
	try "run: a profile for seccomp" 1 '' "echo '{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": \
		[{\"names\": [\"mkdir\", \"mkdirat\"], \"action\": \"SCMP_ACT_ERRNO\"}]}' >/tmp/profile.json; \
		$run --rm --security-opt seccomp=/tmp/profile.json $b mkdir /x"
	says 'Operation not permitted'
	try "run: the daemon's socket inside" 0 'OK' "$run --rm -v /var/run/docker.sock:/sock -v /usr:/usr:ro usr:local \
		python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.connect(\"/sock\"); \
		s.send(b\"GET /_ping HTTP/1.0\\r\\n\\r\\n\"); print(s.recv(4096).decode()[-2:])'"
}

container_cases() {
	try "top" 0 'sleep 1000' "$run -d --name dd $b sleep 1000 >/dev/null; docker top dd -o pid,args | grep -o 'sleep.*'"
	try "diff" 0 'A /tmp/new' "docker exec dd touch /tmp/new; docker diff dd"
	try "update" 0 '^33554432' "docker update -m 32m --memory-swap 64m dd >/dev/null; \
		docker exec dd cat /sys/fs/cgroup/$(limit memory)"
	ours "checkpoint" 1 "docker checkpoint create dd cc"
	says "there is no command 'checkpoint'"
	try "remove by force" 0 '^0' "docker rm -f dd >/dev/null; docker ps -aq | wc -l"
	try "restart policy" 0 '^up.up' "$run -d --name rr --restart always $b sh -c 'echo up; sleep 0.1; exit 3' >/dev/null; \
		until_true '[ \$(docker logs rr | wc -l) -gt 2 ]'; docker logs rr | head -2; docker rm -f rr"
	try "health" 0 '^healthy' "$run -d --name hh --health-cmd true --health-interval 1s $b sleep 1000 >/dev/null; \
		until_true 'docker inspect -f {{.State.Health.Status}} hh | grep -x healthy'; \
		docker inspect -f '{{.State.Health.Status}}' hh; docker rm -f hh"
	# The daemon hears of it only while there is a cgroup, which may go with the last process.
	try "out of memory: told" 0 '^true' "$run --name oo -m 16m --memory-swap 16m $b \
		sh -c 'dd if=/dev/zero of=/dev/null bs=64M count=1; sleep 1' >/dev/null 2>&1; \
		docker inspect -f '{{.State.OOMKilled}}' oo; docker rm oo"
	if pure_v2; then
		skip "systemd" "Docker mounts cgroup v2 read-only in what is not privileged"
	elif systemd_runs; then
		try "systemd" 0 '^active.systemd.0' "$run -d --name sd -t --cgroupns private -e container=docker --tmpfs /run \
			--tmpfs /run/lock --tmpfs /tmp -v /sys/fs/cgroup/systemd:/sys/fs/cgroup/systemd -v /usr:/usr:ro \
			usr:local /usr/lib/systemd/systemd --unit=test.target >/dev/null; \
			until_true 'docker exec sd systemctl is-active test.service'; docker exec sd systemctl is-active test.service; \
			docker exec sd cat /proc/1/comm; docker kill -s SIGRTMIN+3 sd >/dev/null; docker wait sd; docker rm sd"
	else
		skip "systemd" "needs a release whose systemd knows cgroup v1"
	fi
}

# The builder and what has no --runtime go by the default, and BuildKit by the name runc in PATH.
daemon_cases() {
	daemon_stop
	PATH=/tmp/named:$PATH daemon_start --default-runtime "$RUNTIME"
	try "build by default" 0 '^first.second' "DOCKER_BUILDKIT=0 docker build -q --no-cache -t built /tmp/context \
		>/dev/null; docker run --rm built; docker rmi -f built >/dev/null"
	! needs_tables "build by BuildKit" || try "build by BuildKit" 0 '^first.second.2' "DOCKER_BUILDKIT=1 docker build -q --no-cache -t built /tmp/context \
		>/dev/null; docker run --rm built; docker rmi -f built >/dev/null; grep -cE '( |^)run .*--bundle' /tmp/named/calls"
	daemon_stop
	daemon_start --default-runtime "$RUNTIME" --userns-remap remap
	docker load -qi /tmp/busybox.tar >/dev/null
	try "user namespaces" 0 '0 +100000 +65536.*CapEff' "docker run --rm $b \
		sh -c 'cat /proc/self/uid_map; grep CapEff /proc/self/status; touch /x; ls -ln /x | cut -c1-30'"
	try "user namespaces: a bind mount, exec" 0 '^word.0' "docker run -d --name uu -v /tmp/mnt:/mnt $b sleep 1000 >/dev/null; \
		docker exec uu cat /mnt/file; docker exec uu id -u; docker rm -f uu >/dev/null"
	daemon_stop
	daemon_start
}

cases() {
	engine=docker
	wired="docker run --runtime $RUNTIME"
	run="$wired --network none"
	b=busybox:local
	exec_missing=127
	[ "$(docker version -f '{{.Server.Version}}' | cut -d. -f1)" -ge 28 ] || exec_missing=126
	mkdir -p /tmp/named
	: >/tmp/named/calls
	printf '#!/bin/bash\necho "$*" >>/tmp/named/calls\nexec -a runc %s "$@"\n' "$RUNTIME_PATH" >/tmp/named/runc
	chmod 755 /tmp/named/runc

	shared_run_cases
	run_cases
	shared_container_cases
	shared_cgroup_cases
	container_cases
	daemon_cases
}
