# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
#
# Who listens on a caller's side: the receiver of a descriptor, and a service manager. After load of the helpers.

needs_python()
{
	command -v python3 >/dev/null || skip_or_fail "needs python3 $1"
}

# receiver SOCKET [OWNER]: takes one message with descriptors. $SOCKET.said has its payload, and in the same line the
# pids of its pidfds; below that what a terminal among them shows until it is closed.
receiver()
{
	needs_python "to receive a descriptor"
	python3 - "$1" "${2:--1}" >"$1.said" 3>&- <<-'END' &
		import array, os, re, socket, sys
		s = socket.socket(socket.AF_UNIX)
		s.bind(sys.argv[1])
		os.chown(sys.argv[1], int(sys.argv[2]), -1)
		s.listen(1)
		c, _ = s.accept()
		data, control, _, _ = c.recvmsg(4096, socket.CMSG_SPACE(4 * 8))
		fds = array.array("i")
		for level, kind, value in control:
		    if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
		        fds.frombytes(value)
		terminals = [fd for fd in fds if os.isatty(fd)]
		pids = [re.search(r"^Pid:\s*(\d+)", open(f"/proc/self/fdinfo/{fd}").read(), re.M)[1]
		        for fd in fds if fd not in terminals]
		print(data.decode(), *pids, flush=True)
		for fd in terminals:
		    try:
		        while text := os.read(fd, 4096):
		            os.write(1, text)
		    except OSError:
		        pass
	END
	wait_for test -S "$1"
}

# manager ADDRESS: a service manager that writes what it is told to $WORK/told, one message a line, and
# answers barriers.
manager()
{
	needs_python "to be a service manager"
	: >"$WORK/told"
	python3 - "$1" >"$WORK/told" 3>&- <<-'END' &
		import array, os, socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(sys.argv[1].replace("@", "\0"))
		print("listening", flush=True)
		while True:
		    data, control, _, _ = s.recvmsg(4096, socket.CMSG_SPACE(4))
		    print(data.decode().replace("\n", " "), len(control), flush=True)
		    for _, _, value in control:
		        os.close(array.array("i", value)[0])
	END
	wait_for grep -q listening "$WORK/told"
	export NOTIFY_SOCKET=$1
}
