# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# containerd as the kubelet speaks to it: pods and their containers over the CRI, each runtime by its handler's name.

engine_start() {
	# A pod's own program is to be the last one that the kernel ends for memory, which takes CAP_SYS_RESOURCE.
	local restrict=true
	! has_all_capabilities || restrict=false
	socket=unix:///run/containerd/containerd.sock
	# The program that Kubernetes starts for a pod, and the network it has.
	mkdir -p /etc/cni/net.d /tmp/pods
	jq -n '{cniVersion: "0.4.0", name: "pods", plugins: [{type: "bridge", bridge: "pods0", isGateway: true,
		ipam: {type: "host-local", ranges: [[{subnet: "10.88.7.0/24"}]]}}]}' >/etc/cni/net.d/10-pods.conflist
	if is_v2; then
		cat /out/contrib/containerd/config-v3.toml
		printf '%s\n' "[plugins.'io.containerd.cri.v1.images'.pinned_images]" "sandbox = '$pause'" \
			"[plugins.'io.containerd.cri.v1.runtime']" "restrict_oom_score_adj = $restrict" \
			"[plugins.'io.containerd.cri.v1.runtime'.cni]" "bin_dir = '/usr/lib/cni'" \
			"[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]" "runtime_type = 'io.containerd.runc.v2'" \
			"[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]" "SystemdCgroup = false"
	else
		cat /out/contrib/containerd/config-v2.toml
		printf '%s\n' '[plugins."io.containerd.grpc.v1.cri"]' "sandbox_image = '$pause'" "restrict_oom_score_adj = $restrict" \
			'[plugins."io.containerd.grpc.v1.cri".cni]' "bin_dir = '/usr/lib/cni'"
	fi | if [ "$MANAGER" = systemd ]; then sed 's/SystemdCgroup = false/SystemdCgroup = true/'; else cat; fi >/tmp/config.toml
	protoc -I/tests --python_out=/tmp cri.proto || return 1
	engine_run
	until_true 'cri Status "{}" | grep -q NetworkReady' || return 1
	busybox_image /tmp/busybox.tar
	mkdir /tmp/pause && cp /bin/busybox /tmp/pause/sleep
	image /tmp/pause pause:local /tmp/pause.tar /sleep 1000000
	ctr -n k8s.io image import /tmp/busybox.tar
	ctr -n k8s.io image import /tmp/pause.tar
}
pause=docker.io/library/pause:local

engine_run() {
	containerd --config /tmp/config.toml >>/out/containerd.log 2>&1 &
	engine=$!
}

engine_stop() {
	kill "$engine"
	wait "$engine"
}

is_v2() { containerd --version | grep -qE ' v?2\.'; }

cri() { PYTHONPATH=/tmp /tests/cri "$socket" "$@"; }

pods() { if [ "$MANAGER" = systemd ]; then echo tests-pods.slice; else echo /pods; fi; }

# pod NAME [EDIT]: runs a sandbox whose configuration an expression of jq has changed.
pod() {
	jq -nc --arg name "$RUNTIME-$1" "{metadata: {name: \$name, uid: \$name, namespace: \"tests\"}, hostname: \"$1\",
		log_directory: \"/tmp/pods/$RUNTIME-$1\", linux: {cgroup_parent: \"$(pods)\"}} | ${2:-.}" >"/tmp/pods/$1.json"
	cri RunPodSandbox "$(jq -c --arg handler "$RUNTIME" '{config: ., runtime_handler: $handler}' "/tmp/pods/$1.json")" \
		>/tmp/pods/reply || return
	jq -r .pod_sandbox_id /tmp/pods/reply >"/tmp/pods/$1"
}

# of_pod NAME METHOD: a call about a pod.
of_pod() { cri "$2" "{\"pod_sandbox_id\": \"$(<"/tmp/pods/$1")\"}"; }

pod_is() { of_pod "$1" PodSandboxStatus | jq -r '.status.state // "SANDBOX_READY"'; }

end_pod() { of_pod "$1" StopPodSandbox >/dev/null && of_pod "$1" RemovePodSandbox >/dev/null; }

