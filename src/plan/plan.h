/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: everything that will be done for one container, decided before anything is done.
 *
 * plan_build() makes it from the spec, the host's facts and the caller's request, by pure
 * functions; after that it is read-only. It lies in one arena at one fixed address in the runtime and in
 * init, so that init follows the same pointers and nothing is serialised.
 *
 * A pointer is NULL and a count 0 where there is nothing to do. Paths named `target` or `rel` are below the container's root,
 * without a leading '/', and still hostile: only root_open() may resolve them. Other paths are
 * absolute paths of the host. Each op carries the place in config.json it comes from. */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Where the plan's memfd is mapped in both programs: below 0x7fff0000, where the sanitizers' shadow begins, away from
 * init, which is linked to 0x400000, and below 0x40000000, from where user-mode Linux maps upwards. */
#define PLAN_ADDRESS 0x20000000UL
#define PLAN_SIZE    (64UL << 20)

enum namespace_kind {
	NAMESPACE_USER, /* joined first: it gives the rights to join the others */
	NAMESPACE_CGROUP,
	NAMESPACE_IPC,
	NAMESPACE_MOUNT,
	NAMESPACE_NETWORK,
	NAMESPACE_PID,
	NAMESPACE_TIME,
	NAMESPACE_UTS,
	NAMESPACE_COUNT,
};

enum namespace_how {
	NAMESPACE_HOST, /* the runtime's own */
	NAMESPACE_NEW,
	NAMESPACE_JOIN,
};

struct namespace_op {
	enum namespace_how how;
	const char
		*path; /* NAMESPACE_JOIN: the runtime opens it, init enters the descriptor; */
	const char *name; /* what config.json calls it, */
	uint32_t flag;	  /* and CLONE_NEW* */
	origin_t origin;
};

/* How the namespaces come about, decided by the rules of ARCHITECTURE.md "Processes":
 *
 * join_early   init first joins, then unshares `unshare_flags`; the clone makes none. Needed when a user namespace
 *              is joined (it must own the new ones) or when one is made and others are joined (rights
 *              over those are lost in the new one).
 * otherwise    the clone makes `clone_flags`, then init joins, then unshares `unshare_flags`.
 * final_clone  init is only the builder: it ends with a clone(CLONE_PARENT) of the process that becomes the payload, because
 *              a pid namespace was joined, or unshared after a join. */
struct plan_namespaces {
	struct namespace_op of[NAMESPACE_COUNT];
	uint64_t clone_flags;	/* CLONE_NEW* of the clone */
	uint64_t unshare_flags; /* CLONE_NEW* unshared by init once it sits in its cgroup */
	uint64_t
		target_flags; /* exec: CLONE_NEW* joined at once, those of the container's init */
	bool join_early;
	bool final_clone;
	bool join_pid_late; /* a pid namespace is joined after all that could be taken over from there */
	bool new_time;		  /* unshared by the runtime before the clone */
	const char *time_offsets; /* for /proc/self/timens_offsets; NULL: none */
	bool maps_after_unshare; /* init asks for its id maps: join_early with a new user namespace */
};

struct id_range {
	uint32_t inside, outside, size;
};

/* What a map says, in one way: sorted, and what can be one range is one. */
struct id_map {
	size_t count;
	const struct id_range *ranges;
};

/* What is said of a user namespace that was joined without its mappings, which nobody knows before. */
#define ID_NEEDED ", which must be an id of the container's user namespace"
#define ROOT_NEEDED                                                                            \
	"cannot become root of the user namespace: it must have a root, or linux.uidMappings " \
	"and linux.gidMappings must say what it has"

struct plan_ids {
	const char *
		uid_map; /* content for uid_map and gid_map; NULL without a new user namespace */
	const char *gid_map;
	bool uid_helper; /* it is newuidmap that may write it, not the runtime */
	bool gid_helper; /* newgidmap */
	bool deny_setgroups; /* for the sake of which a caller without rights may map its own group */
	bool compare; /* init asks the runtime whether the user namespace that it has joined has these: */
	struct id_map joined_uids; /* empty: any */
	struct id_map joined_gids;
	uint32_t
		maker_uid; /* who makes the container inside: 0, or where that is not mapped the */
	uint32_t maker_gid; /* process's; */
	uint32_t root_uid;  /* what these are on the host; 0 where that is not known */
	uint32_t root_gid;
};

