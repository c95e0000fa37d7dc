# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What Docker and Podman do alike, for their files of cases/. They set $engine, the client with its options,
# $run for containers without a network, $b, the image, and $exec_missing, the status of an exec that finds no
# program.
# shellcheck disable=SC2154

shared_run_cases() {
	try "run" 0 '^hello' "$run --rm $b echo hello"
	try "run: exit status" 7 '' "$run --rm $b sh -c 'exit 7'"
	try "run: no such program" 127 '' "$run --rm $b /nonexistent"
	says 'no such file or directory'
	try "run: no such program in PATH" 127 '' "$run --rm $b nonexistent"
	says 'executable file not found in \$PATH'
	try "run: a directory as the program" 126 '' "$run --rm $b /etc"
	says 'permission denied'
	try "run: a program without permission" 126 '' "$run --rm $b /etc/passwd"
	says 'permission denied'
	try "run: a terminal" 0 '/dev/pts/0' "on_terminal '$run --rm -it $b tty'"
	try "run: standard input" 0 '^typed' "echo typed | $run --rm -i $b cat"
	try "run: standard error" 0 '^bad' "$run --rm $b sh -c 'echo bad >&2; echo good' 2>&1 >/dev/null | grep -x bad"
	try "run: read-only, tmpfs, user" 0 '5:6.*rw.*no' "$run --rm --read-only --tmpfs /x --user 5:6 $b \
		sh -c 'echo \$(id -u):\$(id -g); echo a >/x/a && grep -o \" /x tmpfs rw\" /proc/mounts; (echo >/b) 2>/dev/null || echo no'"
	try "run: capabilities" 0 'CapEff:.0000000000000400' \
		"$run --rm --cap-drop all --cap-add net_bind_service $b grep ^Cap /proc/self/status"
	try "run: default capabilities" 0 'CapEff:.00000000(a8|80)' "$run --rm $b grep ^Cap /proc/self/status"
	try "run: bind mount and volume" 0 'word.*no.*kept' "$run --rm -v /tmp/mnt:/mnt:ro -v vol-$RUNTIME:/vol $b \
		sh -c 'cat /mnt/file; (echo >/mnt/file) 2>/dev/null || echo no; echo kept >/vol/file'; \
		$run --rm -v vol-$RUNTIME:/vol $b cat /vol/file"
	try "run: a device" 0 'crw.*10, *229' "$run --rm --device /dev/fuse $b ls -l /dev/fuse | cut -c1-48"
	try "run: ulimit, sysctl, hostname" 0 '^77.5.name' "$run --rm --ulimit nofile=77:88 --ulimit nproc=500:500 \
		--sysctl net.ipv4.ip_default_ttl=5 --hostname name $b sh -c 'ulimit -n; cat /proc/sys/net/ipv4/ip_default_ttl; hostname'"
	try "run: seccomp, no privileges more" 0 'NoNewPrivs:.1.Seccomp:.2.*Seccomp:.0' \
		"$run --rm --security-opt no-new-privileges $b grep -E '(Privs|Seccomp):' /proc/self/status; \
		$run --rm --security-opt seccomp=unconfined $b grep Seccomp: /proc/self/status"
}

# What needs a cgroup of one's own.
shared_cgroup_cases() {
	try "run: limits" 0 '^67108864.50.50000' "$run --rm -m 64m --pids-limit 50 --cpus 0.5 $b \
		sh -c 'cd /sys/fs/cgroup; cat $(limit memory) $(limit pids) $(limit cpu)'"
	try "out of memory" 137 '' "$run --rm -m 16m --memory-swap 16m $b dd if=/dev/zero of=/dev/null bs=64M count=1"
	try "stats" 0 '^d1' "$run -d --name d1 $b sleep 1000 >/dev/null; \
		$engine stats --no-stream --format '{{.Name}} {{.PIDs}}' d1"
	try "pause" 0 '^paused.running' "$engine pause d1 >/dev/null; $engine inspect -f '{{.State.Status}}' d1; \
		$engine unpause d1 >/dev/null; $engine inspect -f '{{.State.Status}}' d1; $engine rm -f d1 >/dev/null"
}

shared_container_cases() {
	try "detached" 0 '^d-running' "$run -d --name dd $b sleep 1000 >/dev/null; \
		$engine inspect -f 'd-{{.State.Status}}' dd"
	try "exec" 0 '^in.3' "$engine exec dd echo in; $engine exec dd sh -c 'exit 3'; echo \$?"
	try "exec: user, environment, directory" 0 '^5:0 b./tmp' \
		"$engine exec -u 5 -e A=b -w /tmp dd sh -c 'echo \$(id -u):\$(id -g) \$A; pwd'"
	try "exec: standard input" 0 '^typed' "echo typed | $engine exec -i dd cat"
	try "exec: a terminal" 0 '/dev/pts/' "on_terminal '$engine exec -it dd tty'"
	try "exec: no such program" "$exec_missing" '' "$engine exec dd /nonexistent >&2"
	says 'no such file or directory'
	try "exec: a program without permission" 126 '' "$engine exec dd /etc/passwd >&2"
	says 'permission denied'
	try "exec: detached" 0 'sleep 555' "$engine exec -d dd sleep 555 >/dev/null; \
		until_true 'ps -eo args | grep -x \"sleep 555\"'; ps -eo args | grep -x 'sleep 555'"
	try "cp" 0 '^word' "$engine cp /tmp/mnt/file dd:/tmp/copy >/dev/null; $engine exec dd cat /tmp/copy"
	try "stop" 0 '137' "$engine stop -t 1 dd >/dev/null; $engine inspect -f '{{.State.ExitCode}}' dd; $engine rm dd >/dev/null"
	try "kill" 0 '^hup' "$run -d --name kk $b sh -c 'trap \"echo hup; exit\" HUP; while :; do sleep 0.05; done' \
		>/dev/null; sleep 0.3; $engine kill -s HUP kk >/dev/null; $engine wait kk >/dev/null; $engine logs kk; $engine rm kk >/dev/null"
	try "stop in time" 0 '^4' "$run -d --name r1 $b sh -c 'trap \"exit 4\" TERM; while :; do sleep 0.05; done' \
		>/dev/null; sleep 0.3; $engine stop -t 10 r1 >/dev/null; $engine inspect -f '{{.State.ExitCode}}' r1; $engine rm r1 >/dev/null"
	try "restart" 0 '^running' "$run -d --name rs $b sleep 1000 >/dev/null; $engine restart -t 0 rs >/dev/null; \
		$engine inspect -f '{{.State.Status}}' rs; $engine rm -f rs >/dev/null"
}
