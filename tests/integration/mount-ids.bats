#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Id-mapped mounts: whose ids a bind mount shows, with mappings of its own or those of the container.

load helpers
load mounts

# owned: at $SOURCE files of the ids 0, 5 and 1000, and another file system below.
owned()
{
	SOURCE=$WORK/source
	host_mount "$SOURCE" -t tmpfs none
	echo "from the host" >"$SOURCE/zero"
	cp "$SOURCE/zero" "$SOURCE/five"
	cp "$SOURCE/zero" "$SOURCE/thousand"
	chown 5:6 "$SOURCE/five"
	chown 1000:1001 "$SOURCE/thousand"
	host_mount "$SOURCE/deep" -t tmpfs none
	cp "$SOURCE/zero" "$SOURCE/deep/below"
	chmod 1777 "$SOURCE" "$SOURCE/deep"
}

# mapped JSON: the mount of $SOURCE with what the object adds to it.
mapped()
{
	mount_add "{destination: \"/volume\", source: \"$SOURCE\", type: \"bind\"} + $1"
}

# owners LIST: what stat(1) finds in the container for the files.
owners()
{
	script "cd /volume && stat -c '%n %u:%g' $1"
	inside
}

# own FIRST [GIDS]: mappings of a mount, as JSON members.
own()
{
	echo "uidMappings: [{containerID: 0, hostID: $1, size: 2000}], gidMappings: [{containerID: 0, hostID: ${2:-$1}, size: 2000}]"
}

@test "own mappings of a mount, in a container without a user namespace" {
	owned
	mapped "{options: [\"bind\", \"idmap\"], $(own 3000 4000)}"
	owners 'zero five thousand'
	prints "$(printf 'zero 3000:4000\nfive 3005:4006\nthousand 4000:5001')"
}

@test "what is written through an id-mapped mount has the ids of the file system" {
	owned
	mapped "{options: [\"bind\", \"idmap\"], $(own 3000)}"
	config '.process.user = {uid: 3000, gid: 3000}'
	script 'echo x >/volume/written && stat -c %u:%g /volume/written'
	inside
	prints 3000:3000
	equal "$(stat -c %u:%g "$SOURCE/written")" 0:0
}

@test "ids that no mapping has are nobody's" {
	owned
	mapped '{options: ["bind", "idmap"], uidMappings: [{containerID: 5, hostID: 7, size: 1}], gidMappings: [{containerID: 6, hostID: 8, size: 1}]}'
	owners 'zero five'
	prints "$(printf 'zero 65534:65534\nfive 7:8')"
}

@test "mappings are enough: without idmap or ridmap they are applied to the one mount" {
	owned
	mapped "{options: [\"rbind\"], $(own 3000)}"
	owners 'five deep/below'
	prints "$(printf 'five 3005:3006\ndeep/below 0:0')"
}

@test "idmap is for one mount, ridmap for all below it" {
	owned
	mapped "{options: [\"rbind\", \"idmap\"], $(own 3000)}"
	owners 'five deep/below'
	prints "$(printf 'five 3005:3006\ndeep/below 0:0')"
	config '.mounts[-1].options = ["rbind", "ridmap"]'
	owners 'five deep/below'
	prints "$(printf 'five 3005:3006\ndeep/below 3000:3000')"
}

@test "without mappings of its own a mount has those of the new user namespace" {
	owned
	user_namespace 100000
	mapped '{options: ["bind"]}'
	owners 'zero five'
	prints "$(printf 'zero 65534:65534\nfive 65534:65534')"
	config '.mounts[-1].options = ["bind", "idmap"]'
	owners 'zero five thousand'
	prints "$(printf 'zero 0:0\nfive 5:6\nthousand 1000:1001')"
	script 'echo x >/volume/written'
	inside
	equal "$(stat -c %u:%g "$SOURCE/written")" 0:0
	config '.mounts[-1].options = ["rbind", "ridmap"]'
	owners 'five deep/below'
	prints "$(printf 'five 5:6\ndeep/below 0:0')"
}

@test "own mappings in a user namespace are those of the host" {
	owned
	user_namespace 100000
	mapped "{options: [\"bind\", \"idmap\"], $(own 100007)}"
	owners 'zero five'
	prints "$(printf 'zero 7:7\nfive 12:13')"
}

