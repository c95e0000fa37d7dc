# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# conmon with the words that CRI-O gives it, and the runtime with those that CRI-O itself uses: what a pod's
# container goes through from creation to removal. CRI-O is not in Debian; conmon is.

engine_start() {
	mkdir -p /tmp/rootfs/{bin,dev,proc,sys,etc,tmp} /run/crio /tmp/exits /tmp/logs
	cp /bin/busybox /tmp/rootfs/bin/
	for name in sh echo sleep cat tty id env mkdir; do ln -s busybox "/tmp/rootfs/bin/$name"; done
}

engine_stop() { :; }

words() { jq -nc '$ARGS.positional' --args -- "$@"; }

# bundle ID TERMINAL ARGUMENT...
bundle() {
	local at=/tmp/bundles/$RUNTIME/$1 terminal=$2
	mkdir -p "$at"
	(cd "$at" && runc spec)
	shift 2
	jq --argjson terminal "$terminal" --argjson args "$(words "$@")" '.process.args = $args |
		.process.terminal = $terminal | .process.env = ["PATH=/bin"] | del(.process.rlimits) |
		del(.process.capabilities.ambient) | .root = {path: "/tmp/rootfs", readonly: true}' "$at/config.json" >"$at/new"
	mv "$at/new" "$at/config.json"
}

# monitor SYNC-FILE WORD...: what conmon tells its parent goes to the file.
monitor() {
	local sync=$1 reader
	shift
	rm -f /tmp/start /tmp/sync
	mkfifo /tmp/start /tmp/sync
	cat /tmp/sync >"$sync" &
	reader=$!
	_OCI_SYNCPIPE=3 _OCI_STARTPIPE=4 conmon "$@" -r "$RUNTIME_PATH" --runtime-arg "--root=$root" \
		--socket-dir-path /run/crio --log-level info 3>/tmp/sync 4<>/tmp/start &
	echo >/tmp/start
	wait $!
	until_true "test -s $sync"
	kill "$reader" 2>/dev/null
}

# create ID WORD...
create() {
	local id=$1
	shift
	rm -f "/tmp/logs/$id"
	monitor "/tmp/sync-$id" -b "/tmp/bundles/$RUNTIME/$id" -c "$id" -u "$id" -n "k8s_$id" -l "/tmp/logs/$id" \
		-P "/tmp/$id.conmon" -p "/tmp/$id.pid" --exit-dir /tmp/exits --persist-dir "/tmp/bundles/$RUNTIME/$id" "$@"
}

# exec_sync ID WORD... -- ARGUMENT...: a probe, as the kubelet asks for them.
exec_sync() {
	local id=$1 words=() terminal=false
	shift
	while [ "$1" != -- ]; do
		[ "$1" != -t ] || terminal=true
		words+=("$1")
		shift
	done
	shift
	jq --argjson args "$(words "$@")" '.process | .args = $args | .terminal = '"$terminal" \
		"/tmp/bundles/$RUNTIME/$id/config.json" >/tmp/process.json
	rm -f /tmp/logs/exec
	monitor /tmp/sync-exec -c "$id" -u "$id" -n "k8s_$id" -e -l /tmp/logs/exec -p /tmp/exec.pid \
		--exec-process-spec /tmp/process.json "${words[@]}"
	jq -c 'del(.pid)' /tmp/sync-exec
	log /tmp/logs/exec
}

# log FILE: without the times.
log() { [ ! -e "$1" ] || cut -d' ' -f2- "$1"; }

ended() { until_true "test -s /tmp/exits/$1"; cat "/tmp/exits/$1"; rm "/tmp/exits/$1"; }

gone() { rt delete --force "$1" && until_true "! kill -0 $(cat "/tmp/$1.conmon")"; }

# A client of the attach socket: sends a line, prints the first answer.
attach() { # ID LINE
	python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect("/run/crio/%s/attach" % sys.argv[1])
s.send((sys.argv[2] + "\n").encode())
s.settimeout(10)
print(s.recv(8192)[1:].decode().strip())' "$1" "$2"
}

rt() { "$RUNTIME_PATH" "--root=$root" "$@"; }

cases() {
	root=/tmp/roots/$RUNTIME
	mkdir -p "$root"

	bundle a false sh -c 'echo out; echo bad >&2; exit 5'
	try "create, start, log, exit file" 0 'created.5.*stderr F bad.*stdout F out' "create a; jq -r '.pid > 0' /tmp/sync-a; \
		rt state a | jq -r .status; rt start a; ended a; echo; log /tmp/logs/a | sort; gone a"
	bundle p false sleep 1000
	try "a pod's container" 0 'true.running' "create p; rt start p; jq \".pid == \$(cat /tmp/p.pid)\" /tmp/sync-p; \
		rt state p | jq -r .status"
	try "exec: a probe" 0 '"exit_code":0.*stdout F in' "exec_sync p -- echo in"
	try "exec: a probe that fails" 0 '"exit_code":3' "exec_sync p -- sh -c 'exit 3'"
	try "exec: a probe that takes too long" 0 '"exit_code":-1' "exec_sync p -T 1 -- sleep 100"
	try "exec: a terminal" 0 '"exit_code":0.*dev/pts' "exec_sync p -t -- tty"
	# In one piece or in two, as conmon happens to read it.
	differs
	try "exec: no such program" 0 '^-1' "exec_sync p -- /nonexistent | jq -c .exit_code"
	try "exec: streamed" 0 '^typed.*4' "jq '.process | .args = [\"sh\", \"-c\", \"cat; exit 4\"]' /tmp/bundles/$RUNTIME/p/config.json \
		>/tmp/process.json; echo typed | rt exec --process /tmp/process.json p; echo \$?"
	try "pause, resume" 0 'paused.running' "rt pause p; rt state p | jq -r .status; rt resume p; rt state p | jq -r .status"
	try "update" 0 '^33554432' "echo '{\"memory\": {\"limit\": 33554432}}' | rt update --resources - p; \
		cat /sys/fs/cgroup/$(limit memory p)"
	try "kill" 0 '^137' "rt kill p KILL; ended p; until_true 'rt state p | grep stopped'"
	try "kill: it has ended" 1 '' "rt kill p KILL"
	says 'container not running'
	try "delete" 0 '' "gone p; rt delete --force p"
	try "state: it is gone" 1 '' "rt state p"
	says 'does not exist'
	bundle t true tty
	try "a terminal" 0 '^0.stdout [FP] /dev/pts/0' "create t -t; rt start t; ended t; echo; log /tmp/logs/t; gone t"
	# In one piece or in two, as conmon happens to read it.
	differs
	bundle i false cat
	try "attach" 0 '^typed.*typed' "create i -i --leave-stdin-open; rt start i; attach i typed; rt kill i KILL; ended i >/dev/null; \
		log /tmp/logs/i; gone i"
	bundle n false /nonexistent
	try "create: no such program" 0 '-1' "create n; jq -c .pid /tmp/sync-n; jq -r .message /tmp/sync-n >&2; rt delete --force n"
	says 'no such file or directory'
}
