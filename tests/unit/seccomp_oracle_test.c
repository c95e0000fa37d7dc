/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our filters against libseccomp's: for every system call number, architecture and boundary of an
 * argument both must say the same of profiles that engines really use, and of invented ones.
 *
 * libseccomp knows no rule for calls newer than the profile; it is added to its answer here. */
#include "seccomp_help.h"

#include <errno.h>
#include <linux/memfd.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "seccomp/abi.h"

#define NUMBERS	  1024 /* from the first one of each ABI; no kernel of ours has more */
#define X32_BIT	  0x40000000U
#define VALUES	  64
#define ARGUMENTS 6

/* --- what libseccomp makes of a profile --- */

struct oracle {
	const struct plan_seccomp *seccomp;
	struct filter filter;
	uint32_t highest[SECCOMP_ABI_COUNT]; /* 0: the ABI has none of the calls */
};

static enum scmp_compare operator(enum oci_seccomp_operator op) {
	static const enum scmp_compare operators[] =
		{
			[OCI_SECCOMP_NE] = SCMP_CMP_NE,
			[OCI_SECCOMP_LT] = SCMP_CMP_LT,
			[OCI_SECCOMP_LE] = SCMP_CMP_LE,
			[OCI_SECCOMP_EQ] = SCMP_CMP_EQ,
			[OCI_SECCOMP_GE] = SCMP_CMP_GE,
			[OCI_SECCOMP_GT] = SCMP_CMP_GT,
			[OCI_SECCOMP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
		};

	return operators[op];
}

static void oracle_add(scmp_filter_ctx context, const struct seccomp_rule *rule, int number)
{
	struct scmp_arg_cmp all[ARGUMENTS];
	size_t count = rule->conditions->count;

	assert_true(count <= ARGUMENTS);
	for (size_t i = 0; i < count; i++) {
		const struct oci_seccomp_arg *c = &rule->conditions->items[i];

		all[i] = (struct scmp_arg_cmp){
			c->index, operator(c->op), c->value, c->value_two};
	}
	if (!rule->any)
		assert_int_equal(seccomp_rule_add_array(
					 context, rule->action, number, (unsigned)count, all),
			0);
	for (size_t i = 0; rule->any && i < count; i++)
		assert_int_equal(
			seccomp_rule_add_array(context, rule->action, number, 1, &all[i]), 0);
}

static void oracle_rules(scmp_filter_ctx context, struct oracle *oracle)
{
	for (size_t r = 0; r < oracle->seccomp->rule_count; r++) {
		const struct seccomp_rule *rule = &oracle->seccomp->rules[r];

		for (size_t n = 0; n < rule->names->count; n++) {
			const char *name = rule->names->items[n];
			int number = seccomp_syscall_resolve_name(name);

			if (number == __NR_SCMP_ERROR)
				continue;
			for (unsigned abi = 0; abi < SECCOMP_ABI_COUNT; abi++) {
				int there = seccomp_syscall_resolve_name_arch(
					abi_table[abi].token, name);

				if (there > 0 && (uint32_t)there > oracle->highest[abi])
					oracle->highest[abi] = (uint32_t)there;
			}
			if (rule->action != oracle->seccomp->default_action)
				oracle_add(context, rule, number);
		}
	}
}

static void oracle_make(struct oracle *oracle, const struct plan_seccomp *seccomp)
{
	scmp_filter_ctx context = seccomp_init(seccomp->default_action);
	int fd = memfd_create("filter", MFD_CLOEXEC);
	off_t size;

	*oracle = (struct oracle){.seccomp = seccomp};
	assert_non_null(context);
	for (unsigned abi = 0; abi < SECCOMP_ABI_COUNT; abi++) {
		int r = seccomp->abis & 1U << abi
				? seccomp_arch_add(context, abi_table[abi].token)
				: 0;

		assert_true(r == 0 || r == -EEXIST);
	}
	if (!(seccomp->abis & 1U << SECCOMP_ABI_X86_64))
		assert_int_equal(seccomp_arch_remove(context, SCMP_ARCH_NATIVE), 0);
	oracle_rules(context, oracle);
	assert_int_equal(seccomp_export_bpf(context, fd), 0);
	seccomp_release(context);
	size = lseek(fd, 0, SEEK_END);
	oracle->filter.count = (size_t)size / sizeof(struct sock_filter);
	oracle->filter.code = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_true(oracle->filter.code != MAP_FAILED);
	close(fd);
	filter_verify(&oracle->filter);
}

static void oracle_free(struct oracle *oracle)
{
	munmap((void *)oracle->filter.code, oracle->filter.count * sizeof(struct sock_filter));
}

/* The ABI of a call, or SECCOMP_ABI_COUNT if the profile does not have it. */
static unsigned abi_of(const struct plan_seccomp *seccomp, const struct seccomp_data *data)
{
	const uint32_t number = (uint32_t)data->nr;

	for (unsigned abi = SECCOMP_ABI_COUNT; abi-- > 0;) {
		if (abi_table[abi].audit == data->arch && number >= abi_table[abi].first)
			return seccomp->abis & 1U << abi ? abi : SECCOMP_ABI_COUNT;
	}
	return SECCOMP_ABI_COUNT;
}

static uint32_t oracle_answer(const struct oracle *oracle, const struct seccomp_data *data)
{
	unsigned abi = abi_of(oracle->seccomp, data);

	if (oracle->seccomp->newer_enosys && abi < SECCOMP_ABI_COUNT && oracle->highest[abi] &&
		(uint32_t)data->nr > oracle->highest[abi])
		return ERRNO(ENOSYS);
	return simulate(&oracle->filter, data);
}

/* --- both are asked --- */

struct asker {
	const char *what;
	const struct oracle *oracle;
	const struct filter *ours;
	size_t asked;
};

static void ask(struct asker *asker, const struct seccomp_data *data)
{
	uint32_t ours = simulate(asker->ours, data);
	uint32_t theirs = oracle_answer(asker->oracle, data);

	asker->asked++;
	if (ours == theirs)
		return;
	fprintf(stderr, "# %s\n", asker->what);
	fail_msg("arch 0x%x call 0x%x (0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx): we say "
		 "0x%x, libseccomp 0x%x",
		data->arch, (unsigned)data->nr, data->args[0], data->args[1], data->args[2],
		data->args[3], data->args[4], data->args[5], ours, theirs);
}

static void value_add(uint64_t *values, size_t *count, uint64_t value)
{
	for (size_t i = 0; i < *count; i++) {
		if (values[i] == value)
			return;
	}
	if (*count < VALUES)
		values[(*count)++] = value;
}

/* The value, its neighbours, and what agrees with it in one half only. */
static void values_around(uint64_t *values, size_t *count, uint64_t value)
{
	value_add(values, count, value);
	value_add(values, count, value - 1);
	value_add(values, count, value + 1);
	value_add(values, count, value ^ 1ULL << 32);
	value_add(values, count, value ^ 1ULL << 63);
	value_add(values, count, value & UINT32_MAX);
}

/* The boundaries of one argument of one call. */
static size_t values_of(const struct plan_seccomp *seccomp, const char *name, unsigned index,
	uint64_t values[VALUES])
{
	size_t count = 0;

	value_add(values, &count, 0);
	for (size_t r = 0; r < seccomp->rule_count; r++) {
		const struct seccomp_rule *rule = &seccomp->rules[r];
		bool named = false;

		for (size_t n = 0; n < rule->names->count; n++)
			named |= !strcmp(rule->names->items[n], name);
		for (size_t i = 0; named && i < rule->conditions->count; i++) {
			const struct oci_seccomp_arg *c = &rule->conditions->items[i];

			if (c->index != index)
				continue;
			values_around(values, &count, c->value);
			if (c->op == OCI_SECCOMP_MASKED_EQ) {
				values_around(values, &count, c->value_two);
				value_add(values, &count, c->value_two | ~c->value);
				value_add(
					values, &count, c->value_two ^ (c->value & -c->value));
			}
		}
	}
	value_add(values, &count, UINT64_MAX);
	return count;
}

/* Every combination of the boundaries of the arguments from `index` on. */
static void ask_combinations(
	struct asker *asker, const char *name, struct seccomp_data *data, unsigned index)
{
	uint64_t values[VALUES];
	size_t count;