@test "mappings of a joined user namespace, given or not" {
	local bundle=$BUNDLE pod

	owned
	new_bundle pod
	user_namespace 100000
	args /bin/sleep 600
	background "$ID-pod"
	pod=$(pid_of "$ID-pod")
	BUNDLE=$bundle
	namespace user "/proc/$pod/ns/user"
	mapped '{options: ["bind", "idmap"]}'
	owners 'zero five'
	prints "$(printf 'zero 0:0\nfive 5:6')"
	config '.linux |= . + {uidMappings: $m, gidMappings: $m} | .mounts[-1] |= . + {uidMappings: $m, gidMappings: $m}' \
		--argjson m '[{"containerID": 0, "hostID": 100000, "size": 65536}]'
	owners 'zero five'
	prints "$(printf 'zero 0:0\nfive 5:6')"
	config '.mounts[-1] |= . + {uidMappings: $m, gidMappings: $m}' \
		--argjson m '[{"containerID": 0, "hostID": 100100, "size": 65536}]'
	owners 'zero five'
	prints "$(printf 'zero 100:100\nfive 105:106')"
}

@test "mappings in the option, as crun has them, absolute and relative to the container" {
	owned
	mapped '{options: ["bind", "idmap=uids=0-3000-5#5-9-1;gids=0-4000-100"]}'
	owners 'zero five'
	prints "$(printf 'zero 3000:4000\nfive 9:4006')"
	user_namespace 100000
	config '.mounts[-1].options = ["bind", "idmap=uids=@0-20-10;gids=@0-30-10"]'
	owners 'zero five'
	prints "$(printf 'zero 20:30\nfive 25:36')"
}

@test "many mounts with the same mappings" {
	owned
	own_root
	config '.mounts += [range(20) | {destination: "/many/\(.)", source: $s, type: "bind", options: ["bind", "idmap"]} + $m]' \
		--arg s "$SOURCE" --argjson m "$(jq -nc "{$(own 3000)}")"
	script 'stat -c %u:%g /many/*/five | sort | uniq -c | tr -s " "'
	inside
	prints " 20 3005:3006"
}

@test "an id-mapped mount keeps its other options" {
	owned
	mapped "{options: [\"bind\", \"ro\", \"nosuid\", \"nodev\", \"noexec\", \"idmap\"], $(own 3000)}"
	report
	mount_has /volume ro nosuid nodev noexec idmapped
}

@test "no process and no user namespace is left of an id-mapped mount" {
	owned
	mapped "{options: [\"bind\", \"idmap\"], $(own 3000)}"
	args /bin/sleep 600
	background
	equal "$(ps --no-headers --ppid "$(pid_of "$ID")" | wc -l)" 0
	equal "$(readlink "/proc/$(pid_of "$ID")/ns/user")" "$(readlink /proc/self/ns/user)"
}

# --- refusals ------------------------------------------------------------------------------------

@test "mappings without a user namespace, and half of them" {
	owned
	mapped '{options: ["bind", "idmap"]}'
	refused /mounts/7/options "neither the mount nor the container has mappings"
	config '.mounts[-1].options = ["bind", "ridmap"]'
	refused /mounts/7/options "neither the mount nor the container has mappings"
	config '.mounts[-1] |= . + {uidMappings: [{containerID: 0, hostID: 1, size: 1}]}'
	refused /mounts/7/uidMappings "need gidMappings"
	config '.mounts[-1] |= (del(.uidMappings) | . + {gidMappings: [{containerID: 0, hostID: 1, size: 1}]})'
	refused /mounts/7/gidMappings "need uidMappings"
}

@test "mappings of what is no bind mount" {
	promise
	mount_add "{destination: \"/mnt\", source: \"tmpfs\", type: \"tmpfs\", $(own 3000)}"
	refused /mounts/7 "only a bind mount can have its ids mapped"
}

@test "bad mappings" {
	promise
	owned
	mapped '{options: ["bind", "idmap=uids=0-1;gids=0-1-1"]}'
	refused /mounts/7/options "is not a list of mappings"
	config '.mounts[-1].options = ["bind", "idmap=uids=@0-1-1;gids=@0-1-1"]'
	refused /mounts/7/options "are not in one range"
	config '.mounts[-1] |= . + {options: ["bind"], uidMappings: [{containerID: 0, hostID: 1, size: 0}], gidMappings: [{containerID: 0, hostID: 1, size: 1}]}'
	refused /mounts/7/uidMappings "holds none"
	config '.mounts[-1] |= . + {uidMappings: [{containerID: 0, hostID: 1, size: 5}, {containerID: 3, hostID: 9, size: 5}]}'
	refused /mounts/7 "cannot make a user namespace with the mappings" "invalid argument"
}

@test "a file system that cannot map ids" {
	promise
	mount_add "{destination: \"/volume\", source: \"/proc\", type: \"bind\", options: [\"bind\", \"idmap\"], $(own 3000)}"
	refused /mounts/7 "cannot map the ids of the mount source \"/proc\"" "invalid argument"
}
