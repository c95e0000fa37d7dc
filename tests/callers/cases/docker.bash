# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Docker Engine: what people type, the builder, and the daemon with user namespaces.

daemon_start() {
	dockerd "$@" >>/out/dockerd.log 2>&1 &
	engine=$!
	until_true 'docker version'
}

daemon_stop() {
	kill "$engine"
	wait "$engine"
}

engine_start() {
	mkdir -p /etc/docker
	jq 'del(."default-runtime") | ."storage-driver" = "vfs"' /out/contrib/docker/daemon.json >/etc/docker/daemon.json
	useradd --no-create-home remap
	echo remap:100000:65536 | tee /etc/subuid >/etc/subgid
	busybox_image /tmp/busybox.tar
	daemon_start || return 1
	docker load -qi /tmp/busybox.tar
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
	try "run" 0 '^hello' "$run --rm $b echo hello"
	try "run: exit status" 7 '' "$run --rm $b sh -c 'exit 7'"
	try "run: a signal" 143 '' "$run --rm --init $b sh -c 'kill -TERM \$\$'"
	try "run: no such program" 127 '' "$run --rm $b /nonexistent"
	says 'no such file or directory'
	try "run: no such program in PATH" 127 '' "$run --rm $b nonexistent"
	says 'executable file not found in \$PATH'
	try "run: a directory as the program" 126 '' "$run --rm $b /etc"
	says 'permission denied'
	try "run: a program without permission" 126 '' "$run --rm $b /etc/passwd"
	says 'permission denied'
	try "run: a directory that is not there" 0 '^/x/y' "$run --rm -w /x/y $b pwd"
	try "run: a terminal" 0 '/dev/pts/0' "on_terminal '$run --rm -it $b tty'"
	try "run: standard input" 0 '^typed' "echo typed | $run --rm -i $b cat"
	try "run: standard error" 0 '^bad' "$run --rm $b sh -c 'echo bad >&2; echo good' 2>&1 >/dev/null"
	try "run: limits" 0 '^67108864.50.50000' "$run --rm -m 64m --pids-limit 50 --cpus 0.5 $b \
		sh -c 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes pids/pids.max cpu/cpu.cfs_quota_us'"
	try "run: read-only, tmpfs, user" 0 '5:6.*rw.*no' "$run --rm --read-only --tmpfs /x --user 5:6 $b \
		sh -c 'echo \$(id -u):\$(id -g); echo a >/x/a && grep -o \" /x tmpfs rw\" /proc/mounts; (echo >/b) 2>/dev/null || echo no'"
	try "run: capabilities" 0 'CapEff:.0000000000000400' \
		"$run --rm --cap-drop all --cap-add net_bind_service $b grep ^Cap /proc/self/status"
	try "run: default capabilities" 0 'CapEff:.00000000a80425fb' "$run --rm $b grep ^Cap /proc/self/status"
	if has_all_capabilities; then
		try "run: privileged" 0 'CapEff' "$run --rm --privileged $b sh -c 'grep ^Cap /proc/self/status; ls /dev'"
	else
		skip "run: privileged" "this machine does not have all capabilities"
	fi
	try "run: the host's pids" 0 'dockerd' "$run --rm --pid host $b ps | grep -o 'dockerd' | head -1"
	try "run: bind mount and volume" 0 'word.*no.*kept' "$run --rm -v /tmp/mnt:/mnt:ro -v vol-$RUNTIME:/vol $b \
		sh -c 'cat /mnt/file; (echo >/mnt/file) 2>/dev/null || echo no; echo kept >/vol/file'; \
		$run --rm -v vol-$RUNTIME:/vol $b cat /vol/file"
	try "run: an init" 0 'docker-init' "$run --rm --init $b ps -o args"
	try "run: networks" 0 '^lo.*eth0.*docker0' "$run --rm --network none $b ls /sys/class/net; \
		$run --rm $b ls /sys/class/net; $run --rm --network host $b ls /sys/class/net"
	try "run: a port" 0 '^page' "$run -d --name pp -p 127.0.0.1:8080:80 $b \
		sh -c 'echo page >/index.html; httpd -f -p 80 -h /' >/dev/null; \
		until_true 'busybox wget -qO- http://127.0.0.1:8080/'; busybox wget -qO- http://127.0.0.1:8080/; \
		docker rm -f pp >/dev/null"
	try "run: a pair on one network" 0 '^reached' "docker network create n >/dev/null; \
		$run -d --name web --network n $b sh -c 'echo reached >/index.html; httpd -f -p 80 -h /' >/dev/null; \
		until_true '$run --rm --network n $b wget -qO- http://web/'; \
		$run --rm --network n $b wget -qO- http://web/; docker rm -f web >/dev/null; docker network rm n >/dev/null"
	try "run: ulimit" 0 '^77.88' "$run --rm --ulimit nofile=77:88 $b sh -c 'ulimit -n; ulimit -Hn'"
	try "run: a device" 0 'crw.*10, *229' "$run --rm --device /dev/fuse $b ls -l /dev/fuse | cut -c1-48"
	try "run: no device" 1 '' "$run --rm $b sh -c 'mknod /tmp/fuse c 10 229 && cat /tmp/fuse' 2>/dev/null"
	try "run: no privileges more" 0 'NoNewPrivs:.1' \
		"$run --rm --security-opt no-new-privileges $b grep NoNewPrivs /proc/self/status"
	try "run: seccomp" 0 'Seccomp:.2.*Seccomp:.0' "$run --rm $b grep Seccomp: /proc/self/status; \
		$run --rm --security-opt seccomp=unconfined $b grep Seccomp: /proc/self/status"
	try "run: a profile for seccomp" 1 '' "echo '{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": \
		[{\"names\": [\"mkdir\", \"mkdirat\"], \"action\": \"SCMP_ACT_ERRNO\"}]}' >/tmp/profile.json; \
		$run --rm --security-opt seccomp=/tmp/profile.json $b mkdir /x"
	says 'Operation not permitted'
	try "run: sysctl, hostname, label" 0 '^5.name' \
		"$run --rm --sysctl net.ipv4.ip_default_ttl=5 --hostname name $b sh -c 'cat /proc/sys/net/ipv4/ip_default_ttl; hostname'"
	try "run: a socket of the host" 0 '"Os":"linux"|OK' "$run --rm -v /var/run/docker.sock:/sock $b \
		sh -c 'printf \"GET /_ping HTTP/1.0\\r\\n\\r\\n\" | nc local:/sock 2>/dev/null || test -S /sock && echo OK'"
}

container_cases() {
	try "detached" 0 '^d-up' "$run -d --name dd $b sleep 1000 >/dev/null; \
		docker inspect -f 'd-{{if .State.Running}}up{{end}}' dd"
	try "top" 0 'sleep 1000' "docker top dd -o pid,args | grep -o 'sleep.*'"
	try "exec" 0 '^in.3' "docker exec dd echo in; docker exec dd sh -c 'exit 3'; echo \$?"
	try "exec: user, environment, directory, privileges" 0 '^5:0 b./tmp' \
		"docker exec -u 5 -e A=b -w /tmp dd sh -c 'echo \$(id -u):\$(id -g) \$A; pwd'"
	try "exec: standard input" 0 '^typed' "echo typed | docker exec -i dd cat"
	try "exec: a terminal" 0 '/dev/pts/' "on_terminal 'docker exec -it dd tty'"
	# 127 in later releases of Docker.
	try "exec: no such program" 126 'nonexistent' "docker exec dd /nonexistent 2>&1"
	differs
	try "exec: a program without permission" 126 'permission denied' "docker exec dd /etc/passwd 2>&1"
	differs
	try "exec: detached" 0 'sleep 555' "docker exec -d dd sleep 555; until_true 'docker top dd -o pid,args | grep 555'; \
		docker top dd -o pid,args | grep -o 'sleep.*'"
	try "cp" 0 '^root.*word' "docker cp dd:/etc/passwd - | tar -xO; docker cp /tmp/mnt/file dd:/tmp/copy; \
		docker exec dd cat /tmp/copy"
	try "diff" 0 'A /tmp/copy' "docker diff dd"
	try "stats" 0 '^dd' "docker stats --no-stream --format '{{.Name}} {{.PIDs}}' dd"
	try "update" 0 '^33554432' "docker update -m 32m --memory-swap 64m dd >/dev/null; \
		docker exec dd cat /sys/fs/cgroup/memory/memory.limit_in_bytes"
	try "pause" 0 '^paused.running' "docker pause dd >/dev/null; docker inspect -f '{{.State.Status}}' dd; \
		docker unpause dd >/dev/null; docker inspect -f '{{.State.Status}}' dd"
	try "kill, stop" 0 '137' "docker stop -t 1 dd; docker inspect -f '{{.State.ExitCode}}' dd; docker rm dd"
	try "stop in time" 0 '^r.4' "$run -d --name r1 $b sh -c 'trap \"exit 4\" TERM; while :; do sleep 0.05; done' \
		>/dev/null; sleep 0.3; docker stop -t 10 r1 | cut -c1; docker inspect -f '{{.State.ExitCode}}' r1; docker rm -f r1"
	try "kill -s" 0 '^hup' "$run -d --name k1 $b sh -c 'trap \"echo hup; exit\" HUP; while :; do sleep 0.05; done' \
		>/dev/null; sleep 0.3; docker kill -s HUP k1 >/dev/null; docker wait k1 >/dev/null; docker logs k1; docker rm k1"
	try "restart policy" 0 '^up.up' "$run -d --name rr --restart always $b sh -c 'echo up; sleep 0.1; exit 3' >/dev/null; \
		until_true '[ \$(docker logs rr | wc -l) -gt 2 ]'; docker logs rr | head -2; docker rm -f rr"
	try "restart" 0 '^true' "$run -d --name rs $b sleep 1000 >/dev/null; docker restart -t 0 rs >/dev/null; \
		docker inspect -f '{{.State.Running}}' rs; docker rm -f rs"
	try "health" 0 '^healthy' "$run -d --name hh --health-cmd true --health-interval 1s $b sleep 1000 >/dev/null; \
		until_true 'docker inspect -f {{.State.Health.Status}} hh | grep -x healthy'; \
		docker inspect -f '{{.State.Health.Status}}' hh; docker rm -f hh"
	try "out of memory" 0 '^true' "$run --name oo -m 16m --memory-swap 16m $b \
		sh -c 'dd if=/dev/zero of=/dev/null bs=64M count=1' >/dev/null 2>&1; \
		docker inspect -f '{{.State.OOMKilled}}' oo; docker rm oo"
	try "build" 0 '^first.second' "DOCKER_BUILDKIT=0 docker build -q --no-cache -t built /tmp/context >/dev/null; \
		$run --rm built; docker rmi -f built >/dev/null"
}

cases() {
	run="docker run --runtime $RUNTIME"
	b=busybox:local

	run_cases
	container_cases
	# The builder and what has no --runtime go by the default.
	daemon_stop
	daemon_start --default-runtime "$RUNTIME"
	try "build by default" 0 '^first.second' "DOCKER_BUILDKIT=0 docker build -q --no-cache -t built /tmp/context \
		>/dev/null; docker run --rm built; docker rmi -f built >/dev/null"
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
