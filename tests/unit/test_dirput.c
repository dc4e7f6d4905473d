/* test_dirput.c - many files written by several workers */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/out.h"
#include "core/par.h"
#include "fs/dir.h"

enum { DIRS = 20, FILES = 30, DEPTH = 40 };

static struct err e;

static struct node *add(struct tree *t, struct node *dir, const char *name,
			uint32_t mode)
{
	struct node *n = tree_add(t, dir, name, strlen(name), mode, &e);

	assert_non_null(n);
	n->mtime = 1551178423;
	return n;
}

static void add_file(struct tree *t, struct node *dir, const char *name)
{
	struct node *n = add(t, dir, name, S_IFREG | 0644);
	struct buf path = { 0 };

	tree_path(n, &path);
	tree_bytes(t, n, view_text(arena_copy(&t->arena, path.p, path.len)));
	buf_free(&path);
}

/* Every file holds its own path; a deep one lies in every directory. */
static void make_tree(struct tree *t)
{
	struct node *dir = t->root;
	char name[16];

	for (int i = 0; i < DEPTH; i++) {
		dir = add(t, dir, "down", S_IFDIR | 0755);
		add_file(t, dir, "file");
	}
	for (int i = 0; i < DIRS; i++) {
		snprintf(name, sizeof(name), "d%02d", i);
		dir = add(t, t->root, name, S_IFDIR | 0755);
		for (int k = 0; k < FILES; k++) {
			snprintf(name, sizeof(name), "f%02d", k);
			add_file(t, dir, name);
		}
	}
	tree_finish(t);
}

static int broken(const struct content *c, struct buf *out, struct err *why)
{
	(void)c;
	put(out, "half", 4);
	return fail_at(why, 16, "is broken");
}

static void damage(struct tree *t, const char *path)
{
	struct node *n = tree_find(t, path);

	n->size = 8;
	n->content = (struct content){ .load = broken };
}

static int open_at(const char *root, const struct node *n)
{
	struct buf path = { 0 };
	int fd;

	put_text(&path, "%s/", root);
	tree_path(n, &path);
	fd = open(buf_string(&path), O_RDONLY | O_NOFOLLOW);
	buf_free(&path);
	return fd;
}

static int holds_its_path(const struct node *n, const char *path, void *root)
{
	char got[1024] = "";
	int fd;

	if (!S_ISREG(n->mode) || n->content.load == broken)
		return 0;
	fd = open_at(root, n);
	assert_true(fd >= 0);
	assert_int_equal(read(fd, got, sizeof(got)), strlen(path));
	assert_memory_equal(got, path, strlen(path));
	assert_true(n->mark & MARK_CRC);
	close(fd);
	return 0;
}

static int save(struct tree *t, char *root, bool partial)
{
	struct dir_save how = { .partial = partial };
	int fd, r;

	strcpy(root, "/tmp/test_dirput.XXXXXX");
	assert_non_null(mkdtemp(root));
	fd = open(root, O_RDONLY | O_DIRECTORY);
	e = (struct err){ 0 };
	r = dir_save(t, fd, &how, &e);
	close(fd);
	return r;
}

static void every_file_gets_its_own_bytes(void **state)
{
	static const unsigned jobs[] = { 1, 2, 7 };
	char root[64];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct tree t;

		par_use(jobs[i]);
		tree_init(&t);
		make_tree(&t);
		assert_int_equal(save(&t, root, false), 0);
		tree_each(&t, holds_its_path, root);
		assert_int_equal(remove_tree(AT_FDCWD, root, &e), 0);
		tree_free(&t);
	}
}

static void the_first_damage_in_order_ends_it(void **state)
{
	char root[64];

	(void)state;
	par_use(4);
	for (int i = 0; i < 20; i++) {
		struct tree t;

		tree_init(&t);
		make_tree(&t);
		damage(&t, "d19/f29");
		damage(&t, "d03/f07");
		assert_int_equal(save(&t, root, false), -1);
		assert_non_null(strstr(e.text, "d03/f07"));
		assert_int_equal(remove_tree(AT_FDCWD, root, &e), 0);
		tree_free(&t);
	}
}

static void what_is_left_of_a_damaged_file_is_as_long_as_it_was(void **state)
{
	char root[64], got[16] = "";
	struct tree t;
	int fd;

	(void)state;
	par_use(4);
	tree_init(&t);
	make_tree(&t);
	damage(&t, "d03/f07");
	damage(&t, "down/down/file");
	assert_int_equal(save(&t, root, true), 0);
	tree_each(&t, holds_its_path, root);
	fd = open_at(root, tree_find(&t, "d03/f07"));
	assert_int_equal(read(fd, got, sizeof(got)), 8);
	assert_memory_equal(got, "half\0\0\0\0", 8);
	close(fd);
	assert_false(tree_find(&t, "d03/f07")->mark & MARK_CRC);
	assert_int_equal(remove_tree(AT_FDCWD, root, &e), 0);
	tree_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_gets_its_own_bytes),
		cmocka_unit_test(the_first_damage_in_order_ends_it),
		cmocka_unit_test(what_is_left_of_a_damaged_file_is_as_long_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
