#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A container without a mount namespace that mounts: everything lies in its root, which is mounted on itself on the host,
# and goes with the container.

load helpers
load mounts

on_host()
{
	promise
	own_root
	without_namespace mount
}

# mounts_of_root: how many mounts the host sees in the root, and at it.
mounts_of_root()
{
	grep -cF " $ROOTFS" /proc/self/mountinfo || true
}

@test "the namespace is the host's, and the mounts are there as long as the container" {
	on_host
	args /bin/sh -c 'readlink /proc/self/ns/mnt; ls /sys/kernel >/dev/null && echo /sys; stat -c %F /dev/null; pwd'
	inside
	prints "$(readlink /proc/self/ns/mnt)"$'\n/sys\ncharacter special file\n/'
	equal "$(mounts_of_root)" 0
	args /bin/sleep 1000
	background
	[ "$(mounts_of_root)" -ge 5 ]
	must exec "$ID" /bin/stat -c %F /dev/null
	prints "character special file"
	must exec "$ID" /bin/readlink /proc/self/root
	prints /
	must kill "$ID" KILL
	wait_for has_status "$ID" stopped
	[ "$(mounts_of_root)" -ge 5 ]
	must delete "$ID"
	equal "$(mounts_of_root)" 0
	equal "$(ls -A "$ROOTFS/dev")" ""
}

@test "read-only, masked and read-only paths are for the container alone" {
	on_host
	config '.root.readonly = true | .linux.maskedPaths = ["/proc/meminfo", "/etc"] | .linux.readonlyPaths = ["/proc/sys"]'
	echo >"$ROOTFS/etc/file"
	args /bin/sh -c 'touch /file2; cat /proc/meminfo; ls -A /etc; echo x >/proc/sys/kernel/domainname; true'
	config '.process.args[2] |= "exec 2>&1; " + .'
	inside
	grep -q "file2.*Read-only file system" <<<"$stdout"
	grep -q "domainname.*Read-only file system" <<<"$stdout"
	equal "$(wc -l <<<"$stdout")" 2
	touch "$ROOTFS/etc/file"
	grep -q MemTotal /proc/meminfo
}

elsewhere()
{
	other_namespace mnt "$1" && grep -q sleep "/proc/$1/comm"
}

@test "on a host that shares its mounts nothing of them gets elsewhere" {
	on_host
	local other
	host_mount "$BUNDLE" --bind "$BUNDLE"
	mount --make-shared "$BUNDLE"
	# Another mount namespace, which receives what the host mounts.
	unshare --mount --propagation slave sleep 1000 3>&- &
	other=$!
	wait_for elsewhere "$other"
	args /bin/sleep 1000
	background
	[ "$(mounts_of_root)" -ge 5 ]
	equal "$(grep -cE " $ROOTFS/(proc|dev|sys)" "/proc/$other/mountinfo" || true)" 0
	must delete --force "$ID"
	equal "$(mounts_of_root)" 0
	equal "$(grep -cF " $ROOTFS" "/proc/$other/mountinfo" || true)" 0
}

@test "a create that fails leaves no mount" {
	on_host
	mount_add '{destination: "/late", type: "nosuchfs", source: "none"}'
	refused /mounts/ "nosuchfs"
	equal "$(mounts_of_root)" 0
	config 'del(.mounts[-1])'
	config '.hooks.createRuntime = [{path: "/bin/false"}]'
	t_create
	exits 1
	equal "$(mounts_of_root)" 0
}

@test "what somebody has mounted over it is not unmounted" {
	on_host
	args /bin/sleep 1000
	background
	mount -t tmpfs none "$ROOTFS"
	t delete --force "$ID"
	exits 1
	says "another mount lies over"
	grep -qF " $ROOTFS rw" <(tac /proc/self/mountinfo)
	umount "$ROOTFS"
	must delete --force "$ID"
	equal "$(mounts_of_root)" 0
	# One that is gone already is no error.
	args /bin/sleep 1000
	background
	umount -l "$ROOTFS"
	must delete --force "$ID"
}

@test "what would flow to the host is refused, and what a user namespace has no right to" {
	on_host
	config '.linux.rootfsPropagation = "shared"'
	refused /mounts/0 "would change the host" "no mount namespace"
	config 'del(.linux.rootfsPropagation) | .linux.namespaces += [{type: "user"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	refused /mounts/0 "would change the host"
}
