# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Runs the cases of one caller with each runtime in turn, inside of tests/callers/enter.
#
#   bash driver.bash CALLER RUNTIME...
#
# A file of cases/ defines `engine_start`, called once, `cases`, called for each runtime with $RUNTIME and
# $RUNTIME_PATH set, and `engine_stop`. What each case prints goes to /out/RUNTIME/CASE/. $MANAGER is what makes cgroups:
# cgroupfs or systemd.
set -uo pipefail

# An empty regular expression stands for nothing.
printed() {
	if [ -z "$1" ]; then
		[ ! -s "$here/stdout" ]
	else
		grep -Ezq -- "$1" "$here/stdout"
	fi
}

# try NAME STATUS REGEX COMMAND: the shell command exits with that status, and the regular expression finds
# itself in what it prints on standard output. What it says on standard error is for `says` and for people.
try() {
	local name=$1 status=$2 regex=$3 command=$4 got=0
	here=/out/$RUNTIME/cases/$name
	mkdir -p "$here"
	echo "$name" >>"/out/$RUNTIME/list"
	(eval "$command") >"$here/stdout" 2>"$here/stderr" </dev/null || got=$?
	echo "$got" >"$here/status"
	{
		[ "$got" = "$status" ] || echo "the exit status is $got, and $status is right"
		printed "$regex" || echo "standard output does not match: $regex"
	} >"$here/wrong"
	if [ -s "$here/wrong" ]; then
		{
			echo "standard output:"
			head -c 2000 "$here/stdout"
			echo
			echo "standard error:"
			tail -c 2000 "$here/stderr"
			echo
		} >>"$here/wrong"
	fi
}

# What the last case said on standard error, with tare.
says() {
	[ "$RUNTIME" = tare ] || return 0
	grep -Eq -- "$1" "$here/stderr" || {
		echo "standard error does not match: $1"
		head -c 2000 "$here/stderr"
	} >>"$here/wrong"
}

# The last case prints what need not be equal.
differs() { : >"$here/differs"; }

# ours NAME STATUS COMMAND: what there is to say of tare alone, which refuses what others do.
ours() {
	[ "$RUNTIME" = tare ] || return 0
	try "$1" "$2" '' "$3"
	differs
}

# skip NAME REASON
skip() {
	mkdir -p "/out/$RUNTIME/cases/$1"
	echo "$1" >>"/out/$RUNTIME/list"
	echo "$2" >"/out/$RUNTIME/cases/$1/skip"
}

# until_true COMMAND: waits up to 20 seconds.
until_true() {
	local i
	for ((i = 0; i < 400; i++)); do
		if eval "$1" >/dev/null 2>&1; then return 0; fi
		sleep 0.05
	done
	echo "waited in vain for: $1" >&2
	return 1
}

# on_terminal COMMAND: what it prints there. The end of standard input has an echo, and clients complain of
# terminals that have ended before they could tell their size.
on_terminal() { script -qec "$1" /dev/null | tr -d '\r\000' | sed -e 's/\^@//g' -e '/resize/d'; }

# image ROOT NAME FILE [WORD...]: an archive of one layer, as docker, podman and containerd read it, that runs a shell or
# these words.
image() {
	local work=/tmp/image.$$ layer config words=("${@:4}")
	[ $# -gt 3 ] || words=(sh)
	mkdir "$work"
	tar -C "$1" -cf "$work/layer.tar" .
	layer=$(sha256sum <"$work/layer.tar" | cut -d' ' -f1)
	jq -n --arg layer "sha256:$layer" '{architecture: "amd64", os: "linux", config: {Env: ["PATH=/bin"],
		Cmd: $ARGS.positional}, rootfs: {type: "layers", diff_ids: [$layer]}}' --args -- "${words[@]}" >"$work/config.json"
	config=$(sha256sum <"$work/config.json" | cut -d' ' -f1).json
	mv "$work/config.json" "$work/$config"
	jq -n --arg config "$config" --arg name "$2" \
		'[{Config: $config, RepoTags: [$name], Layers: ["layer.tar"]}]' >"$work/manifest.json"
	tar -C "$work" -cf "$3" .
	rm -r "$work"
}

