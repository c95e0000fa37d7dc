/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BLAKE2b: what tells one profile from another.
 *
 * Two profiles with one digest would share a program, and a container would get the filter of
 * another. So it is a cryptographic hash, and this one because it needs no help of the processor
 * to be fast. Pure.
 *
 * Spec: RFC 7693. */
#include "seccomp/blake2b.h"

#include <string.h>

#define ROUNDS 12

static const uint64_t start_state[8] = {
	0x6a09e667f3bcc908,
	0xbb67ae8584caa73b,
	0x3c6ef372fe94f82b,
	0xa54ff53a5f1d36f1,
	0x510e527fade682d1,
	0x9b05688c2b3e6c1f,
	0x1f83d9abfb41bd6b,
	0x5be0cd19137e2179,
};

/* Which word of the block goes where, in each round; the last two rounds repeat the first two. */
/* clang-format off */
static const unsigned char order[ROUNDS][16] = {
	{ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15},
	{14, 10,  4,  8,  9, 15, 13,  6,  1, 12,  0,  2, 11,  7,  5,  3},
	{11,  8, 12,  0,  5,  2, 15, 13, 10, 14,  3,  6,  7,  1,  9,  4},
	{ 7,  9,  3,  1, 13, 12, 11, 14,  2,  6,  5, 10,  4,  0, 15,  8},
	{ 9,  0,  5,  7,  2,  4, 10, 15, 14,  1, 11, 12,  6,  8,  3, 13},
	{ 2, 12,  6, 10,  0, 11,  8,  3,  4, 13,  7,  5, 15, 14,  1,  9},
	{12,  5,  1, 15, 14, 13,  4, 10,  0,  7,  6,  3,  9,  2,  8, 11},
	{13, 11,  7, 14, 12,  1,  3,  9,  5,  0, 15,  4,  8,  6,  2, 10},
	{ 6, 15, 14,  9, 11,  3,  0,  8, 12,  2, 13,  7,  1,  4, 10,  5},
	{10,  2,  8,  4,  7,  6,  1,  5, 15, 11,  9, 14,  3, 12, 13,  0},
	{ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15},
	{14, 10,  4,  8,  9, 15, 13,  6,  1, 12,  0,  2, 11,  7,  5,  3},
};
/* clang-format on */

static uint64_t rotate(uint64_t word, unsigned bits)
{
	return word >> bits | word << (64 - bits);
}

/* Compilers make one load of it. */
static inline uint64_t word_load(const unsigned char *b)
{
	return b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
	       (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
	       (uint64_t)b[7] << 56;
}

static inline void mix(
	uint64_t *a, uint64_t *b, uint64_t *c, uint64_t *d, uint64_t x, uint64_t y)
{
	*a += *b + x;
	*d = rotate(*d ^ *a, 32);
	*c += *d;
	*b = rotate(*b ^ *c, 24);
	*a += *b + y;
	*d = rotate(*d ^ *a, 16);
	*c += *d;
	*b = rotate(*b ^ *c, 63);
}

/* Columns, then diagonals. The indices are constants, so that all of `v` lies in registers. */
static inline void round_mix(
	uint64_t v[16], const uint64_t words[16], const unsigned char o[16])
{
	mix(&v[0], &v[4], &v[8], &v[12], words[o[0]], words[o[1]]);
	mix(&v[1], &v[5], &v[9], &v[13], words[o[2]], words[o[3]]);
	mix(&v[2], &v[6], &v[10], &v[14], words[o[4]], words[o[5]]);
	mix(&v[3], &v[7], &v[11], &v[15], words[o[6]], words[o[7]]);
	mix(&v[0], &v[5], &v[10], &v[15], words[o[8]], words[o[9]]);
	mix(&v[1], &v[6], &v[11], &v[12], words[o[10]], words[o[11]]);
	mix(&v[2], &v[7], &v[8], &v[13], words[o[12]], words[o[13]]);
	mix(&v[3], &v[4], &v[9], &v[14], words[o[14]], words[o[15]]);
}

static void block_take(struct blake2b *hash, uint64_t total, int last)
{
	uint64_t v[16], words[16];

	for (unsigned i = 0; i < 16; i++)
		words[i] = word_load(hash->block + 8 * i);
	memcpy(v, hash->state, sizeof(hash->state));
	memcpy(v + 8, start_state, sizeof(start_state));
	v[12] ^= total;
	if (last)
		v[14] = ~v[14];
	for (unsigned round = 0; round < ROUNDS; round++)
		round_mix(v, words, order[round]);
	for (unsigned i = 0; i < 8; i++)
		hash->state[i] ^= v[i] ^ v[i + 8];
}

void blake2b_start(struct blake2b *hash)
{
	memcpy(hash->state, start_state, sizeof(start_state));
	hash->state[0] ^= 0x01010000 ^ BLAKE2B_SIZE;
	hash->total = hash->used = 0;
}

/* The last block is told apart from the others: a full one waits until there is more. */
void blake2b_add(struct blake2b *hash, const void *bytes, size_t length)
{
	const unsigned char *from = bytes;

	while (length) {
		size_t piece = BLAKE2B_BLOCK - hash->used;

		if (!piece) {
			hash->total += BLAKE2B_BLOCK;
			block_take(hash, hash->total, 0);
			hash->used = 0;
			continue;
		}
		piece = piece < length ? piece : length;
		memcpy(hash->block + hash->used, from, piece);
		hash->used += piece;
		from += piece;
		length -= piece;
	}
}

void blake2b_end(struct blake2b *hash, unsigned char ret_digest[BLAKE2B_SIZE])
{
	memset(hash->block + hash->used, 0, BLAKE2B_BLOCK - hash->used);
	block_take(hash, hash->total + hash->used, 1);
	for (unsigned i = 0; i < BLAKE2B_SIZE; i++)
		ret_digest[i] = (unsigned char)(hash->state[i / 8] >> 8 * (i % 8));
}
