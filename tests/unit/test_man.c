/* test_man.c - the option tables and fwtool.1 name the same options */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "cmd/help.h"
#include "core/buf.h"
#include "core/image.h"
#include "core/text.h"

static struct image man;

static int open_man(void **state)
{
	char path[4096];
	struct err e;

	(void)state;
	snprintf(path, sizeof(path), "%s/fwtool.1", getenv("TOP") ? getenv("TOP") : ".");
	return image_open(&man, path, &e);
}

static int close_man(void **state)
{
	(void)state;
	image_close(&man);
	return 0;
}

static bool is_heading(struct view line)
{
	return view_is(line, 0, ".Ss ", 4) || view_is(line, 0, ".Sh ", 4);
}

/* The lines between one heading and the next. */
static struct view section(const char *heading)
{
	struct view rest = man.v, line, found = { 0 };

	while (next_line(&rest, &line)) {
		if (found.p && is_heading(line))
			return (struct view){ found.p, (size_t)(line.p - found.p), 0 };
		if (!found.p && line.len == strlen(heading) &&
		    view_is(line, 0, heading, line.len))
			found = rest;
	}
	return found;
}

static bool mentions(struct view text, const char *word)
{
	return text.len && memmem(text.p, text.len, word, strlen(word));
}

/* Whether the section has ".It Fl o , Fl Fl output ..." for the option. */
static bool documents(struct view text, const struct option *o)
{
	char head[128];
	struct view line;
	size_t n;

	if (o->letter && o->name)
		snprintf(head, sizeof(head), ".It Fl %c , Fl Fl %s", o->letter, o->name);
	else if (o->name)
		snprintf(head, sizeof(head), ".It Fl Fl %s", o->name);
	else
		snprintf(head, sizeof(head), ".It Fl %c", o->letter);
	n = strlen(head);
	while (next_line(&text, &line))
		if (view_is(line, 0, head, n) && (line.len == n || line.p[n] == ' '))
			return true;
	return false;
}

static unsigned missing(const char *where, struct view text,
			const struct option *table)
{
	unsigned bad = 0;

	for (const struct option *o = table; o && o->kind; o++) {
		if (documents(text, o))
			continue;
		print_error("%s: --%s (-%c) is not in fwtool.1\n", where,
			    o->name ? o->name : "", o->letter ? o->letter : ' ');
		bad++;
	}
	return bad;
}

static void every_option_is_in_the_man_page(void **state)
{
	unsigned bad = missing("common", section(".Sh OPTIONS OF EVERY COMMAND"),
			       common_options);

	(void)state;
	for (size_t i = 0; commands[i]; i++) {
		const struct command *c = commands[i];
		char heading[64];

		if (!c->group)
			continue;
		snprintf(heading, sizeof(heading), ".Ss %s", c->name);
		if (!section(heading).len) {
			print_error("%s: has no .Ss in fwtool.1\n", c->name);
			bad++;
			continue;
		}
		bad += missing(c->name, section(heading), c->opts);
		for (size_t k = 0; c->fs_options && formats[k]; k++)
			bad += missing(c->name, section(heading),
				       c->fs_options(formats[k]));
	}
	assert_int_equal(bad, 0);
}

static bool in_table(const struct option *table, const char *name, size_t n)
{
	for (const struct option *o = table; o && o->kind; o++)
		if (o->name && strlen(o->name) == n && !memcmp(o->name, name, n))
			return true;
	return false;
}

static bool has_option(const struct command *c, const char *name, size_t n)
{
	if (in_table(c->opts, name, n) || in_table(common_options, name, n))
		return true;
	for (size_t k = 0; c->fs_options && formats[k]; k++)
		if (in_table(c->fs_options(formats[k]), name, n))
			return true;
	return false;
}

/* Every "Fl Fl name" in an .It of a command's section is in its tables. */
static unsigned unknown(const struct command *c, struct view text)
{
	unsigned bad = 0;
	struct view line;

	while (next_line(&text, &line)) {
		const char *hit, *end = (const char *)line.p + line.len;
		size_t n;

		if (!view_is(line, 0, ".It ", 4))
			continue;
		hit = memmem(line.p, line.len, "Fl Fl ", 6);
		if (!hit)
			continue;
		hit += 6;
		for (n = 0; hit + n < end && hit[n] != ' ' && hit[n] != '='; n++)
			;
		if (has_option(c, hit, n))
			continue;
		print_error("%s: --%.*s is in fwtool.1 only\n", c->name, (int)n, hit);
		bad++;
	}
	return bad;
}

static void the_man_page_has_no_option_of_its_own(void **state)
{
	unsigned bad = 0;

	(void)state;
	for (size_t i = 0; commands[i]; i++) {
		char heading[64];

		snprintf(heading, sizeof(heading), ".Ss %s", commands[i]->name);
		bad += unknown(commands[i], section(heading));
	}
	assert_int_equal(bad, 0);
}

static void help_texts_are_short_and_lower_case(void **state)
{
	(void)state;
	for (size_t i = 0; commands[i]; i++) {
		for (const struct option *o = commands[i]->opts; o && o->kind; o++) {
			size_t n = strlen(o->help);

			if (n > 60 || !n || o->help[n - 1] == '.')
				print_error("%s --%s: \"%s\"\n", commands[i]->name,
					    o->name ? o->name : "", o->help);
			assert_true(n && n <= 60 && o->help[n - 1] != '.');
		}
	}
	assert_true(mentions(man.v, "EXIT STATUS"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_is_in_the_man_page),
		cmocka_unit_test(the_man_page_has_no_option_of_its_own),
		cmocka_unit_test(help_texts_are_short_and_lower_case),
	};

	return cmocka_run_group_tests(tests, open_man, close_man);
}
