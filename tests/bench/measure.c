/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times commands, those of several runtimes in turn, so that whatever disturbs the machine
 * disturbs all of them alike.
 *
 *   measure [--runs N] [--gap MS] [--warm N] CASE...
 *   measure --parallel P --time MS --rounds N CASE...
 *
 * A case is NAME '|' PREPARE '|' COMMAND '|' CLEAN-UP. Each of the three is a command line split at
 * blanks, without quoting; PREPARE and CLEAN-UP may be empty or several, separated by ';', and
 * `sleep MS` among them is done here. "%" stands for a number that is new each time. Only COMMAND
 * is timed, from before vfork to after wait. Standard streams are /dev/null.
 *
 * Prints a JSON object for each case: with --parallel how many commands ended in a second, else the
 * median, 99th percentile, least and mean of the microseconds, and the median of the processor time
 * of the command and all that it waited for, which other load disturbs less. A command that fails
 * ends all.
 *
 * Runs in: the host. Kills nothing. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS_MAX 64
#define TEXT_MAX  8192
#define CASES_MAX 16

extern char **environ;

struct bench_case {
	char *name;
	char *prepare;
	char *command;
	char *clean;
	double *samples;
	double *cpu;
	size_t n;
	double rate;
};

struct options {
	long runs;
	long gap_ms;
	long warm;
	long parallel;
	long time_ms;
	long rounds;
	size_t n;
	struct bench_case cases[CASES_MAX];
};

/* One command line made ready before the clock starts. */
struct command {
	char text[TEXT_MAX];
	char *words[WORDS_MAX];
};

static void die(const char *what, const char *detail)
{
	fprintf(stderr, "measure: %s: %s\n", what, detail);
	exit(1);
}

static double now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static void sleep_ms(long ms)
{
	struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000L};

	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		;
}

/* Splits at blanks; '%' becomes the number. Returns what follows a lone ';', or NULL. */
static const char *command_set(struct command *c, const char *line, long number)
{
	size_t at = 0, words = 0;
	bool inside = false;

	for (; *line; line++) {
		if (*line == ';' && !inside) {
			line++;
			break;
		}
		if (*line == ' ') {
			if (inside)
				c->text[at++] = '\0';
			inside = false;
			continue;
		}
		if (at + 32 > sizeof(c->text) || words + 2 > WORDS_MAX)
			die("too long", line);
		if (!inside)
			c->words[words++] = c->text + at;
		inside = true;
		if (*line == '%')
			at += (size_t)snprintf(c->text + at, 24, "%ld", number);
		else
			c->text[at++] = *line;
	}
	c->text[at] = '\0';
	c->words[words] = NULL;
	return *line ? line : NULL;
}

/* vfork: the child only uses what the parent has made ready. */
static pid_t command_start(struct command *c)
{
	pid_t pid = vfork();

	if (pid < 0)
		die("vfork", strerror(errno));
	if (pid == 0) {
		execve(c->words[0], c->words, environ);
		_exit(127);
	}
	return pid;
}

static void status_check(const struct command *c, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	fprintf(stderr, "measure: failed (%x):", (unsigned int)status);
	for (size_t i = 0; c->words[i]; i++)
		fprintf(stderr, " %s", c->words[i]);
	fprintf(stderr, "\n");
	exit(1);
}

static double usage_us(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e6 +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec);
}

static double command_time(struct command *c, double *ret_cpu)
{
	struct rusage usage;
	double begin = now_us(), end;
	pid_t pid = command_start(c);
	int status;

	if (wait4(pid, &status, 0, &usage) != pid)
		die("wait4", strerror(errno));
	end = now_us();
	status_check(c, status);
	*ret_cpu = usage_us(&usage);
	return end - begin;
}

static void commands_run(const char *line, long number)
{
	struct command c;
	double cpu;

	while (line) {
		line = command_set(&c, line, number);
		if (c.words[0] == NULL)
			continue;
		if (strcmp(c.words[0], "sleep") == 0)
			sleep_ms(strtol(c.words[1], NULL, 10));
		else
			command_time(&c, &cpu);
	}
}

static void case_once(struct bench_case *b, const struct options *opt, long number, bool keep)
{
	struct command c;
	double us, cpu;

	commands_run(b->prepare, number);
	command_set(&c, b->command, number);
	if (opt->gap_ms > 0)
		sleep_ms(opt->gap_ms);
	us = command_time(&c, &cpu);
	if (keep) {
		b->cpu[b->n] = cpu;
		b->samples[b->n++] = us;
	}
	commands_run(b->clean, number);
}

