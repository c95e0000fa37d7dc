#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2016,SC2154,SC2034
# linux.netDevices: devices of the host that a container gets. The host is a network namespace of
# the test's own, and the devices are ends of virtual cables; nothing outside is touched.

load helpers

setup()
{
	names
	WORK=$BATS_TEST_TMPDIR
	ID=$MARK-$BATS_TEST_NUMBER
	new_bundle bundle
	script 'sleep 100'
	unshare --net sleep 1000 3>&- &
	HOST=$!
	wait_for other_namespace net $HOST
	# The runtime lives there.
	printf '#!/bin/sh\nexec nsenter --net=/proc/%s/ns/net %q "$@"\n' $HOST "$TARE" >"$WORK/there"
	chmod +x "$WORK/there"
	TARE=$WORK/there
	cable lan0
}

# on PID COMMAND...: in the network namespace of that process.
on()
{
	nsenter --net="/proc/$1/ns/net" "${@:2}"
}

# cable NAME: a device on the host, up, with addresses; the other end is NAME-peer.
cable()
{
	on "$HOST" ip link add "$1" mtu 1400 type veth peer name "$1-peer"
	on "$HOST" ip address add 192.0.2.7/24 brd 192.0.2.255 label "$1:x" dev "$1"
	on "$HOST" ip address add 192.0.2.8/24 dev "$1"
	on "$HOST" ip address add 198.51.100.1 peer 198.51.100.2/32 dev "$1"
	on "$HOST" ip -6 address add 2001:db8::7/64 nodad dev "$1"
	on "$HOST" ip address add 169.254.1.1/16 scope link dev "$1"
	on "$HOST" ip address add 203.0.113.1/24 valid_lft 1000 preferred_lft 1000 dev "$1"
	on "$HOST" ip link set "$1-peer" up
	on "$HOST" ip link set "$1" up
}

net_devices()
{
	config ".linux.netDevices = $1"
}

# facts PID NAME: what does not depend on where the device is.
facts()
{
	on "$1" ip -j address show dev "$2" | jq -cS '.[0] | {address, mtu, up: (.flags | index("UP") != null),
		addresses: [.addr_info[] | select(.scope == "global" and .valid_life_time == 4294967295)
			| {local, prefixlen, address, broadcast}]}'
}

has_device()
{
	on "$1" ip link show dev "$2" >/dev/null 2>&1
}

lacks_device()
{
	[ "$(on "$1" ip -j link | jq --arg name "$2" 'any(.[]; .ifname == $name)')" = false ]
}

# What is on the host, but for addresses that come and go by themselves.
everything()
{
	on "$HOST" ip -j address | jq -cS '[.[] | {ifname, address, mtu, up: (.flags | index("UP") != null),
		addresses: [.addr_info[] | select(.valid_life_time == 4294967295)
			| select(.family != "inet6" or .scope == "global")
			| {local, prefixlen, address, broadcast, scope, l: .label}] | sort}] | sort_by(.ifname)'
}

moved()
{
	local before pid

	before=$(facts "$HOST" lan0)
	background
	pid=$(pid_of "$ID")
	equal "$(facts "$pid" "$1")" "$before"
	matches "$before" '"192.0.2.7".*"198.51.100.1".*"192.0.2.8".*"2001:db8::7"'
	matches "$before" '"up":true'
	lacks_device "$HOST" lan0
	# The cable has two ends still.
	has_device "$HOST" lan0-peer
	[ "$(on "$HOST" cat /sys/class/net/lan0-peer/carrier 2>/dev/null || echo 1)" = 1 ]
}

@test "a device moves with its addresses and is up" {
	net_devices '{lan0: {}}'
	moved lan0
	# Neither the address of the link alone nor the one that was lent.
	equal "$(on "$(pid_of "$ID")" ip -4 -o address show dev lan0 | grep -c -e 169.254 -e 203.0.113)" 0
	equal "$(on "$(pid_of "$ID")" ip -j address show dev lan0 | jq -r '[.[0].addr_info[].label | strings] | unique | join(" ")')" \
		"lan0 lan0:x"
}

