#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What callers rely on, one test per rule of the contract that README.md refers to.

load helpers

@test "the pid file is a decimal number without a newline, complete when create returns" {
	args /bin/sleep 1000
	must create --pid-file "$WORK/pid" --bundle "$BUNDLE" "$ID"
	equal "$(od -An -c "$WORK/pid" | tr -d " \n")" "$(pid_of "$ID")"
}