static void cases_time(struct options *opt)
{
	for (long run = -opt->warm; run < opt->runs; run++)
		for (size_t i = 0; i < opt->n; i++)
			case_once(&opt->cases[i], opt, run + opt->warm, run >= 0);
}

/* Keeps so many commands running for a while; returns how many have ended. */
static long parallel_round(const char *line, const struct options *opt, long *number)
{
	double end = now_us() + (double)opt->time_ms * 1e3;
	struct command c;
	long running = 0, done = 0;
	int status;

	for (;;) {
		while (running < opt->parallel && now_us() < end) {
			command_set(&c, line, (*number)++);
			command_start(&c);
			running++;
		}
		if (running == 0)
			return done;
		if (wait(&status) < 0)
			die("wait", strerror(errno));
		status_check(&c, status);
		running--;
		done++;
	}
}

static void cases_rate(struct options *opt)
{
	long number = 0;

	for (long round = 0; round < opt->rounds; round++) {
		for (size_t i = 0; i < opt->n; i++) {
			double begin = now_us();
			long done = parallel_round(opt->cases[i].command, opt, &number);

			opt->cases[i].rate +=
				(double)done * 1e6 / (now_us() - begin) / (double)opt->rounds;
		}
	}
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void case_print(struct bench_case *b, const struct options *opt)
{
	double sum = 0;

	if (opt->parallel > 0) {
		printf("{\"runtime\": \"%s\", \"parallel\": %ld, \"per_second\": %.1f}\n",
			b->name, opt->parallel, b->rate);
		return;
	}
	qsort(b->samples, b->n, sizeof(b->samples[0]), by_value);
	qsort(b->cpu, b->n, sizeof(b->cpu[0]), by_value);
	for (size_t i = 0; i < b->n; i++)
		sum += b->samples[i];
	printf("{\"runtime\": \"%s\", \"runs\": %zu, \"gap_ms\": %ld, \"median\": %.1f, "
	       "\"p99\": %.1f, \"min\": %.1f, \"mean\": %.1f, \"cpu\": %.1f}\n",
		b->name, b->n, opt->gap_ms, b->samples[b->n / 2], b->samples[b->n * 99 / 100],
		b->samples[0], sum / (double)b->n, b->cpu[b->n / 2]);
}

static char *field(char **rest)
{
	char *text = strsep(rest, "|");

	return text ? text : (char *)"";
}

static void case_parse(struct options *opt, char *text)
{
	struct bench_case *b = &opt->cases[opt->n];

	if (opt->n == CASES_MAX)
		die("too many cases", text);
	b->name = field(&text);
	b->prepare = field(&text);
	b->command = field(&text);
	b->clean = field(&text);
	b->samples = calloc((size_t)opt->runs, sizeof(b->samples[0]));
	b->cpu = calloc((size_t)opt->runs, sizeof(b->cpu[0]));
	if (b->samples == NULL || b->cpu == NULL)
		die("calloc", strerror(errno));
	opt->n++;
}

static bool option_parse(struct options *opt, const char *name, const char *value)
{
	const struct {
		const char *name;
		long *value;
	} table[] = {{"--runs", &opt->runs}, {"--gap", &opt->gap_ms}, {"--warm", &opt->warm},
		{"--parallel", &opt->parallel}, {"--time", &opt->time_ms},
		{"--rounds", &opt->rounds}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(name, table[i].name) != 0 || value == NULL)
			continue;
		*table[i].value = strtol(value, NULL, 10);
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct options opt = {.runs = 100, .warm = 2, .rounds = 1, .time_ms = 1000};
	int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int null = open("/dev/null", O_RDWR);
	int i = 1;

	while (i + 1 < argc && option_parse(&opt, argv[i], argv[i + 1]))
		i += 2;
	if (i >= argc || opt.runs < 1 || out < 0 || null < 0)
		die("usage", "measure [--runs N] [--gap MS] [--warm N] CASE...");
	for (; i < argc; i++)
		case_parse(&opt, argv[i]);
	/* What is printed at the end goes to where stdout was; stderr stays for our errors. */
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (opt.parallel > 0)
		cases_rate(&opt);
	else
		cases_time(&opt);
	dup2(out, STDOUT_FILENO);
	for (size_t k = 0; k < opt.n; k++)
		case_print(&opt.cases[k], &opt);
	return fflush(stdout) == 0 ? 0 : 1;
}