@test "a device gets another name" {
	net_devices '{lan0: {name: "eth0"}}'
	moved eth0
	equal "$(on "$(pid_of "$ID")" ip -j address show dev eth0 | jq -r '[.[0].addr_info[].label | strings] | unique | join(" ")')" eth0
}

@test "what is sent through the device arrives" {
	net_devices '{lan0: {name: "eth0"}}'
	on "$HOST" ip address add 192.0.2.1/24 dev lan0-peer
	# The same net is on both ends of the cable, so that it must be the one outside that is asked.
	script 'for i in 1 2 3 4 5 6 7 8 9 10; do
		/bin/busybox arping -f -c 1 -w 1 -I eth0 192.0.2.1 && exit 0
	done; exit 1'
	config '.process.capabilities |= {bounding: ["CAP_NET_RAW"], effective: ["CAP_NET_RAW"], permitted: ["CAP_NET_RAW"]}'
	inside
}

@test "a device that is down comes up, and one without addresses too" {
	on "$HOST" ip link set lan0 down
	on "$HOST" ip address flush dev lan0
	net_devices '{lan0: {}}'
	background
	matches "$(facts "$(pid_of "$ID")" lan0)" '"addresses":\[\].*"up":true'
}

@test "several devices, and a template" {
	cable lan1
	cable lan2
	net_devices '{lan0: {name: "net%d"}, lan1: {name: "net0"}, lan2: {name: "net%d"}}'
	background
	for name in net0 net1 net2; do
		has_device "$(pid_of "$ID")" $name
	done
	equal "$(facts "$(pid_of "$ID")" net0 | jq -r .mtu)" 1400
}

@test "a sysctl of the device" {
	net_devices '{lan0: {name: "eth0.7"}}'
	config '.linux.sysctl = {"net/ipv4/conf/eth0.7/forwarding": "1"}'
	background
	equal "$(on "$(pid_of "$ID")" sysctl -n net/ipv4/conf/eth0.7/forwarding)" 1
}

@test "a createRuntime hook sees the device in the container" {
	net_devices '{lan0: {name: "eth0"}}'
	printf '#!/bin/sh\npid=$(sed "s/.*\\"pid\\":\\([0-9]*\\).*/\\1/")\nnsenter --net=/proc/$pid/ns/net ip -o link show dev eth0 >%q\n' \
		"$WORK/seen" >"$WORK/hook"
	chmod +x "$WORK/hook"
	config '.hooks.createRuntime = [{path: $p, env: [$e]}]' --arg p "$WORK/hook" --arg e "PATH=$PATH"
	background
	grep -q eth0 "$WORK/seen"
}

@test "user namespace" {
	namespace user
	config '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	net_devices '{lan0: {name: "eth0"}}'
	moved eth0
}

@test "user namespace of somebody else, and a new network namespace in it" {
	unshare --user sleep 1000 3>&- &
	local other=$!

	wait_for other_namespace user $other
	echo "0 100000 1000" >"/proc/$other/gid_map"
	echo "0 100000 1000" >"/proc/$other/uid_map"
	namespace user "/proc/$other/ns/user"
	config 'del(.linux.uidMappings, .linux.gidMappings)'
	net_devices '{lan0: {name: "eth0"}}'
	moved eth0
}

@test "a network namespace by path" {
	unshare --net sleep 1000 3>&- &
	local other=$!

	wait_for other_namespace net $other
	namespace network "/proc/$other/ns/net"
	net_devices '{lan0: {name: "eth0"}}'
	moved eth0
	has_device $other eth0
	# The owner of the namespace has it when the container has gone.
	must delete --force "$ID"
	has_device $other eth0
	lacks_device "$HOST" lan0
}

@test "pid namespace by path, where a builder makes the process" {
	background "$ID-other"
	local other

	other=$(pid_of "$ID-other")
	namespace pid "/proc/$other/ns/pid"
	net_devices '{lan0: {name: "eth0"}}'
	moved eth0
	must delete --force "$ID"
	must delete --force "$ID-other"
}

# --- what is refused, before anything is made ------------------------------------------------------

@test "a device that the host does not have" {
	promise
	local before

	before=$(everything)
	net_devices '{lan0: {}, lan9: {}}'
	refused /linux/netDevices/lan9 'this host has no network device "lan9"'
	equal "$(everything)" "$before"
}