	if (index == ARGUMENTS) {
		ask(asker, data);
		return;
	}
	count = values_of(asker->oracle->seccomp, name, index, values);
	/* An argument that no rule looks at: its two extremes are not worth doubling all others. */
	if (count == 2 && index > 1)
		count = 1;
	for (size_t i = 0; i < count; i++) {
		data->args[index] = values[i];
		ask_combinations(asker, name, data, index + 1);
	}
	data->args[index] = 0;
}

static void ask_conditions(struct asker *asker)
{
	const struct plan_seccomp *seccomp = asker->oracle->seccomp;

	for (size_t r = 0; r < seccomp->rule_count; r++) {
		const struct seccomp_rule *rule = &seccomp->rules[r];

		for (size_t n = 0; rule->conditions->count && n < rule->names->count; n++) {
			for (unsigned abi = 0; abi < SECCOMP_ABI_COUNT; abi++) {
				struct seccomp_data data = {.arch = abi_table[abi].audit};
				struct abi_number number;

				if (!abi_resolve(
					    &abi_table[abi], rule->names->items[n], &number) ||
					!number.direct)
					continue;
				data.nr = (int)number.number;
				ask_combinations(asker, rule->names->items[n], &data, 0);
			}
		}
	}
}

static void ask_numbers(struct asker *asker, uint32_t arch, uint32_t first, uint32_t count)
{
	/* On x86 small first arguments are the calls within socketcall and ipc. */
	const uint64_t small = arch == AUDIT_ARCH_I386 ? 32 : 1;

	for (uint32_t i = 0; i < count; i++) {
		struct seccomp_data data = {.arch = arch, .nr = (int)(first + i)};

		for (uint64_t arg = 0; arg < small; arg++) {
			data.args[0] = arg;
			ask(asker, &data);
		}
		memset(data.args, 0xff, sizeof(data.args));
		ask(asker, &data);
	}
}

static void ask_all(struct asker *asker)
{
	static const uint32_t known[] = {
		AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM};
	static const uint32_t foreign[] = {AUDIT_ARCH_S390X, AUDIT_ARCH_RISCV64, 0, UINT32_MAX};

	for (size_t a = 0; a < sizeof(known) / sizeof(known[0]); a++) {
		ask_numbers(asker, known[a], 0, NUMBERS);
		ask_numbers(asker, known[a], 0xf0000 - 8, 32); /* arm has some there */
		ask_numbers(asker, known[a], X32_BIT - 8, NUMBERS + 8);
		ask_numbers(asker, known[a], 0x80000000 - 8, 16);
		ask_numbers(asker, known[a], 0xc0000000 - 8, 16);
		ask_numbers(asker, known[a], UINT32_MAX - 15, 16);
	}
	for (size_t a = 0; a < sizeof(foreign) / sizeof(foreign[0]); a++)
		ask_numbers(asker, foreign[a], 0, 8);
	ask_conditions(asker);
}

static void profile_compare(const char *what, struct profile *p, size_t *ret_asked)
{
	struct oracle oracle;
	struct asker asker = {.what = what, .oracle = &oracle, .ours = &p->filter};

	profile_compile(p);
	oracle_make(&oracle, p->seccomp);
	ask_all(&asker);
	*ret_asked = asker.asked;
	oracle_free(&oracle);
}

/* --- profiles of engines --- */

static void engines_profiles_give_what_libseccomp_gives(void **state)
{
	static const char *const files[] = {
		"podman-5.8.6-crun/default.config.json",
		"podman-5.8.6-rootless/default.config.json",
		"podman-4.3.1-crun/default.config.json",
		"podman-4.3.1-crun/seccomp-small.config.json",
		"podman-5.8.6-crun/cap-ambient.config.json",
		"docker-28.5.2/default.config.json",
		"docker-28.5.2/remap-c1.config.json",
		"docker-20.10.24/default.config.json",
		"docker-20.10.24/cap-drop-all.config.json",
		"containerd-2.1.9-ctr/seccomp-unpriv.config.json",
		"containerd-2.1.9-cri/security.config.json",
		"containerd-1.6.20-ctr/seccomp-unpriv.config.json",
		"containerd-1.6.20-ctr/seccomp-profile.config.json",
		"oci-runtime-tool-0.9.0/generate-many.config.json",
		"buildah-1.43.2/default.config.json",
		"buildah-1.43.2/from-userns.config.json",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct profile p;
		char path[256];
		size_t length, asked;
		char *text;

		snprintf(path, sizeof(path), "configs/%s", files[i]);
		text = data_read(path, &length);
		profile_plan(&p, text, length, AUDIT_ARCH_X86_64);
		profile_compare(files[i], &p, &asked);
		print_message("# %s: %zu answers, %zu instructions\n", files[i], asked,
			p.filter.count);
		profile_free(&p);
		free(text);
	}
}

/* The same profile on a machine of another kind, of which this one's libseccomp knows as well. */
static void other_machines_profiles_give_what_libseccomp_gives(void **state)
{
	struct profile p;
	size_t length, asked;
	char *text = data_read("configs/docker-28.5.2/default.config.json", &length);

	(void)state;
	profile_plan(&p, text, length, AUDIT_ARCH_AARCH64);
	assert_non_null(p.seccomp);
	assert_int_equal(p.seccomp->abis, 1U << SECCOMP_ABI_AARCH64);
	profile_compare("docker on aarch64", &p, &asked);
	profile_free(&p);

	profile_plan(&p, text, length, AUDIT_ARCH_AARCH64);
	assert_non_null(p.seccomp);
	((struct plan_seccomp *)p.seccomp)->abis |= 1U << SECCOMP_ABI_ARM;
	profile_compare("docker on aarch64 and arm", &p, &asked);
	profile_free(&p);
	free(text);
}

/* --- invented profiles --- */

/* The same numbers in every run. */
static uint32_t random_next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*seed >> 33);
}

