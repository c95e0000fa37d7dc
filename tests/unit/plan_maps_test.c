/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids of bind mounts: plan/mount-map.c. */
#include "plan_help.h"

#define ROOT "{'ociVersion':'1.2.0','root':{'path':'rootfs'}"
#define BIND "'mounts':[{'destination':'/t','type':'bind','source':'/s',%}]"
#define OWN(outside)                                                                           \
	"'uidMappings':[{'containerID':0,'hostID':" #outside                                   \
	",'size':9}],'gidMappings':[{'containerID':0,'hostID':" #outside ",'size':9}]"
#define NO_USER	 ",'linux':{'namespaces':[{'type':'mount'}]}}"
#define NEW_USER ",'linux':{'namespaces':[{'type':'mount'},{'type':'user'}]," OWN(5) "}}"
#define JOIN_USER                                                                              \
	",'linux':{'namespaces':[{'type':'mount'},{'type':'user','path':'/u'}]," OWN(5) "}}"
#define JOIN_ANY ",'linux':{'namespaces':[{'type':'mount'},{'type':'user','path':'/u'}]}}"

static void mappings_of_a_mount_are_its_own(void **state)
{
	static const struct plan_row rows[] = {
		{OWN(7), "  id map 0 uids=\"0 7 9\\n\" gids=\"0 7 9\\n\"\n", NULL},
		{OWN(7), "  map the ids of tree 0 by map 0  <- /mounts/0\n", NULL},
		{OWN(7) ",'options':['idmap']", "tree 0 by map 0  <-", NULL},
		{OWN(7) ",'options':['ridmap']", "tree 0 by map 0 recursive  <-", NULL},
		{OWN(7) ",'options':['ridmap','idmap']", "tree 0 by map 0  <-", NULL},
		{OWN(7) ",'options':['idmap=uids=0-1-2;gids=0-1-2']",
			"!the mount has mappings, and others in its options",
			"/mounts/0/options"},
		{"'options':['idmap=uids=0-1-2#5-6-7;gids=3-4-5']",
			"uids=\"0 1 2\\n5 6 7\\n\" gids=\"3 4 5\\n\"", NULL},
		{"'options':['ridmap=gids=0-1-2;uids=3-4-5']",
			"uids=\"3 4 5\\n\" gids=\"0 1 2\\n\"", NULL},
		{"'options':['idmap=uids=0-0-4294967295;gids=0-0-4294967295']",
			"uids=\"0 0 4294967295\\n\"", NULL},
		{"'uidMappings':[{'containerID':0,'hostID':7,'size':9}]",
			"!uidMappings of a mount need gidMappings beside them",
			"/mounts/0/uidMappings"},
		{"'gidMappings':[{'containerID':0,'hostID':7,'size':9}],'uidMappings':[]",
			"!gidMappings of a mount need uidMappings beside them",
			"/mounts/0/gidMappings"},
		{"'uidMappings':[],'gidMappings':[]", "-id map", NULL},
		{"'uidMappings':[{'containerID':0,'hostID':7,'size':1}],"
		 "'gidMappings':[{'containerID':0,'hostID':7,'size':0}]",
			"!the mapping of 0 ids from 0 to 7", "/mounts/0/gidMappings"},
		{"'options':['idmap']", "!neither the mount nor the container has mappings",
			"/mounts/0/options"},
		{"'options':['ridmap']", "!neither the mount nor the container has mappings",
			"/mounts/0/options"},
	};

	(void)state;
	PLAN_ROWS(ROOT "," BIND NO_USER, rows, &host_v2, &request_run);
}

static void what_is_no_list_of_mappings_is_refused(void **state)
{
	static const char *const values[] = {"", "uids=0-1-2", "gids=0-1-2",
		"uids=0-1-2;uids=0-1-2", "uids=0-1-2;gids=", "uids=0-1-2;gids=0-1",
		"uids=0-1-2;gids=0-1-2;", "uids=0-1-2;gids=0-1-2x", "uids=0-1-2#;gids=0-1-2",
		"uids=0--1-2;gids=0-1-2", "uids=4294967296-1-2;gids=0-1-2", "x",
		"uids=0-1-2,gids=0-1-2"};
	char json[128];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct plan_row row = {json, "!is not a list of mappings", "/mounts/0/options"};

		snprintf(json, sizeof(json), "'options':['idmap=%s']", values[i]);
		plan_rows_check(ROOT "," BIND NO_USER, &row, 1, &host_v2, &request_run);
	}
}

static void without_mappings_of_its_own_it_has_the_container_s(void **state)
{
	static const struct plan_row fresh[] = {
		{"'options':['idmap']", "  id map 0 uids=\"0 5 9\\n\"", NULL},
		{"'options':['idmap']", "tree 0 by map 0  <-", NULL},
		{OWN(5), "  id map 0 uids=\"0 5 9\\n\"", NULL},
		{OWN(5), "-id map 1", NULL},
		{"'options':['idmap=uids=@1-3-5;gids=@1-3-6']",
			"uids=\"1 8 5\\n\" gids=\"1 8 6\\n\"", NULL},
		{"'options':['idmap=uids=@1-3-7;gids=@1-3-6']",
			"!the 7 ids from 3 on are not in one range of the container's",
			"/mounts/0/options"},
		{"'options':['idmap=uids=@1-9-1;gids=@1-3-6']", "!are not in one range", NULL},
	};
	static const struct plan_row joined[] = {
		{"'options':['idmap']", "tree 0 as the joined user namespace  <-", NULL},
		{OWN(5), "tree 0 as the joined user namespace  <-", NULL},
		{OWN(6), "tree 0 by map 0  <-", NULL},
	};
	static const struct plan_row any[] = {
		{"'options':['ridmap']", "as the joined user namespace recursive  <-", NULL},
		{OWN(5), "tree 0 by map 0  <-", NULL},
		{"'options':['idmap=uids=@1-3-5;gids=@1-3-6']", "!are not in one range", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT "," BIND NEW_USER, fresh, &host_v2, &request_run);
	PLAN_ROWS(ROOT "," BIND JOIN_USER, joined, &host_v2, &request_run);
	PLAN_ROWS(ROOT "," BIND JOIN_ANY, any, &host_v2, &request_run);
}

static void equal_maps_are_made_once(void **state)
{
	static const struct plan_row rows[] = {
		{"", "tree 0 by map 0  <- /mounts/0\n", NULL},
		{"", "tree 1 by map 1  <- /mounts/1\n", NULL},
		{"", "tree 2 by map 0  <- /mounts/2\n", NULL},
		{"", "-id map 2", NULL},
	};

	(void)state;
	PLAN_ROWS(ROOT
		",'mounts':[{'destination':'/a','type':'bind','source':'/s'," OWN(
			7) "},{'destination':'/b','type':'bind','source':'/s'," OWN(8) "},"
										       "{'"
										       "destina"
										       "tion':'"
										       "/c','"
										       "type':'"
										       "bind','"
										       "source'"
										       ":'/"
										       "s'"
										       "," OWN(7) "}]%" NO_USER,
		rows, &host_v2, &request_run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mappings_of_a_mount_are_its_own),
		cmocka_unit_test(what_is_no_list_of_mappings_is_refused),
		cmocka_unit_test(without_mappings_of_its_own_it_has_the_container_s),
		cmocka_unit_test(equal_maps_are_made_once),
	};

	return cmocka_run_group_tests_name("plan: ids of mounts", tests, NULL, NULL);
}