# create POD NAME EDIT WORD...: a container of that pod.
create() {
	local sandbox=$1 name=$2 edit=$3
	shift 3
	rm -f "/tmp/pods/$RUNTIME-$sandbox/$name.log"
	jq -nc --arg name "$name" --slurpfile sandbox "/tmp/pods/$sandbox.json" --arg pod "$(<"/tmp/pods/$sandbox")" \
		"{pod_sandbox_id: \$pod, sandbox_config: \$sandbox[0], config: ({metadata: {name: \$name}, log_path: (\$name + \".log\"),
		image: {image: \"docker.io/library/busybox:local\"}, command: \$ARGS.positional,
		linux: {security_context: {namespace_options: {pid: \"CONTAINER\"}}}} | ${edit:-.})}" --args -- "$@" \
		>"/tmp/pods/$name.json"
	cri CreateContainer "$(<"/tmp/pods/$name.json")" >/tmp/pods/reply || return
	jq -r .container_id /tmp/pods/reply >"/tmp/pods/$name"
}

# of NAME METHOD [MEMBERS]: a call about a container.
of() { cri "$2" "{\"container_id\": \"$(<"/tmp/pods/$1")\"${3:+, $3}}"; }

start() { create "$@" && of "$2" StartContainer >/dev/null; }

state_of() { of "$1" ContainerStatus | jq -r '.status | .state // "CONTAINER_CREATED", .exit_code // 0, .reason // "-"' | paste -sd' '; }

ended() { until_true "of $1 ContainerStatus | grep EXITED" && state_of "$1"; }

log_of() { cut -d' ' -f2- "/tmp/pods/$RUNTIME-$1/$2.log"; }

# output POD NAME EDIT WORD...: what a container says.
output() {
	start "$@" && ended "$2" && log_of "$1" "$2"
	of "$2" RemoveContainer >/dev/null
}

in_container() { # NAME WORD...
	local name=$1
	shift
	of "$name" ExecSync "\"cmd\": $(jq -nc '$ARGS.positional' --args -- "$@")" >/tmp/pods/said || return
	jq -r '(.stdout // "" | @base64d), "status \(.exit_code // 0)"' /tmp/pods/said
	jq -r '.stderr // "" | @base64d' /tmp/pods/said >&2
}

cgroup_of() { # POD-OR-CONTAINER CONTROLLER
	if [ "$MANAGER" = systemd ]; then
		echo "/sys/fs/cgroup/tests.slice/$(pods)/cri-containerd-$(<"/tmp/pods/$1").scope"
	elif pure_v2; then
		echo "/sys/fs/cgroup/pods/$(<"/tmp/pods/$1")"
	else
		echo "/sys/fs/cgroup/$2/pods/$(<"/tmp/pods/$1")"
	fi
}

cases() {
	if is_v2; then
		try "handler and its features" 0 'user_namespaces":true' "cri Status '{}' | jq -c '.runtime_handlers[] | select(.name == \"$RUNTIME\")'"
		differs
	fi
	try "pod" 0 '^SANDBOX_READY' "pod p && pod_is p"
	try "pod: an address" 0 'eth0.*10\.88\.7\.' "output p a '' ip -4 -o addr show eth0 | sed 's/[0-9]*\\/24.*//'"
	try "container: from creation to removal" 0 'CREATED.*RUNNING.*EXITED 7 Error.*F hello' "create p a '' sh -c 'echo hello; until [ -e /go ]; do sleep 0.05; done; exit 7'; \
		state_of a; of a StartContainer >/dev/null; state_of a; in_container a touch /go; ended a; log_of p a; of a RemoveContainer"
	try "container: no such program" 1 '' "start p a '' /nonexistent"
	says 'no such file or directory'
	try "container: how it failed" 0 'EXITED 128 StartError' "state_of a; of a RemoveContainer"
	try "container: a terminal" 0 '/dev/pts/0' "output p a '.tty = true' tty"
	try "container: standard error" 0 'stderr F bad' "output p a '' sh -c 'echo bad >&2'"
	try "container: directory, environment" 0 '/tmp.*b' "output p a '.working_dir = \"/tmp\" | .envs = [{key: \"A\", value: \"b\"}]' sh -c 'pwd; echo \$A'"
	try "container: a user, groups, read-only root" 0 'uid=5 gid=6 groups=6,77,78.*no' "output p a '.linux.security_context += {run_as_user: {value: 5},
		run_as_group: {value: 6}, supplemental_groups: [77, 78], readonly_rootfs: true}' sh -c 'id; (echo >/a) 2>/dev/null || echo no'"
	try "container: default capabilities" 0 'CapEff:.00000000a80425fb' "output p a '' grep ^Cap /proc/self/status"
	try "container: capabilities" 0 'CapEff:.0000000000000400' "output p a '.linux.security_context.capabilities = {drop_capabilities: [\"ALL\"],
		add_capabilities: [\"NET_BIND_SERVICE\"]}' grep ^Cap /proc/self/status"
	try "container: seccomp, no new privileges" 0 'NoNewPrivs:.1.*Seccomp:.2' "output p a '.linux.security_context += {no_new_privs: true,
		seccomp: {profile_type: \"RuntimeDefault\"}}' grep -E '(Privs|Seccomp):' /proc/self/status"
	try "container: no seccomp" 0 'Seccomp:.0' "output p a '.linux.security_context.seccomp = {profile_type: \"Unconfined\"}' \
		grep -E '(Privs|Seccomp):' /proc/self/status"
	try "container: masked and read-only paths" 0 ' 0 .*no' "output p a '.linux.security_context += {masked_paths: [\"/proc/kallsyms\"],
		readonly_paths: [\"/proc/sys\"]}' sh -c 'wc -c /proc/kallsyms; (echo a >/proc/sys/kernel/hostname) 2>/dev/null || echo no'"
	mkdir -p /tmp/mnt
	echo word >/tmp/mnt/file
	try "container: a volume, read-only" 0 'word.*no' "output p a '.mounts = [{host_path: \"/tmp/mnt\", container_path: \"/mnt\", readonly: true}]' \
		sh -c 'cat /mnt/file; (echo >/mnt/file) 2>/dev/null || echo no'"
	try "container: a volume with propagation" 0 'shared|master' "mount --bind /tmp/mnt /tmp/mnt && mount --make-shared /tmp/mnt && \
		output p a '.mounts = [{host_path: \"/tmp/mnt\", container_path: \"/mnt\", propagation: \"PROPAGATION_HOST_TO_CONTAINER\"}]' \
		sh -c 'grep \" /mnt \" /proc/self/mountinfo | grep -o master'; umount /tmp/mnt"
	if is_v2; then
		try "container: a volume, read-only with all below" 0 'no' "mkdir -p /tmp/mnt/below && mount -t tmpfs tmpfs /tmp/mnt/below && \
			output p a '.mounts = [{host_path: \"/tmp/mnt\", container_path: \"/mnt\", readonly: true, recursive_read_only: true}]' \
			sh -c '(echo >/mnt/below/file) 2>/dev/null || echo no'; umount /tmp/mnt/below"
	fi
	try "container: a device" 0 '10, *229' "output p a '.devices = [{host_path: \"/dev/fuse\", container_path: \"/dev/fuse\", permissions: \"rw\"}]' \
		sh -c 'ls -l /dev/fuse | cut -c1-48; cat /dev/fuse 2>&1'"
	if has_all_capabilities; then
		try "container: privileged" 0 'tun' "pod v '.linux.security_context.privileged = true' && \
			output v a '.linux.security_context.privileged = true' sh -c 'ls /dev/net; grep CapEff /proc/self/status'; end_pod v"
	else
		skip "container: privileged" "needs a machine whose root has all capabilities"
	fi

	try "two containers of a pod" 0 '^sandbox.same.same.other.*status 0' "start p s1 '' sleep 1000; start p s2 '' sleep 1000; \
		echo sandbox; for each in net ipc pid; do \
		one=\$(in_container s1 readlink /proc/self/ns/\$each) && two=\$(in_container s2 readlink /proc/self/ns/\$each); \
		[ \"\$one\" = \"\$two\" ] && echo same || echo other; done; in_container s1 hostname"
	try "exec: exit status, both outputs" 0 '^out.*status 3' "in_container s1 sh -c 'echo out; echo err >&2; exit 3'"
	says '^err'
	try "exec: no such program" 1 '' "in_container s1 /nonexistent"
	says 'no such file or directory'
	try "exec: longer than its time" 1 '' "of s1 ExecSync '\"cmd\": [\"sleep\", \"777\"], \"timeout\": 1'"
	says 'DEADLINE_EXCEEDED|deadline'
	try "exec: nothing is left of that" 0 '^0' "until_true '! ps -eo args | grep -x \"sleep 777\"'; ps -eo args | grep -cx 'sleep 777'; true"
	try "limits" 0 '67108864.*50000' "start p l '.linux.resources = {memory_limit_in_bytes: 67108864, cpu_quota: 50000, cpu_period: 100000,
		cpu_shares: 512, oom_score_adj: 500}' sleep 1000; cat \$(cgroup_of l memory)/\$(basename \$(limit memory)) \
		\$(cgroup_of l cpu)/\$(basename \$(limit cpu)); in_container l cat /proc/self/oom_score_adj"
	try "limits changed" 0 '33554432.*20000' "of l UpdateContainerResources '\"linux\": {\"memory_limit_in_bytes\": 33554432, \"cpu_quota\": 20000,
		\"cpu_period\": 100000}' && cat \$(cgroup_of l memory)/\$(basename \$(limit memory)) \$(cgroup_of l cpu)/\$(basename \$(limit cpu))"
	[ "$MANAGER" != systemd ] || try "limits, told by systemd" 0 'MemoryMax=33554432.*CPUQuotaPerSecUSec=200ms' \
		"SYSTEMD_IGNORE_CHROOT=1 systemctl show -p CPUQuotaPerSecUSec,MemoryMax cri-containerd-\$(</tmp/pods/l).scope | sort -r"
	try "statistics" 0 'true.*true' "of l ContainerStats | jq '.stats | (.memory.working_set_bytes.value | tonumber > 0),
		(.cpu.usage_core_nano_seconds.value | tonumber > 0)'"
	# The engine hears of it only while the cgroup is there, which systemd removes with the last process.
	try "out of memory" 0 'EXITED 137 OOMKilled' "start p o '.linux.resources = {memory_limit_in_bytes: 16777216, memory_swap_limit_in_bytes: 16777216}' \
		sh -c 'dd if=/dev/zero of=/dev/null bs=64M count=1; status=\$?; sleep 1; exit \$status'; ended o"
	try "containerd killed and started again" 0 'RUNNING.*inside.*EXITED 5' "start p d '' sh -c 'until [ -e /go ]; do sleep 0.05; done; exit 5'; \
		kill -KILL $engine; until_true '! kill -0 $engine'; engine_run; echo \$engine >/tmp/engine; until_true 'cri Status {} | grep NetworkReady'; \
		state_of s1; in_container s1 echo inside; in_container d touch /go; ended d"
	engine=$(cat /tmp/engine)
	try "stop in time" 0 'EXITED 4' "start p t '' sh -c 'trap \"exit 4\" TERM; touch /ready; while :; do sleep 0.05; done'; \
		until_true 'in_container t ls /ready | grep \"status 0\"'; of t StopContainer '\"timeout\": 10'; ended t"
	try "stop by force" 0 'EXITED 137' "of s2 StopContainer '\"timeout\": 1'; ended s2"
	try "log opened again" 0 '^stdout F again' "start p g '' sh -c 'until [ -e /go ]; do sleep 0.05; done; echo again'; \
		mv /tmp/pods/$RUNTIME-p/g.log /tmp/pods/old.log; of g ReopenContainerLog >/dev/null; in_container g touch /go >/dev/null; \
		ended g >/dev/null; log_of p g"
	ours "checkpoint" 1 "of s1 CheckpointContainer '\"location\": \"/tmp/pods/checkpoint\"'"

	try "pod: the host's network" 0 'pods0' "pod h '.linux.security_context.namespace_options.network = \"NODE\" | .hostname = \"\"' && \
		output h a '.linux.security_context.namespace_options.network = \"NODE\"' ls -d /sys/class/net/pods0; end_pod h"
	try "pod: one pid namespace, sysctl, name servers" 0 'sleep 1000000.*77.*192.0.2.7' "pod n '.linux.sysctls = {\"net.ipv4.ip_unprivileged_port_start\": \"77\"} |
		.dns_config.servers = [\"192.0.2.7\"]' && output n a '.linux.security_context.namespace_options.pid = \"POD\"' \
		sh -c 'ps -o args | grep -x \"/sleep 1000000\"; cat /proc/sys/net/ipv4/ip_unprivileged_port_start /etc/resolv.conf'; end_pod n"
	try "pods reach each other" 0 'stdout F word' "pod r && \
		start r w '' sh -c 'echo word | nc -l -p 80' && ip=\$(of_pod r PodSandboxStatus | jq -r .status.network.ip) && \
		output p a '' sh -c \"for i in 1 2 3 4 5 6 7 8 9; do nc \$ip 80 && break; sleep 0.2; done\"; end_pod r"
	if is_v2; then
		maps='[{host_id: 100000, container_id: 0, length: 65536}]'
		try "pod: a user namespace" 0 '100000 +65536.*0.*inside' "pod u '.linux.security_context.namespace_options.userns_options = {mode: \"POD\", uids: $maps, gids: $maps}' && \
			start u x '.linux.security_context.namespace_options.userns_options = {mode: \"POD\", uids: $maps, gids: $maps}' sleep 1000 && \
			in_container x sh -c 'cat /proc/self/uid_map; touch /file && stat -c %u /file; echo inside'; end_pod u"
	fi
	try "the end of a pod ends its containers" 0 'NOTREADY.*EXITED 137' "of_pod p StopPodSandbox; pod_is p; ended s1"
	try "nothing is left" 0 '^0.0' "end_pod p; cri ListPodSandbox '{}' | jq '.items | length'; cri ListContainers '{}' | jq '.containers | length'"
}