@test "names that are none" {
	promise
	local name

	for name in a/b a:b "a b" . .. 0123456789abcdef "a%s" "%d%d" "a%"; do
		config '.linux.netDevices = {lan0: {name: $n}}' --arg n "$name"
		refused /linux/netDevices/lan0 "is not a name that a network device can have"
	done
	net_devices '{"a/b": {}}'
	refused '/linux/netDevices/a~1b' "is not the name of a network device"
	net_devices '{"lan%d": {}}'
	refused '/linux/netDevices/lan%d' "is not the name of a network device"
	net_devices '{lan0: {name: "x"}, "lan0-peer": {name: "x"}}'
	refused /linux/netDevices/lan0-peer 'two network devices would be called "x"'
}

@test "no network namespace, or the runtime's own" {
	promise
	without_namespace network
	net_devices '{lan0: {}}'
	refused /linux/netDevices "linux.namespaces has none"
	namespace network "/proc/$HOST/ns/net"
	refused /linux/netDevices "the runtime's own"
	has_device "$HOST" lan0
}

# --- what fails on the way is taken back -------------------------------------------------------------

@test "a name that is taken inside" {
	local before

	before=$(everything)
	net_devices '{lan0: {name: "lo"}}'
	refused /linux/netDevices/lan0 'has a device "lo" already'
	equal "$(everything)" "$before"
}

@test "one that cannot move brings the others back, with names, addresses and state" {
	local before

	cable lan1
	on "$HOST" ip link set lan1 down
	before=$(everything)
	net_devices '{lan0: {name: "eth0"}, lan1: {name: "eth1"}, lo: {name: "other"}}'
	refused /linux/netDevices/lo 'cannot move the network device "lo"'
	equal "$(everything)" "$before"
}

@test "a create that fails later brings them back" {
	local before

	before=$(everything)
	net_devices '{lan0: {name: "eth0"}}'
	args /bin/nosuch
	t_create
	exits 1
	says nosuch
	equal "$(everything)" "$before"
	config '.hooks.createRuntime = [{path: "/bin/false"}]'
	t_create
	exits 1
	equal "$(everything)" "$before"
}

# The runtime is killed by the hook of a create that has moved the device already.
killed_create()
{
	printf '#!/bin/sh\nkill -KILL $PPID\nsleep 0.2\n' >"$WORK/hook"
	chmod +x "$WORK/hook"
	config '.hooks.createRuntime = [{path: $p, env: ["PATH=/bin:/usr/bin"]}]' --arg p "$WORK/hook"
	net_devices '{lan0: {name: "eth0"}}'
	t_create
	[ "$status" != 0 ]
}

@test "a runtime that is killed: delete --force brings them back from a namespace that lives on" {
	promise
	unshare --net sleep 1000 3>&- &
	local other=$! before

	wait_for other_namespace net $other
	before=$(everything)
	namespace network "/proc/$other/ns/net"
	killed_create
	lacks_device "$HOST" lan0
	has_device $other eth0
	must delete --force "$ID"
	equal "$(everything)" "$before"
	lacks_device $other eth0
	nothing_left_of "$ID"
}

@test "a runtime that is killed: with its own namespace a container takes its devices along" {
	promise
	killed_create
	must delete --force "$ID"
	nothing_left_of "$ID"
	# A cable of which one end has gone is no more.
	wait_for no_cable
}

no_cable()
{
	lacks_device "$HOST" lan0-peer && lacks_device "$HOST" lan0
}

@test "the record holds no device of a container that is whole" {
	promise
	unshare --net sleep 1000 3>&- &
	local other=$!

	wait_for other_namespace net $other
	namespace network "/proc/$other/ns/net"
	net_devices '{lan0: {name: "eth0"}}'
	t_create
	ok
	must delete "$ID"
	has_device $other eth0
}

@test "plan tells of devices" {
	promise
	net_devices '{lan0: {name: "eth%d"}}'
	must plan --bundle "$BUNDLE"
	has_line '  move network device "lan0" as "eth%d"  <- /linux/netDevices'
}
