/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings that belong to the new namespaces: names, loopback, sysctls; and the session keyring. */
#ifndef INIT_KERNEL_H
#define INIT_KERNEL_H

#include "init/init.h"

int kernel_join_keyring(struct init *init, struct error *err);
int kernel_set_names(struct init *init, struct error *err);
int kernel_raise_loopback(struct init *init, struct error *err);
int kernel_write_sysctls(struct init *init, struct error *err);

#endif
