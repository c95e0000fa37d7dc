/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The limits of the command update, from words or from a document. */
#ifndef CLI_UPDATE_H
#define CLI_UPDATE_H

#include "base/error.h"
#include "libocispec/config.h"
#include "plan/request.h"

/* As given; NULL where an option was not. */
struct update_words {
	const char *resources;
	const char *memory, *memory_reservation, *memory_swap, *kernel_memory,
		*kernel_memory_tcp;
	const char *cpu_share, *cpu_quota, *cpu_period, *cpu_burst, *cpu_idle, *cpu_rt_period,
		*cpu_rt_runtime, *cpuset_cpus, *cpuset_mems;
	const char *pids_limit, *blkio_weight;
};

/* What request->changes points to. */
struct update_changes {
	struct oci_resources resources;
	struct oci_memory memory;
	struct oci_cpu cpu;
	struct oci_pids pids;
	struct oci_block_io block_io;
};

/* Sets request->changes, or reads the document into request->resources, which update_free() frees. */
int update_parse(const struct update_words *words, struct update_changes *changes,
	struct request *request, struct error *err);

void update_free(struct request *request);

#endif
