# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Podman as root, with conmon, and Buildah.

engine_start() {
	mkdir -p /etc/containers /tmp/mnt /tmp/context
	echo '{"default": [{"type": "insecureAcceptAnything"}]}' >/etc/containers/policy.json
	printf '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n' >/etc/containers/containers.conf
	printf '[storage]\ndriver = "vfs"\nrunroot = "/run/containers"\ngraphroot = "/var/lib/containers"\n' \
		>/etc/containers/storage.conf
	echo containers:200000:1000000 | tee /etc/subuid >/etc/subgid
	busybox_image /tmp/busybox.tar
	podman load -qi /tmp/busybox.tar || return 1
	echo word >/tmp/mnt/file
	cat >/tmp/context/Containerfile <<-'END'
		FROM localhost/busybox:local
		RUN echo first >/first
		RUN cat /first && echo second >/second
		CMD cat /first /second
	END
}

engine_stop() { podman rm -qaf -t 0; }

run_cases() {
	try "run" 0 '^hello' "$run --rm $b echo hello"
	try "run: exit status" 7 '' "$run --rm $b sh -c 'exit 7'"
	try "run: no such program" 127 '' "$run --rm $b /nonexistent"
	says 'no such file or directory: OCI runtime attempted to invoke a command that was not found'
	try "run: no such program in PATH" 127 '' "$run --rm $b nonexistent"
	says 'executable file not found in \$PATH.*not found'
	try "run: a directory as the program" 126 '' "$run --rm $b /etc"
	says 'OCI permission denied'
	try "run: a program without permission" 126 '' "$run --rm $b /etc/passwd"
	says 'OCI permission denied'
	try "run: a terminal" 0 '/dev/pts/0' "on_terminal '$run --rm -it $b tty'"
	try "run: standard input" 0 '^typed' "echo typed | $run --rm -i $b cat"
	try "run: limits" 0 '^67108864.50.50000' "$run --rm -m 64m --pids-limit 50 --cpus 0.5 $b \
		sh -c 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes pids/pids.max cpu/cpu.cfs_quota_us'"
	try "run: read-only, tmpfs, user" 0 '5:6.*rw.*no' "$run --rm --read-only --tmpfs /x --user 5:6 $b \
		sh -c 'echo \$(id -u):\$(id -g); echo a >/x/a && grep -o \" /x tmpfs rw\" /proc/mounts; (echo >/b) 2>/dev/null || echo no'"
	try "run: capabilities" 0 'CapEff:.0000000000000400' \
		"$run --rm --cap-drop all --cap-add net_bind_service $b grep ^Cap /proc/self/status"
	try "run: privileged" 0 'CapEff' "$run --rm --privileged $b sh -c 'grep ^Cap /proc/self/status'"
	try "run: the host's pids" 0 'conmon' "$run --rm --pid host $b ps -o comm | grep -x conmon | head -1"
	try "run: bind mount and volume" 0 'word.*no.*kept' "$run --rm -v /tmp/mnt:/mnt:ro -v vol-$RUNTIME:/vol $b \
		sh -c 'cat /mnt/file; (echo >/mnt/file) 2>/dev/null || echo no; echo kept >/vol/file'; \
		$run --rm -v vol-$RUNTIME:/vol $b cat /vol/file"
	try "run: user namespace" 0 '0 +100000 +65536.*CapEff' "$run --rm --uidmap 0:100000:65536 --gidmap 0:100000:65536 $b \
		sh -c 'cat /proc/self/uid_map; grep CapEff /proc/self/status; touch /x; ls -ln /x | cut -c1-30'"
	try "run: user namespace by itself" 0 '0 +[0-9]+ +[0-9]+' "$run --rm --userns auto:size=1000 $b \
		sh -c 'cat /proc/self/uid_map'"
	differs
	try "run: ulimit, sysctl, hostname" 0 '^77.5.name' "$run --rm --ulimit nofile=77:88 --ulimit nproc=500:500 \
		--sysctl net.ipv4.ip_default_ttl=5 --hostname name $b sh -c 'ulimit -n; cat /proc/sys/net/ipv4/ip_default_ttl; hostname'"
	try "run: a device" 0 'crw.*10, *229' "$run --rm --device /dev/fuse $b ls -l /dev/fuse | cut -c1-48"
	try "run: seccomp, no privileges more" 0 'NoNewPrivs:.1.Seccomp:.2.*Seccomp:.0' \
		"$run --rm --security-opt no-new-privileges $b grep -E '(Privs|Seccomp):' /proc/self/status; \
		$run --rm --security-opt seccomp=unconfined $b grep Seccomp: /proc/self/status"
	try "run: ready by its own word" 0 '^said' "$run --rm --sdnotify=container $b echo said"
	try "run: descriptors" 0 '^kept' "echo kept >/tmp/kept; $run --rm --preserve-fds 1 $b cat /proc/self/fd/3 3</tmp/kept"
}

