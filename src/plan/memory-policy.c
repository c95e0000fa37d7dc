/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux.memoryPolicy -> what set_mempolicy is given.
 *
 * Pure. Whether the machine has the nodes, and whether the cpuset allows them, is the kernel's to
 * say.
 *
 * Spec: config-linux.md "memory policy"; set_mempolicy(2) */
#include "plan/memory-policy.h"

#include <linux/mempolicy.h>

#include "plan/builder.h"

/* KERNEL < 6.9: an enumeration without it, which no #ifdef can tell. */
#define WEIGHTED_INTERLEAVE 6

enum nodes { NODES_NONE, NODES_ANY, NODES_SOME };

struct mode {
	const char *name;
	uint32_t number;
	enum nodes nodes;
	bool balancing; /* takes MPOL_F_NUMA_BALANCING */
};

static const struct mode modes[] = {
	[OCI_MPOL_DEFAULT] = {"MPOL_DEFAULT", MPOL_DEFAULT, NODES_NONE, false},
	[OCI_MPOL_BIND] = {"MPOL_BIND", MPOL_BIND, NODES_SOME, true},
	[OCI_MPOL_INTERLEAVE] = {"MPOL_INTERLEAVE", MPOL_INTERLEAVE, NODES_SOME, false},
	[OCI_MPOL_WEIGHTED_INTERLEAVE] = {"MPOL_WEIGHTED_INTERLEAVE", WEIGHTED_INTERLEAVE,
		NODES_SOME, false},
	[OCI_MPOL_PREFERRED] = {"MPOL_PREFERRED", MPOL_PREFERRED, NODES_ANY, false},
	[OCI_MPOL_PREFERRED_MANY] = {"MPOL_PREFERRED_MANY", MPOL_PREFERRED_MANY, NODES_SOME,
		true},
	[OCI_MPOL_LOCAL] = {"MPOL_LOCAL", MPOL_LOCAL, NODES_NONE, false},
};

#define MODE_COUNT (sizeof(modes) / sizeof(modes[0]))

static const struct bit_name flag_names[] = {
	{MPOL_F_NUMA_BALANCING, "NUMA_BALANCING"},
	{MPOL_F_RELATIVE_NODES, "RELATIVE_NODES"},
	{MPOL_F_STATIC_NODES, "STATIC_NODES"},
	{0, NULL},
};

static bool node_in(const struct memory_policy *policy, uint32_t node)
{
	return node < MEMORY_NODES && policy->nodes[node / 64] >> node % 64 & 1;
}

static void nodes_print(struct printer *p, const struct memory_policy *policy)
{
	const char *separator = " nodes=";

	for (uint32_t first = 0; first < MEMORY_NODES; first++) {
		uint32_t last = first;

		if (!node_in(policy, first))
			continue;
		while (node_in(policy, last + 1))
			last++;
		printer_add(p, "%s%u", separator, first);
		if (last > first)
			printer_add(p, "-%u", last);
		separator = ",";
		first = last;
	}
}

void memory_policy_print(struct printer *p, const struct memory_policy *policy)
{
	if (!policy)
		return;
	for (size_t i = 0; i < MODE_COUNT; i++) {
		if (modes[i].name && modes[i].number == (policy->mode & ~MPOL_MODE_FLAGS))
			printer_add(p, "  memory policy %s", modes[i].name);
	}
	nodes_print(p, policy);
	printer_bits(p, "flags", flag_names, policy->mode & MPOL_MODE_FLAGS);
	printer_end(p, origin_make(ORIGIN_MEMORY_POLICY, 0));
}

/* A number without a sign, as far as the digits go; MEMORY_NODES if it is no node. */
static uint32_t node_parse(const char **at)
{
	uint32_t node = 0;

	if (**at < '0' || **at > '9')
		return MEMORY_NODES;
	for (; **at >= '0' && **at <= '9'; ++*at) {
		node = node * 10 + (uint32_t)(**at - '0');
		if (node >= MEMORY_NODES)
			return MEMORY_NODES;
	}
	return node;
}

/* "0-3,7"; false if it is something else. */
static bool nodes_parse(const char *list, struct memory_policy *policy)
{
	for (const char *at = list; *list;) {
		uint32_t first = node_parse(&at), last = first;

		if (*at == '-') {
			at++;
			last = node_parse(&at);
		}
		if (first > last || last >= MEMORY_NODES)
			return false;
		for (uint32_t node = first; node <= last; node++) {
			policy->node_count += !node_in(policy, node);
			policy->nodes[node / 64] |= 1ULL << node % 64;
		}
		if (!*at)
			return true;
		if (*at++ != ',')
			return false;
	}
	return true;
}

static int nodes_plan(const struct oci_memory_policy *given, const struct mode *mode,
	struct memory_policy *policy, struct error *err)
{
	origin_t origin = origin_make(ORIGIN_MEMORY_POLICY_NODES, 0);

	if (given->nodes && !nodes_parse(given->nodes, policy))
		return builder_refuse(err, origin,
			"invalid memory policy node: \"%s\" is not a list like \"0-3,7\" of "
			"numbers below %d",
			given->nodes, MEMORY_NODES);
	if (mode->nodes == NODES_NONE && policy->node_count)
		return builder_refuse(err, origin, "%s mode requires 0 nodes but got %u",
			mode->name, policy->node_count);
	if (mode->nodes == NODES_SOME && !policy->node_count)
		return builder_refuse(err, origin,
			"invalid memory policy node: %s mode requires at least 1 node but got "
			"0",
			mode->name);
	return 0;
}

static int flags_plan(const struct oci_memory_policy *given, const struct mode *mode,
	struct memory_policy *policy, struct error *err)
{
	static const uint32_t bits[] = {
		[OCI_MPOL_F_NUMA_BALANCING] = MPOL_F_NUMA_BALANCING,
		[OCI_MPOL_F_RELATIVE_NODES] = MPOL_F_RELATIVE_NODES,
		[OCI_MPOL_F_STATIC_NODES] = MPOL_F_STATIC_NODES,
	};
	const uint32_t both = MPOL_F_RELATIVE_NODES | MPOL_F_STATIC_NODES;
	origin_t origin = origin_make(ORIGIN_MEMORY_POLICY_FLAGS, 0);

	for (size_t i = 0; i < given->flags.count; i++)
		policy->mode |= bits[given->flags.items[i]];
	if (policy->mode & MPOL_F_NUMA_BALANCING && !mode->balancing)
		return builder_refuse(err, origin,
			"invalid memory policy flag: MPOL_F_NUMA_BALANCING is not for %s",
			mode->name);
	if ((policy->mode & both) == both)
		return builder_refuse(err, origin,
			"invalid memory policy flag: nodes cannot be both static and relative");
	if (policy->mode & both && !policy->node_count)
		return builder_refuse(err, origin,
			"invalid memory policy flag: there are no nodes to be static or "
			"relative");
	return 0;
}

int memory_policy_plan(struct builder *b, struct error *err)
{
	const struct oci_memory_policy *given = b->on_linux->memory_policy;
	struct memory_policy *policy;
	const struct mode *mode;

	if (!given)
		return 0;
	if (given->mode == OCI_MPOL_ABSENT)
		return builder_refuse(err, origin_make(ORIGIN_MEMORY_POLICY, 0),
			"invalid memory policy mode: there is none");
	policy = arena_new(b->arena, struct memory_policy);
	if (!policy)
		return builder_full(err);
	mode = &modes[given->mode];
	policy->mode = mode->number;
	b->plan->process.memory_policy = policy;
	return nodes_plan(given, mode, policy, err) ? -1 : flags_plan(given, mode, policy, err);
}