/* What the runtime lacks the rights for, and the clone's child has them: it still is the caller's user, who finds his files, and
 * has all capabilities in the namespaces that it is in. It does this before it becomes init. */
struct plan_child {
	bool joins_user;  /* enters the user namespace that init else would */
	bool opens_trees; /* of mounts, devices and the root, in a mount namespace of its own */
	bool unshares_time; /* makes the time namespace, which the exec of init enters (Linux 6.2) */
	bool sets_limits; /* OOM score, scheduler and I/O priority, which others than itself may not set, or would do while it waits */
};

enum root_switch {
	ROOT_PIVOT,  /* pivot_root, then the old root is unmounted */
	ROOT_MOVE,   /* --no-pivot: the root is moved over "/", then chroot */
	ROOT_CHROOT, /* no mount namespace of its own, and no mounts */
	ROOT_BIND, /* with mounts: the root is bound on itself, and unmounted with the container; chroot */
};

struct plan_root {
	const char *path; /* the bundle's root, absolute, not yet resolved */
	bool read_only;
	bool reachable; /* until the switch it is mounted where `path` says, for hooks */
	enum root_switch switch_by;
	unsigned long
		propagation; /* MS_* of linux.rootfsPropagation for "/", MS_REC|MS_SLAVE by default */
};

enum mount_kind {
	MOUNT_NEW, /* a new instance of file system `type` */
	MOUNT_BIND, /* a tree that the runtime has opened before the clone: handoff.trees[tree] */
	MOUNT_REMOUNT, /* changes the mount that is there */
	MOUNT_LINK,    /* a symlink `target` -> `source`, for the layout of cgroup v1 */
};

#define MOUNT_PROPAGATIONS 4

/* What options ask for that are neither flags nor attributes. */
enum mount_extra {
	MOUNT_COPY_UP = 1,	    /* a tmpfs begins with a copy of what it covers */
	MOUNT_COPY_OWNER = 2,	    /* and with its owner: no option names one */
	MOUNT_COPY_LINK = 4,	    /* a source that is a link is copied, not bound */
	MOUNT_SOURCE_NO_FOLLOW = 8, /* a source that is a link is bound itself */
	MOUNT_TARGET_NO_FOLLOW = 16,
};

/* The ids of a mount: content for the maps of a user namespace. */
struct mount_map {
	const char *uid_map;
	const char *gid_map;
};

/* Of mount_op.map, beside 1 and more: the first of plan_mounts.maps, and so on. */
#define MOUNT_MAP_NONE	 0
#define MOUNT_MAP_JOINED UINT32_MAX /* that of the user namespace that is joined */

/* Where the kernel shows what it has to hide. Paths below are looked up in what init has mounted there: somebody who may
 * rename in the root, as another container with the same one, could show something else under the name. */
enum plan_place { PLACE_ROOT, PLACE_PROC, PLACE_SYS, PLACES };

struct mount_op {
	enum mount_kind kind;
	origin_t origin;
	const char *target;
	const char *
		source; /* MOUNT_BIND: absolute path on the host; MOUNT_NEW: what the file system shows */
	const char *type;
	const char *data;    /* file system options, comma-separated; NULL for none */
	unsigned long flags; /* MOUNT_NEW: MS_* for mount(2) */
	uint64_t attr_set;   /* MOUNT_BIND, MOUNT_REMOUNT: MOUNT_ATTR_* of the mount itself */
	uint64_t attr_clear;
	uint64_t recursive_set; /* the same for the whole tree (rro, rnosuid, ...) */
	uint64_t recursive_clear;
	unsigned long propagation
		[MOUNT_PROPAGATIONS]; /* MS_PRIVATE... with or without MS_REC, in order, 0 ends */
	uint32_t tree;		      /* MOUNT_BIND: index into the trees */
	bool recursive;		      /* MOUNT_BIND: rbind */
	uint32_t map;		      /* MOUNT_BIND: whose ids it shows */
	bool map_recursive;	      /* in the whole tree */
	uint32_t extras;	      /* enum mount_extra */
	bool read_only_late;	      /* made read-only when everything below is in place */
	bool directory_only; /* proc, sysfs: the target must be a real directory, not a link */
	bool copy_mode; /* tmpfs without mode=: takes the mode of the directory that it covers */
	/* MOUNT_NEW that the kernel may refuse with fallback_errno: a bind of the tree `fallback_tree` instead. */
	int32_t fallback_errno; /* 0: there is no fallback */
	uint32_t
		fallback_tree; /* one of the trees, opened by the runtime like those of MOUNT_BIND */
	const char *fallback_source; /* the path of that tree on the host; bound recursively */
	const char *else_source;     /* MOUNT_BIND: instead of `source` where that is missing */
	enum plan_place place;	     /* which one this is the mount of; PLACE_ROOT: of none */
};

