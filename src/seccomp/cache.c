/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compiled filters, kept for the next container of the same profile.
 *
 * Runs in: the runtime, on the hot path of create and run.
 * Trusts:  the state root, in which only root can write. What is not whole all the same (a full file
 *          system, a bad disk) is not used: the file has a checksum of itself and the whole key.
 * Relies on: O_TMPFILE and linkat(2): a file appears complete or not at all, and nothing is left of
 *          a runtime that is killed in between. The kernel's own part in what a filter does
 *          is not in the key: every action exists since Linux 5.0. */
#include "seccomp/cache.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "plan/seccomp.h"
#include "seccomp/abi.h"
#include "sys/file.h"

/* Changes with the format of the files and with every change of what a profile compiles to. */
#define MAGIC "tarebpf2"

#define PATH_SIZE 4096

struct head {
	char magic[8];
	uint32_t count;	 /* of instructions */
	uint32_t passes; /* 0 or 1 */
	unsigned char key[BLAKE2B_SIZE];
	unsigned char
		sum[BLAKE2B_SIZE]; /* of this head, with zeros here, and the instructions */
};

#define LARGEST (sizeof(struct head) + BPF_MAXINSNS * sizeof(struct sock_filter))

static void number_add(struct blake2b *hash, uint64_t number)
{
	blake2b_add(hash, &number, sizeof(number));
}

/* With its length, so that no two lists of strings look the same. */
static void string_add(struct blake2b *hash, const char *string)
{
	size_t length = strlen(string);
	uint16_t size = length < UINT16_MAX ? (uint16_t)length : UINT16_MAX;

	blake2b_add(hash, &size, sizeof(size));
	blake2b_add(hash, string, length);
	if (size == UINT16_MAX)
		number_add(hash, length);
}

static void rule_add(struct blake2b *hash, const struct seccomp_rule *rule)
{
	number_add(hash, (uint64_t)rule->action << 32 | rule->any);
	number_add(hash, rule->names->count);
	for (size_t i = 0; i < rule->names->count; i++)
		string_add(hash, rule->names->items[i]);
	number_add(hash, rule->conditions->count);
	for (size_t i = 0; i < rule->conditions->count; i++) {
		const struct oci_seccomp_arg *c = &rule->conditions->items[i];

		number_add(hash, (uint64_t)c->index << 32 | c->op);
		number_add(hash, c->value);
		number_add(hash, c->value_two);
	}
}

static void library_add(struct blake2b *hash)
{
	unsigned version[3];

	abi_library(version);
	for (size_t i = 0; i < 3; i++)
		number_add(hash, version[i]);
}

void cache_rules_digest(const struct plan_seccomp *seccomp, struct cache_rules *ret_rules)
{
	struct blake2b hash;

	blake2b_start(&hash);
	number_add(&hash, seccomp->rule_count);
	for (size_t i = 0; i < seccomp->rule_count; i++)
		rule_add(&hash, &seccomp->rules[i]);
	ret_rules->absent = false;
	blake2b_end(&hash, ret_rules->digest);
}

void cache_key(const struct plan_seccomp *seccomp, const struct cache_rules *rules,
	const struct prepare_call *calls, size_t call_count, struct cache_key *ret_key)
{
	struct blake2b hash;

	blake2b_start(&hash);
	blake2b_add(&hash, MAGIC, sizeof(MAGIC));
	library_add(&hash);
	number_add(&hash, seccomp->default_action);
	number_add(&hash, seccomp->newer_enosys);
	number_add(&hash, seccomp->strict);
	number_add(&hash, seccomp->abis);
	blake2b_add(&hash, rules->digest, sizeof(rules->digest));
	number_add(&hash, call_count);
	for (size_t i = 0; i < call_count; i++) {
		string_add(&hash, calls[i].name);
		number_add(&hash, calls[i].known);
		number_add(&hash, calls[i].first_argument);
	}
	blake2b_end(&hash, ret_key->bytes);
}

static bool path_print(struct text *path, const char *root, const struct cache_key *key)
{
	static const char digits[] = "0123456789abcdef";

	text_format(path, "%s/.cache/seccomp/", root);
	for (size_t i = 0; i < sizeof(key->bytes); i++) {
		text_char(path, digits[key->bytes[i] >> 4]);
		text_char(path, digits[key->bytes[i] & 15]);
	}
	return text_ok(path);
}