busybox_image() { # FILE
	local root=/tmp/busybox name
	mkdir -p "$root"/{bin,etc,proc,sys,dev,tmp,root}
	cp /bin/busybox "$root/bin/"
	for name in $(/bin/busybox --list); do
		[ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
	done
	echo root:x:0:0::/root:/bin/sh >"$root/etc/passwd"
	image "$root" busybox:local "$1"
	rm -r "$root"
}

# An image whose programs are those of the tree, which a mount of /usr brings, with a unit for its systemd.
usr_image() { # FILE
	local root=/tmp/usr-image name
	mkdir -p "$root"/{usr,etc/systemd/system,proc,sys,dev,run,tmp,var,root}
	for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
	echo root:x:0:0::/root:/bin/sh >"$root/etc/passwd"
	echo root:x:0: >"$root/etc/group"
	printf '[Unit]\nWants=test.service\n' >"$root/etc/systemd/system/test.target"
	printf '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/sleep 1000\n' \
		>"$root/etc/systemd/system/test.service"
	image "$root" usr:local "$1"
	rm -r "$root"
}

systemd_runs() {
	[ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ] ||
		[ "$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')" -lt 258 ]
}

pure_v2() { [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; }

# limit memory|pids|cpu [CGROUP]: the file of that limit, below the mount of cgroups.
limit() {
	local -A v1=([memory]=limit_in_bytes [pids]=max [cpu]=cfs_quota_us)
	if pure_v2; then echo "${2:+$2/}$1.max"; else echo "$1/${2:+$2/}$1.${v1[$1]}"; fi
}

# Engines make their networks with them, and to list them tells nothing.
has_tables() { iptables -t nat -N tare-test && iptables -t nat -X tare-test; } >/dev/null 2>&1

needs_tables() {
	has_tables || {
		skip "$1" "needs a kernel with nftables"
		return 1
	}
}

# Capabilities that the machine itself lacks cannot be given to anybody.
has_all_capabilities() {
	local all
	all=$(cat /proc/sys/kernel/cap_last_cap)
	[ $((0x$(sed -n 's/^CapBnd:\t//p' /proc/self/status))) = $(((1 << (all + 1)) - 1)) ]
}

caller=$1
shift
# shellcheck disable=SC1091
. /tests/shared.bash
# shellcheck disable=SC1090
. "/tests/cases/$caller.bash"
engine_start || exit 1
for RUNTIME; do
	RUNTIME_PATH=$(command -v "$RUNTIME")
	cases
done
engine_stop
# Shims and monitors of containers that ended go by themselves. Beside a systemd there are other programs.
left='grep -cvxE "bash|driver|ps|grep|wc"'
[ "$MANAGER" != systemd ] || left='grep -cE "^(containerd|dockerd|conmon|runc|tare|sleep)"'
if ! until_true '[ "$(ps -eo comm= | eval "$left")" = 0 ]'; then
	echo "processes are left:"
	ps -ef
	exit 1
fi
[ "$MANAGER" != systemd ] || {
	left=$(SYSTEMD_IGNORE_CHROOT=1 systemctl list-units --all --plain --no-legend 'cri-*' 'docker-*' 'libpod-*')
	[ -z "$left" ] || {
		echo "units are left: $left"
		exit 1
	}
}
left=$(grep -E ' /(run|var)/.*(rootfs|merged)' /proc/self/mounts || true)
[ -z "$left" ] || {
	echo "mounts are left: $left"
	exit 1
}
left=$(find /run -path '*/runtime-runc/*/*' -o -path '/run/containerd/runc/*/*' -o -path '/run/tare/*' \
	-o -path '/run/runc/*' -o -path '/run/user/*/tare/*' -o -path '/run/user/*/runc/*' | grep -vE '/\.cache(/|$)' || true)
[ -z "$left" ] || {
	echo "files are left: $left"
	exit 1
}
