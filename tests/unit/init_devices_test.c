/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of devices, as the kernel wants them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/sysmacros.h>

#include <cmocka.h>

#include "init/descriptors.c"
#include "init/devices.c"
#include "init/root.c"
#include "init/attach.c"

static void device_numbers_are_those_of_makedev(void **state)
{
	static const unsigned parts[] = {0, 1, 5, 136, 255, 256, 4095};
	static const unsigned minors[] = {0, 3, 255, 256, 4095, 65536, 1048575};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		for (size_t j = 0; j < sizeof(minors) / sizeof(*minors); j++) {
			assert_int_equal(
				sys_device(parts[i], minors[j]), makedev(parts[i], minors[j]));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_numbers_are_those_of_makedev),
	};

	return cmocka_run_group_tests_name("init devices", tests, NULL, NULL);
}
