/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TARE_BENCH_BARE_H
#define TARE_BENCH_BARE_H

/* The kernel without a C library; the negated errno is returned as it comes. */
long bare_call(long number, long a, long b, long c, long d, long e);

/* Called at the entry with the initial stack: argc, argv[], NULL, envp[], NULL. */
int bare_main(long *stack);

#define CALL(name, a, b, c, d, e)                                                              \
	bare_call(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

#endif