container_cases() {
	try "detached" 0 '^d-running' "$run -d --name dd $b sleep 1000 >/dev/null; \
		podman inspect -f 'd-{{.State.Status}}' dd"
	try "top" 0 'sleep 1000' "podman --runtime $RUNTIME_PATH top dd args"
	try "exec" 0 '^in.3' "$podman exec dd echo in; $podman exec dd sh -c 'exit 3'; echo \$?"
	try "exec: user, environment, directory" 0 '^5:0 b./tmp' \
		"$podman exec -u 5 -e A=b -w /tmp dd sh -c 'echo \$(id -u):\$(id -g) \$A; pwd'"
	try "exec: standard input" 0 '^typed' "echo typed | $podman exec -i dd cat"
	try "exec: a terminal" 0 '/dev/pts/' "on_terminal '$podman exec -it dd tty'"
	try "exec: no such program" 127 '' "$podman exec dd /nonexistent"
	says 'not found'
	try "exec: a program without permission" 126 '' "$podman exec dd /etc/passwd"
	says 'permission denied'
	try "exec: detached" 0 'sleep 555' "$podman exec -d dd sleep 555 >/dev/null; \
		until_true '$podman top dd args | grep 555'; $podman top dd args"
	try "cp" 0 '^word' "$podman cp /tmp/mnt/file dd:/tmp/copy; $podman exec dd cat /tmp/copy"
	try "stats" 0 '^dd' "$podman stats --no-stream --format '{{.Name}} {{.PIDs}}' dd"
	try "pause" 0 '^paused.running' "$podman pause dd >/dev/null; podman inspect -f '{{.State.Status}}' dd; \
		$podman unpause dd >/dev/null; podman inspect -f '{{.State.Status}}' dd"
	try "stop" 0 '137' "$podman stop -t 0 dd >/dev/null; podman inspect -f '{{.State.ExitCode}}' dd; podman rm dd >/dev/null"
	try "kill" 0 '^hup' "$run -d --name kk $b sh -c 'trap \"echo hup; exit\" HUP; while :; do sleep 0.05; done' \
		>/dev/null; sleep 0.3; $podman kill -s HUP kk >/dev/null; podman wait kk >/dev/null; podman logs kk; podman rm kk >/dev/null"
	try "restart" 0 '^running' "$run -d --name rs $b sleep 1000 >/dev/null; $podman restart -t 0 rs >/dev/null; \
		podman inspect -f '{{.State.Status}}' rs; podman rm -f -t 0 rs >/dev/null"
	try "health" 0 'healthy' "$run -d --name hh --health-cmd true --health-interval disable $b sleep 1000 >/dev/null; \
		$podman healthcheck run hh; podman inspect -f '{{.State.Health.Status}}' hh; podman rm -f -t 0 hh >/dev/null"
	try "pod" 0 '^net:.*net:' "podman --runtime $RUNTIME_PATH pod create --name po --infra=false >/dev/null; \
		$run --rm --pod po $b readlink /proc/self/ns/net | cut -c1-4; \
		$run --rm --pod po $b readlink /proc/self/ns/net | cut -c1-4; podman pod rm -f po >/dev/null"
	try "out of memory" 137 '' "$run --rm -m 16m --memory-swap 16m $b dd if=/dev/zero of=/dev/null bs=64M count=1"
	try "build" 0 '^first.second' "$podman build -q --layers=false --isolation oci --no-cache -t built /tmp/context >/dev/null; \
		$run --rm localhost/built; podman rmi -f built >/dev/null"
	try "buildah" 0 'second' "buildah --storage-driver vfs bud -q --runtime $RUNTIME_PATH --isolation oci --network none \
		-t built2 /tmp/context >/dev/null; $run --rm localhost/built2; podman rmi -f built2 >/dev/null"
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
	podman="podman --runtime $RUNTIME_PATH"
	run="$podman run --network none"
	b=localhost/busybox:local

	run_cases
	container_cases
	file_cases
}