/* Names that libseccomp knows, in an order without meaning. Those that x86 carries in others come without
 * conditions: what then happens is ours to say, see seccomp_test.c. */
static const char *const plain_names[] = {"socket", "accept4", "sendmsg", "recv", "shmat",
	"semtimedop", "msgget", "socketcall", "ipc", "read", "clone3", "futex_waitv",
	"setuid32", "time", "select", "old_adjtimex"};
static const char *const names[] = {"write", "personality", "ioctl", "clone", "mmap", "fcntl",
	"kill", "prctl", "open", "openat2", "mount", "setns", "unshare", "bpf", "ptrace",
	"execve", "dup", "dup2", "dup3", "fork", "getpid", "pause", "_llseek", "stat64"};

static const char *const operators[] = {"SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE",
	"SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"};

static uint64_t random_value(uint64_t *seed)
{
	static const uint64_t interesting[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff,
		0x100000000, 0x100000001, 0x7fffffffffffffff, 0x8000000000000000,
		0xffffffff00000000, 0xffffffffffffffff, 0x7e020000, 38, 40};
	uint32_t pick = random_next(seed) % 20;

	if (pick < sizeof(interesting) / sizeof(interesting[0]))
		return interesting[pick];
	return (uint64_t)random_next(seed) << 32 | random_next(seed);
}

