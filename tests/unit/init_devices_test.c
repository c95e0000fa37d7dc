/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of devices and flags of mounts, as the kernel wants them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/sysmacros.h>

#include "init/descriptors.c"
#include "init/devices.c"
#include "init/procfs.c"
#include "init/root.c"

static void device_numbers_are_those_of_makedev(void **state)
{
	static const unsigned parts[] = {0, 1, 5, 136, 255, 256, 4095};
	static const unsigned minors[] = {0, 3, 255, 256, 4095, 65536, 1048575};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		for (size_t j = 0; j < sizeof(minors) / sizeof(*minors); j++) {
			struct device_op op = {.major = parts[i], .minor = minors[j]};

			assert_int_equal(device_number(&op), makedev(parts[i], minors[j]));
		}
	}
}

static void flags_of_mount_become_attributes(void **state)
{
	(void)state;
	assert_int_equal(attributes_of(0), 0);
	assert_int_equal(attributes_of(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC),
		MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	assert_int_equal(attributes_of(MS_NOATIME | MS_NODIRATIME),
		MOUNT_ATTR_NOATIME | MOUNT_ATTR_NODIRATIME);
	assert_int_equal(attributes_of(MS_STRICTATIME | MS_NOSYMFOLLOW | MS_RELATIME),
		MOUNT_ATTR_STRICTATIME | MOUNT_ATTR_NOSYMFOLLOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_numbers_are_those_of_makedev),
		cmocka_unit_test(flags_of_mount_become_attributes),
	};

	return cmocka_run_group_tests_name("init devices", tests, NULL, NULL);
}
