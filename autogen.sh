#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes configure and Makefile.in from configure.ac, Makefile.am and the folders. Needs autoconf and automake.
set -eu
cd "$(dirname "$0")"
contrib/update-sources
exec autoreconf --install --force --warnings=all,no-portability