struct plan_mounts {
	size_t count;
	const struct mount_op *items;
	/* How many trees the runtime must open: each MOUNT_BIND and each fallback has its own. */
	size_t tree_count;
	size_t map_count;
	const struct mount_map *maps;
};

enum device_kind {
	DEVICE_NODE, /* mknod */
	DEVICE_BIND, /* in a user namespace: bind of the host's node of the same path */
};

struct device_op {
	enum device_kind kind;
	origin_t origin;
	const char *target;    /* "dev/null" */
	const char *host_path; /* DEVICE_BIND */
	uint32_t mode;	       /* S_IFCHR, S_IFBLK or S_IFIFO | permissions */
	uint32_t major, minor;
	uint32_t uid, gid; /* as seen inside */
	uint32_t tree;	   /* DEVICE_BIND: index into the trees, after those of the mounts */
};

struct link_op {
	const char *target; /* where the link is made */
	const char *value;  /* what it says */
};

struct plan_devices {
	size_t count;
	const struct device_op *items;
	size_t link_count;
	const struct link_op *links;
	bool console; /* bind the terminal on dev/console */
};

struct path_op {
	const char *target;
	origin_t origin;
	enum plan_place place; /* in whose mount `rel` is looked up */
	const char *rel;
};

struct plan_paths {
	size_t masked_count;
	const struct path_op *masked;
	size_t read_only_count;
	const struct path_op *read_only;
};

/* The share of caches and memory bandwidth, as a group of the resctrl file system. Paths are absolute. */
struct plan_resctrl {
	const char *mount;
	const char *group;
	const char *
		monitor; /* a group of the container's own, in which its use is counted; NULL: none */
	bool may_exist; /* others can be in the group too */
	bool must_exist;
	const char *caches;   /* lines of l3CacheSchema and memBwSchema; NULL: none */
	const char *schemata; /* lines that are written after those; NULL: none */
};

struct net_device_op {
	const char *name;   /* on the host */
	const char *inside; /* in the container; "%d" at its end stands for a free number */
};

struct plan_network {
	size_t count;
	const struct net_device_op *devices;
};

struct sysctl_op {
	const char *rel; /* below /proc/sys: "net/ipv4/ip_forward" */
	const char *value;
	enum namespace_kind kind; /* of the container's namespaces, to which it belongs */
	origin_t origin;
};

struct plan_kernel {
	const char *hostname;
	const char *domainname;
	size_t sysctl_count;
	const struct sysctl_op *sysctls;
	bool loopback; /* bring lo up: the network namespace is new */
};

struct affinity; /* plan/affinity.h */

struct rlimit_op {
	uint32_t resource; /* RLIMIT_* */
	const char *name;  /* "RLIMIT_NOFILE" */
	uint64_t soft, hard;
	origin_t origin;
};

/* The word of a security module: what the next execve of this process is to become. */
struct label_op {
	const char *rel;   /* below /proc/thread-self/attr */
	const char *value; /* what is written there */
	origin_t origin;
};

/* AppArmor's and SELinux's, and for exec that of the session keyring. */
#define PLAN_LABELS 3

/* linux/sched/types.h has the same by other names; 0 where the policy has no use for it. */
struct scheduler_op {
	uint32_t policy; /* SCHED_* */
	uint64_t flags;	 /* SCHED_FLAG_* */
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period; /* nanoseconds */
};

