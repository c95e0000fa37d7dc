/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enters and makes the namespaces that the clone has not made. */
#ifndef INIT_NAMESPACES_H
#define INIT_NAMESPACES_H

#include "init/init.h"

int namespaces_enter(struct init *init, struct error *err);

#endif
