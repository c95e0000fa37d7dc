#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What contrib/ has for users: completions of shells, a Debian package, configurations that parse.

load helpers

contrib="$BATS_TEST_DIRNAME/../../contrib"

setup_file()
{
	bats_file_setup
}