#define MEMORY_NODES 1024

struct memory_policy {
	uint32_t mode;	     /* MPOL_* | MPOL_F_* */
	uint32_t node_count; /* bits that are set */
	uint64_t nodes[MEMORY_NODES / 64];
};

/* Bits are capability numbers. */
struct capability_sets {
	uint64_t bounding, effective, permitted, inheritable, ambient;
};

/* What the payload is, and as whom it runs. */
struct plan_process {
	uint32_t uid, gid;
	size_t group_count;
	const uint32_t *groups; /* in order, in which init compares them */
	uint32_t *groups_held;	/* room for as many, in which init reads them back */
	bool keep_groups;	/* leave the caller's additional groups */
	uint32_t umask;
	struct capability_sets capabilities;
	uint32_t last_capability; /* of the kernel */
	bool no_new_privileges;
	const char *cwd; /* absolute inside */
	size_t argc;
	const char **argv; /* NULL-terminated; NULL as a whole when the config has no process */
	size_t envc;
	const char **envp;	   /* NULL-terminated, with room for one more string */
	const char *path_variable; /* PATH of env, NULL if it has none */
	bool find_home;		   /* HOME is to come from the container's passwd */
	bool terminal;
	uint16_t rows, columns; /* initial size of the terminal; 0: unknown */
	uint32_t preserve_fds;	/* 3 .. 3+n-1 stay open */
	const char
		*session_keyring; /* name of the new session keyring; NULL: keep the caller's */
	uint32_t personality;	  /* PER_* */
	const struct memory_policy *memory_policy; /* NULL: the caller's */
	size_t label_count;
	struct label_op labels[PLAN_LABELS];
	struct label_op key_label; /* of the new session keyring; rel is NULL without one */
	bool set_oom_score_adj;	   /* this and what follows is applied by the runtime, by pid */
	int32_t oom_score_adj;
	const struct scheduler_op *scheduler; /* NULL: the caller's */
	uint32_t io_priority;		      /* class << 13 | level; 0: the caller's */
	const struct affinity
		*affinity_initial; /* of exec, before and in the container's cgroup; */
	const struct affinity *affinity_final; /* NULL: what it is */
	size_t rlimit_count;
	const struct rlimit_op *rlimits;
};

enum hook_kind {
	HOOK_PRESTART, /* by the runtime, when the mounts are there and the root is not entered */
	HOOK_CREATE_RUNTIME,   /* the same, after them */
	HOOK_CREATE_CONTAINER, /* by init, after those, before the root is entered */
	HOOK_START_CONTAINER,  /* by init, between start and the program */
	HOOK_POSTSTART,	       /* by the runtime, when the program runs */
	HOOK_POSTSTOP,	       /* by the runtime, when everything is removed */
	HOOK_KINDS,
};

struct hook_op {
	const char *kind; /* "createRuntime" */
	uint32_t index;	  /* among those of its kind */
	uint32_t timeout; /* seconds; 0: none */
	origin_t origin;
	const char *path;  /* absolute: on the host, for startContainer inside */
	const char **argv; /* NULL-terminated, as envp */
	const char **envp;
};

struct hook_list {
	size_t count;
	const struct hook_op *items;
};

struct plan_hooks {
	struct hook_list of[HOOK_KINDS];
};

/* Are there hooks that the runtime runs before the root is entered? */
static inline bool hooks_before_root(const struct plan_hooks *hooks)
{
	return hooks->of[HOOK_PRESTART].count || hooks->of[HOOK_CREATE_RUNTIME].count;
}

enum cgroup_manager {
	CGROUP_MANAGER_CGROUPFS,
	CGROUP_MANAGER_SYSTEMD,
	CGROUP_MANAGER_DISABLED,
};

