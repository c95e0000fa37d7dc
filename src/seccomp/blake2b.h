/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BLAKE2b with 32 bytes of output and no key (RFC 7693). Pure. */
#ifndef SECCOMP_BLAKE2B_H
#define SECCOMP_BLAKE2B_H

#include <stddef.h>
#include <stdint.h>

#define BLAKE2B_SIZE  32
#define BLAKE2B_BLOCK 128

struct blake2b {
	uint64_t state[8];
	uint64_t total; /* bytes in the blocks before this one */
	size_t used;	/* bytes in `block` */
	unsigned char block[BLAKE2B_BLOCK];
};

void blake2b_start(struct blake2b *hash);
void blake2b_add(struct blake2b *hash, const void *bytes, size_t length);
void blake2b_end(struct blake2b *hash, unsigned char ret_digest[BLAKE2B_SIZE]);

#endif
