# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# containerd by its own client: containers, their tasks, and containerd's death between.

engine_start() {
	containerd >/out/containerd.log 2>&1 &
	engine=$!
	until_true 'ctr version' || return 1
	busybox_image /tmp/busybox.tar
	ctr image import /tmp/busybox.tar
	image=docker.io/library/busybox:local
}

engine_stop() {
	kill "$engine"
	wait "$engine"
}

cases() {
	run="ctr run --runc-binary $RUNTIME_PATH"

	# What contrib/ has for this engine, with the name of the runtime in it.
	settings=config-v3.toml
	containerd --version | grep -qE ' v?2\.' || settings=config-v2.toml
	try "contrib/containerd" 0 "BinaryName = .*/${RUNTIME}[\"']" \
		"sed '/BinaryName/s/tare/$RUNTIME/' /out/contrib/containerd/$settings >/tmp/config.toml; \
		containerd --config /tmp/config.toml config dump | grep BinaryName"
	differs
	try "run" 0 '^hello' "$run --rm $image a echo hello"
	try "run: exit status" 7 '' "$run --rm $image a sh -c 'exit 7'"
	try "run: no such program" 1 '' "$run --rm $image a /nonexistent"
	says 'no such file or directory'
	try "run: a directory as the program" 1 '' "$run --rm $image a /etc"
	says 'permission denied'
	try "run: a terminal" 0 '/dev/pts/0' "on_terminal '$run --rm -t $image a tty'"
	try "run: read-only root, environment, directory" 0 'b./tmp.no' \
		"$run --rm --read-only --env A=b --cwd /tmp $image a \
		sh -c 'echo \$A; pwd; (echo >/file) 2>/dev/null || echo no'"
	try "run: a limit of memory, seen on the host" 0 '^67108864' \
		"$run -d --memory-limit 67108864 $image m sleep 1000; \
		cat /sys/fs/cgroup/$(limit memory default/m); ctr task rm -f m 2>/dev/null; ctr container rm m"
	try "run: a bind mount" 0 'x' "mkdir -p /tmp/mnt; touch /tmp/mnt/x; \
		$run --rm --mount type=bind,src=/tmp/mnt,dst=/mnt,options=rbind:ro $image a ls /mnt"
	try "run: the host's network" 0 'lo' "$run --rm --net-host $image a ls /sys/class/net"
	try "run: no privileges more" 0 'NoNewPrivs:.1' \
		"$run --rm $image a grep NoNewPrivs /proc/self/status; true"

	try "detached" 0 '' "$run -d $image d sleep 1000"
	try "list" 0 'RUNNING' "ctr task ls | awk 'NR > 1 { print \$1, \$3 }'"
	try "exec" 0 '^in' "ctr task exec --exec-id e d echo in"
	try "exec: exit status" 9 '' "ctr task exec --exec-id e d sh -c 'exit 9'"
	try "exec: a terminal" 0 '/dev/pts/' "on_terminal 'ctr task exec -t --exec-id e d tty'"
	try "exec: no such program" 1 '' "ctr task exec --exec-id e d /nonexistent"
	says 'no such file or directory'
	try "exec: detached, and processes" 0 '^3' \
		"ctr task exec -d --exec-id e d sleep 500; ctr task ps d | wc -l"
	try "pause" 0 'PAUSED' "ctr task pause d; ctr task ls | awk 'NR > 1 { print \$1, \$3 }'"
	try "resume" 0 'RUNNING' "ctr task resume d; ctr task ls | awk 'NR > 1 { print \$1, \$3 }'"
	try "metrics" 0 'memory.usage(_in_bytes)?' "ctr task metrics d | awk '/memory/ { print \$1 }'"
	try "containerd killed and started again" 0 'd RUNNING' \
		"kill -KILL $engine; until_true '! kill -0 $engine'; containerd >>/out/containerd.log 2>&1 & \
		echo \$! >/tmp/engine; until_true 'ctr version'; ctr task ls | awk 'NR > 1 { print \$1, \$3 }'"
	engine=$(cat /tmp/engine)
	try "exec after that" 0 '^in' "ctr task exec --exec-id e2 d echo in"
	ours "checkpoint" 1 "ctr task checkpoint d"
	says "there is no command 'checkpoint'"
	try "kill" 0 'STOPPED' "ctr task kill -s KILL d; until_true 'ctr task ls | grep STOPPED'; \
		ctr task ls | awk 'NR > 1 { print \$1, \$3 }'"
	try "delete" 0 '^0' "ctr task rm d 2>/dev/null; ctr container rm d; ctr container ls -q | wc -l"
	try "delete a task that runs" 0 '^0' "$run -d $image f sleep 1000; ctr task rm -f f 2>/dev/null; \
		ctr container rm f; ctr container ls -q | wc -l"
}