/* One value for one file of the container's cgroup, in the order in which they are written. */
struct cgroup_write {
	const char *controller; /* "memory"; picks the hierarchy on v1 */
	const char *file;	/* "memory.max" */
	const char *value;
	origin_t origin;
	bool optional; /* a kernel without the file does what the value says */
	bool or_next; /* a kernel without the file takes the next write; one with it does not */
	bool together; /* the kernel may want the next one before this one, which it then refuses with EINVAL */
	const char *
		usage; /* a file with what is used now: to a smaller value the limit is not changed */
	/* What tells how to take the write back. Without a key, writing what the file said before. With one, what the line
	 * with that first word said; and if there was none, writing `unset`. */
	const char *key;
	const char *unset;
};

/* One rule of linux.resources.devices, wildcards as -1. The rules stand in the order of the config, then the
 * defaults, and the last one that matches decides. */
struct device_rule {
	bool allow;
	char type; /* 'a', 'b' or 'c' */
	int64_t major, minor;
	bool read, write, mknod;
	origin_t origin;
};

struct plan_unit; /* plan/unit.h: for the runtime alone */

struct plan_cgroup {
	enum cgroup_manager manager;
	const struct plan_unit *unit; /* NULL but with CGROUP_MANAGER_SYSTEMD */
	/* Starts with '/'; NULL with CGROUP_MANAGER_DISABLED. It is below each hierarchy's mount or,
	 * with below_own (v1 and hybrid, or a user's systemd, which knows where it is itself), below the runtime's own cgroup in each hierarchy. */
	const char *path;
	bool below_own;
	bool path_is_own; /* nobody named it: derived from the caller's cgroup and the id */
	bool optional; /* where the caller may make none there is none, unless a limit needs it */
	size_t write_count;
	const struct cgroup_write *writes;
	bool has_device_rules;
	size_t device_rule_count;
	const struct device_rule *device_rules;
	uint32_t owner; /* host uid to which the cgroup is handed over; 0: it stays root's */
};

/* The ways to make system calls that a profile can name and a kernel of ours may have. */
enum seccomp_abi {
	SECCOMP_ABI_X86_64,
	SECCOMP_ABI_X86,
	SECCOMP_ABI_X32,
	SECCOMP_ABI_AARCH64,
	SECCOMP_ABI_ARM,
	SECCOMP_ABI_COUNT,
};

struct seccomp_rule; /* plan/seccomp.h: for the runtime alone, which makes the program of them */
struct sock_filter;

struct plan_seccomp {
	uint32_t default_action; /* SECCOMP_RET_*, an errno in its low 16 bits */
	bool newer_enosys; /* calls with a number above all that the rules name return ENOSYS */
	uint32_t abis;	   /* 1 << enum seccomp_abi; processes of any other are killed */
	uint32_t flags;	   /* SECCOMP_FILTER_FLAG_* */
	bool strict;	   /* a name that no system call has is an error */
	size_t rule_count;
	const struct seccomp_rule *rules;
	size_t code_count; /* somebody else's program, in place of all above but `abis` and `flags` */
	const struct sock_filter *code;
	const char *listener_path; /* NULL exactly when no rule notifies */
	const char *listener_metadata;
};

enum start_mode {
	START_BY_FIFO, /* create: init waits on the start fifo, answers on the result fifo */
	START_AT_ONCE, /* run: RELEASE is the start */
};

/* Of the command line, and of the configuration. */
#define PLAN_PIDFD_SOCKETS 2

struct plan {
	const char *id;
	bool exec; /* for a process more in a container that is there: nothing else is made */
	struct plan_namespaces namespaces;
	struct plan_child child;
	struct plan_ids ids;
	struct plan_root root;
	struct plan_mounts mounts;
	struct plan_devices devices;
	struct plan_paths paths;
	const struct plan_resctrl *resctrl; /* NULL: where the runtime is */
	struct plan_network network;
	struct plan_kernel kernel;
	struct plan_process process;
	struct plan_cgroup cgroup;
	const struct plan_seccomp *seccomp;
	struct plan_hooks hooks;
	enum start_mode start;
	bool notify; /* the state directory needs a place where the program says that it is ready */
	const char *pidfd_sockets
		[PLAN_PIDFD_SOCKETS]; /* who gets a pidfd of the process; NULL: nobody */
	size_t warning_count; /* lines for the log, about what is tolerated but has no effect */
	const char *const *warnings;
};

#endif