/* At most one on each argument: several on one are alternatives, and of alternatives that overlap
 * libseccomp 2.5 makes wrong programs. seccomp_test.c has those. */
static void random_conditions(FILE *out, uint64_t *seed)
{
	unsigned count = 1 + random_next(seed) % 3, index = random_next(seed) % 2;

	fputs("'args':[", out);
	for (unsigned i = 0; i < count; i++, index += 1 + random_next(seed) % 2)
		fprintf(out, "%s{'index':%u,'value':%llu,'valueTwo':%llu,'op':'%s'}",
			i ? "," : "", index, (unsigned long long)random_value(seed),
			(unsigned long long)random_value(seed),
			operators[random_next(seed) % 7]);
	fputs("]", out);
}

static void random_values(FILE *out, uint64_t *seed)
{
	unsigned index = random_next(seed) % ARGUMENTS;

	fputs("'args':[", out);
	for (unsigned i = 0; i < 3; i++)
		fprintf(out, "%s{'index':%u,'value':%u,'op':'SCMP_CMP_EQ'}", i ? "," : "",
			index, i * 1000 + random_next(seed) % 1000);
	fputs("]", out);
}

static void random_rules(FILE *out, uint64_t *seed)
{
	static const char *const actions[] = {"'action':'SCMP_ACT_ALLOW'",
		"'action':'SCMP_ACT_ERRNO','errnoRet':9", "'action':'SCMP_ACT_LOG'",
		"'action':'SCMP_ACT_TRAP'", "'action':'SCMP_ACT_KILL_PROCESS'",
		"'action':'SCMP_ACT_TRACE','errnoRet':3", "'action':'SCMP_ACT_KILL'"};
	const char *separator = "";

	for (size_t i = 0; i < sizeof(plain_names) / sizeof(plain_names[0]); i++) {
		if (random_next(seed) % 2)
			continue;
		fprintf(out, "%s{'names':['%s'],%s}", separator, plain_names[i],
			actions[random_next(seed) % 7]);
		separator = ",";
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		fprintf(out, "%s{'names':['%s'],%s,", separator, names[i],
			actions[random_next(seed) % 7]);
		separator = ",";
		if (random_next(seed) % 3)
			random_conditions(out, seed);
		else
			random_values(out, seed);
		fputs("}", out);
	}
}

