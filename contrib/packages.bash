# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
# Debian packages, installed only if they are missing.

# What a build needs, and what more the demonstration and the tests need.
build_packages=(autoconf automake gcc git libc6-dev libseccomp-dev libyajl-dev make musl-dev)
demo_packages=(busybox-static procps)
test_packages=(bats binutils-aarch64-linux-gnu busybox-static clang clang-format clang-tidy cppcheck crun debhelper dpkg-dev
	fish gcc-aarch64-linux-gnu iproute2 jq libc6-dev-arm64-cross libcmocka-dev libclang-rt-14-dev mmdebstrap
	procps python3 runc shellcheck squashfs-tools squashfuse strace uidmap universal-ctags util-linux zsh)

# Packages of the list that are not installed.
packages_missing() {
	local package
	for package; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
	done
}

# packages_install LOG PACKAGE...: shows one line per package that is set up.
packages_install() {
	local log=$1 missing
	shift
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "these packages are missing and only root of a Debian can install them: ${missing[*]}" >&2
		return 1
	fi
	echo "  installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	{
		apt-get -q update && apt-get -q -y -o Dpkg::Use-Pty=0 --no-install-recommends install "${missing[@]}"
	} 2>&1 | tee "$log" | grep --line-buffered -E '^(Setting up|E:|W:)' | sed -u 's/^/    /' || true
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -eq 0 ] || {
		echo "could not install ${missing[*]}; see $log" >&2
		return 1
	}
}