static void sum_make(const struct head *head, const void *code, unsigned char ret[BLAKE2B_SIZE])
{
	struct head bare = *head;
	struct blake2b hash;

	memset(bare.sum, 0, sizeof(bare.sum));
	blake2b_start(&hash);
	blake2b_add(&hash, &bare, sizeof(bare));
	blake2b_add(&hash, code, head->count * sizeof(struct sock_filter));
	blake2b_end(&hash, ret);
}

static bool head_valid(const struct head *head, size_t size, const struct cache_key *key)
{
	unsigned char sum[BLAKE2B_SIZE];

	if (size < sizeof(*head) || memcmp(head->magic, MAGIC, sizeof(head->magic)) != 0 ||
		memcmp(head->key, key->bytes, sizeof(head->key)) != 0 || !head->count ||
		head->count > BPF_MAXINSNS || head->passes > 1 ||
		size != sizeof(*head) + head->count * sizeof(struct sock_filter))
		return false;
	sum_make(head, head + 1, sum);
	return memcmp(sum, head->sum, sizeof(sum)) == 0;
}

bool cache_read(const char *root, const struct cache_key *key, struct arena *arena,
	struct filter *ret_filter, bool *ret_passes)
{
	char buffer[PATH_SIZE];
	struct text path;
	size_t before = arena->used;
	struct head *head;
	ssize_t n;
	int fd;

	text_start(&path, buffer, sizeof(buffer));
	if (!path_print(&path, root, key))
		return false;
	fd = sys_openat(AT_FDCWD, buffer, O_RDONLY | O_NOFOLLOW, 0);
	if (fd < 0)
		return false;
	head = arena_alloc(arena, LARGEST + 1, 1);
	n = head ? sys_read(fd, head, LARGEST + 1) : -ENOMEM;
	sys_close(fd);
	if (n < 0 || !head_valid(head, (size_t)n, key))
		return false;
	/* What lies behind was not written to. */
	arena->used = before + (((size_t)n + 7) & ~(size_t)7);
	*ret_filter = (struct filter){
		(const struct sock_filter *)(const void *)(head + 1), head->count};
	*ret_passes = head->passes;
	return true;
}

static int directory_open(const char *root)
{
	int root_fd = sys_openat(AT_FDCWD, root, O_PATH | O_DIRECTORY, 0);
	int fd;

	if (root_fd < 0)
		return root_fd;
	sys_mkdirat(root_fd, ".cache", 0700);
	sys_mkdirat(root_fd, ".cache/seccomp", 0700);
	fd = sys_openat(root_fd, ".cache/seccomp", O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	sys_close(root_fd);
	return fd;
}

static bool bytes_write(int fd, const void *bytes, size_t size)
{
	return sys_write(fd, bytes, size) == (ssize_t)size;
}

/* A damaged file of that name makes way. */
static void file_link(int fd, int directory_fd, const char *name)
{
	char path[32];

	text_print(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (sys_linkat(AT_FDCWD, path, directory_fd, name, AT_SYMLINK_FOLLOW) != -EEXIST)
		return;
	sys_unlinkat(directory_fd, name, 0);
	sys_linkat(AT_FDCWD, path, directory_fd, name, AT_SYMLINK_FOLLOW);
}

void cache_write(
	const char *root, const struct cache_key *key, const struct filter *filter, bool passes)
{
	struct head head = {.magic = MAGIC, .count = (uint32_t)filter->count, .passes = passes};
	int fd, directory_fd = directory_open(root);
	char buffer[PATH_SIZE];
	struct text path;

	text_start(&path, buffer, sizeof(buffer));
	if (directory_fd < 0)
		return;
	memcpy(head.key, key->bytes, sizeof(head.key));
	sum_make(&head, filter->code, head.sum);
	fd = sys_openat(directory_fd, ".", O_TMPFILE | O_WRONLY, 0600);
	if (fd >= 0) {
		if (path_print(&path, "", key) && bytes_write(fd, &head, sizeof(head)) &&
			bytes_write(fd, filter->code, filter->count * sizeof(*filter->code)))
			file_link(fd, directory_fd, strrchr(buffer, '/') + 1);
		sys_close(fd);
	}
	sys_close(directory_fd);
}