static char *random_profile(uint64_t *seed)
{
	static const char *const defaults[] = {"'SCMP_ACT_ERRNO'", "'SCMP_ACT_ALLOW'",
		"'SCMP_ACT_ERRNO','defaultErrnoRet':38", "'SCMP_ACT_KILL_THREAD'",
		"'SCMP_ACT_LOG'"};
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "{'defaultAction':%s,'architectures':[%s],'syscalls':[",
		defaults[random_next(seed) % 5],
		random_next(seed) % 2 ? "'SCMP_ARCH_X86'" : "");
	random_rules(out, seed);
	fputs("]}", out);
	fclose(out);
	return text;
}

static void invented_profiles_give_what_libseccomp_gives(void **state)
{
	uint64_t seed = 1;
	size_t asked, total = 0;

	(void)state;
	for (unsigned i = 0; i < 60; i++) {
		char *text = random_profile(&seed);
		char *json = profile_config(text);
		struct profile p;

		profile_plan(&p, json, strlen(json), AUDIT_ARCH_X86_64);
		profile_compare(json, &p, &asked);
		total += asked;
		profile_free(&p);
		free(json);
		free(text);
	}
	print_message("# %zu answers\n", total);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engines_profiles_give_what_libseccomp_gives),
		cmocka_unit_test(other_machines_profiles_give_what_libseccomp_gives),
		cmocka_unit_test(invented_profiles_give_what_libseccomp_gives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
