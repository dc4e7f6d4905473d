/* test_trees.c - trees, directories, and the list that goes with them */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/out.h"
#include "fs/dir.h"
#include "fs/dirfd.h"
#include "fs/meta.h"

static struct err e;

#define die(...) do { print_error(__VA_ARGS__); assert_true(0); } while (0)

static struct node *add(struct tree *t, const char *path, uint32_t mode)
{
	const char *slash = strrchr(path, '/');
	char *up = slash ? strndup(path, (size_t)(slash - path)) : strdup("");
	const char *name = slash ? slash + 1 : path;
	struct node *n = tree_add(t, tree_find(t, up), name, strlen(name), mode, &e);

	assert_non_null(n);
	n->mtime = 1551178423;
	free(up);
	return n;
}

static struct node *add_file(struct tree *t, const char *path, const char *text)
{
	struct node *n = add(t, path, S_IFREG | 0644);

	tree_bytes(t, n, view_text(text));
	return n;
}

static void names_that_leave_the_tree_are_refused(void **state)
{
	static const char *const names[] = { "", ".", "..", "a/b", "/" };
	struct tree t;
	char longest[257];

	(void)state;
	tree_init(&t);
	for (size_t i = 0; i < 5; i++)
		assert_null(tree_add(&t, t.root, names[i], strlen(names[i]),
				     S_IFREG, &e));
	assert_null(tree_add(&t, t.root, "a\0b", 3, S_IFREG, &e));
	memset(longest, 'x', sizeof(longest));
	assert_non_null(tree_add(&t, t.root, longest, 255, S_IFREG, &e));
	assert_null(tree_add(&t, t.root, longest, 256, S_IFREG, &e));
	assert_non_null(tree_add(&t, t.root, "...", 3, S_IFREG, &e));
	assert_null(tree_add(&t, t.root, "...", 3, S_IFDIR, &e));
	tree_free(&t);
}

static void a_tree_is_neither_too_deep_nor_too_large(void **state)
{
	struct tree t;
	struct node *n;
	unsigned depth = 0;

	(void)state;
	tree_init(&t);
	for (n = t.root; n; depth += !!n)
		n = tree_add(&t, n, "d", 1, S_IFDIR, &e);
	assert_int_equal(depth, TREE_MOST_DEPTH);
	assert_int_equal(e.kind, ERR_LIMIT);
	tree_free(&t);
	tree_init(&t);
	t.most_nodes = 2;
	add_file(&t, "a", "");
	add_file(&t, "b", "");
	assert_null(tree_add(&t, t.root, "c", 1, S_IFREG, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	tree_free(&t);
}

static void removed_nodes_are_gone_and_may_come_again(void **state)
{
	struct tree t;

	(void)state;
	tree_init(&t);
	add(&t, "d", S_IFDIR | 0755);
	add_file(&t, "d/f", "1");
	tree_remove(&t, tree_find(&t, "d"));
	assert_null(tree_find(&t, "d"));
	assert_null(tree_find(&t, "d/f"));
	add(&t, "d", S_IFDIR | 0700);
	assert_null(tree_find(&t, "d/f"));
	assert_int_equal(t.nodes, 1);
	tree_free(&t);
}

/* A table that kept them had no room at last, and looked for some for ever. */
static void a_name_may_come_and_go_any_number_of_times(void **state)
{
	unsigned there = 0;
	char name[8];
	struct tree t;

	(void)state;
	tree_init(&t);
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "%u", i % 100);
		if (tree_find(&t, name))
			tree_remove(&t, tree_find(&t, name));
		add_file(&t, name, "");
	}
	assert_null(tree_find(&t, "100"));
	assert_int_equal(t.nodes, 100);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "%u", i);
		assert_non_null(tree_find(&t, name));
	}
	for (const struct node *k = t.root->child; k; k = k->next, there++)
		assert_ptr_equal(k->next ? k->next->before : t.root->last, k);
	assert_int_equal(there, 100);
	tree_free(&t);
}

/* One of everything. */
static void make_tree(struct tree *t)
{
	struct view value = { (const uint8_t *)"\x01\0\xff", 3, 0 };
	struct node *n;

	tree_init(t);
	t->root->mtime = 1000;
	add(t, "etc", S_IFDIR | 0750)->uid = 3;
	add_file(t, "etc/passwd", "root:x\n")->gid = 7;
	add_file(t, "etc/su", "#!")->mode = S_IFREG | 06511;
	add_file(t, "etc/none", "")->mode = S_IFREG;
	n = add_file(t, "bad\x1b[2J \\name\xff", "x");
	tree_xattr(t, n, "user.b c", value);
	tree_xattr(t, n, "security.x", view_text(""));
	n = add(t, "dev", S_IFDIR | 01777);
	n->mtime = -5;
	n = add(t, "dev/console", S_IFCHR | 0600);
	n->major = 5;
	n->minor = 1;
	n = add(t, "dev/sda", S_IFBLK | 0660);
	n->major = 259;
	n->minor = 70000;
	add(t, "dev/log", S_IFSOCK | 0666);
	add(t, "dev/pipe", S_IFIFO | 0600);
	add(t, "dev/tty", S_IFCHR | 0600)->same = tree_find(t, "dev/console");
	add(t, "TZ", S_IFLNK | 0777)->target = "/tmp/etc/TZ";
	add(t, "empty", S_IFLNK | 0777)->target = "";
	add(t, "aa", S_IFREG | 0644)->same = tree_find(t, "etc/passwd");
	add(t, "deep", S_IFDIR | 0);
	add(t, "deep/er", S_IFLNK | 0777)->target = "../TZ";
	tree_find(t, "etc/su")->mtime = TREE_NO_TIME;
	tree_finish(t);
}

struct disk { char path[64]; int fd; struct buf list; struct tree t; struct meta m; };

static void save(struct disk *d, const struct dir_save *o)
{
	struct meta m = { .from = { .name = "dump bin", .at = 16, .size = 5 } };

	strcpy(d->path, "/tmp/test_trees.XXXXXX");
	assert_non_null(mkdtemp(d->path));
	d->fd = open(d->path, O_RDONLY | O_DIRECTORY);
	make_tree(&d->t);
	e = (struct err){ 0 };
	if (dir_save(&d->t, d->fd, o, &e) < 0)
		die("%s: %s", e.subject, e.text);
	meta_put(&m, &d->t, &d->list);
}

static void reread(struct disk *d, struct tree *t, struct changes *c)
{
	struct dir_load o = { 0 };

	if (meta_read(&d->m, buf_view(&d->list), &e) < 0)
		die("line %d: %s", (int)e.at, e.text);
	tree_init(t);
	assert_int_equal(dir_load(t, d->path, &o, &e), 0);
	if (meta_apply(&d->m, t, c, &e) < 0)
		die("%s", e.text);
}

static void drop(struct disk *d, struct tree *t, struct changes *c)
{
	changes_free(c);
	tree_free(t);
	tree_free(&d->t);
	meta_free(&d->m);
	buf_free(&d->list);
	close(d->fd);
	assert_int_equal(remove_tree(AT_FDCWD, d->path, &e), 0);
}

static void nothing_is_lost_between_disk_and_list(void **state)
{
	static const enum links ways[] = { LINKS_KEEP, LINKS_RELATIVE, LINKS_SKIP };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct dir_save o = { .links = ways[i] };
		struct disk d = { 0 };
		struct tree t;
		struct changes c = { 0 };
		struct buf why = { 0 };

		save(&d, &o);
		reread(&d, &t, &c);
		if (tree_same(&d.t, &t, &why, &e) != 1)
			die("%s", buf_string(&why));
		assert_int_equal(c.n, 0);
		assert_string_equal(d.m.from.name, "dump bin");
		assert_int_equal(d.m.from.at, 16);
		drop(&d, &t, &c);
	}
}

static void the_disk_has_no_dangerous_bits(void **state)
{
	struct dir_save o = { 0 };
	struct disk d = { 0 };
	struct stat st;
	char target[64] = "";

	(void)state;
	save(&d, &o);
	assert_int_equal(fstatat(d.fd, "etc/su", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0711);
	assert_int_equal(fstatat(d.fd, "deep", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0700);
	assert_int_equal(fstatat(d.fd, "dev", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0777);
	assert_int_equal(st.st_mtime, -5);
	assert_int_not_equal(fstatat(d.fd, "dev/console", &st, 0), 0);
	assert_int_equal(fstatat(d.fd, "aa", &st, 0), 0);
	assert_int_equal(st.st_nlink, 2);
	assert_int_equal(readlinkat(d.fd, "TZ", target, sizeof(target)), 11);
	assert_int_equal(fstatat(d.fd, "TZ", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_mtime, 1551178423);
	drop(&d, &d.t, &(struct changes){ 0 });
}

static const struct change *change_of(const struct changes *c, const char *path)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->v[i].path, path))
			return &c->v[i];
	return NULL;
}

static void write_at(int fd, const char *path, const char *text)
{
	int f = openat(fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	assert_int_equal(write(f, text, strlen(text)), strlen(text));
	close(f);
}

static void the_disk_decides_existence_and_content(void **state)
{
	struct dir_save o = { 0 };
	struct disk d = { 0 };
	struct tree t;
	struct changes c = { 0 };

	(void)state;
	save(&d, &o);
	unlinkat(d.fd, "etc/none", 0);
	write_at(d.fd, "new", "n");
	write_at(d.fd, "etc/su", "other");
	unlinkat(d.fd, "TZ", 0);
	assert_int_equal(symlinkat("here", d.fd, "TZ"), 0);
	unlinkat(d.fd, "deep/er", 0);
	assert_int_equal(mkdirat(d.fd, "deep/er", 0700), 0);
	reread(&d, &t, &c);
	assert_int_equal(c.n, 5);
	assert_int_equal(change_of(&c, "etc/none")->kind, CHANGE_REMOVED);
	assert_int_equal(change_of(&c, "new")->kind, CHANGE_ADDED);
	assert_int_equal(change_of(&c, "etc/su")->kind, CHANGE_REPLACED);
	assert_int_equal(change_of(&c, "TZ")->kind, CHANGE_REPLACED);
	assert_int_equal(change_of(&c, "deep/er")->kind, CHANGE_REPLACED);
	assert_null(tree_find(&t, "etc/none"));
	assert_int_equal(tree_find(&t, "etc/su")->mode, S_IFREG | 06511);
	assert_true(tree_find(&t, "etc/su")->mtime > 1600000000);
	assert_string_equal(tree_find(&t, "TZ")->target, "here");
	assert_true(S_ISDIR(tree_find(&t, "deep/er")->mode));
	assert_int_equal(tree_find(&t, "new")->uid, 0);
	drop(&d, &t, &c);
}

static void a_device_is_gone_with_its_line_or_its_directory(void **state)
{
	struct dir_save o = { 0 };
	struct disk d = { 0 };
	struct tree t;
	struct changes c = { 0 };
	char *line;

	(void)state;
	save(&d, &o);
	line = strstr((char *)(uintptr_t)buf_string(&d.list), "/dev/pipe");
	assert_non_null(line);
	line[0] = '#';
	reread(&d, &t, &c);
	assert_null(tree_find(&t, "dev/pipe"));
	assert_non_null(tree_find(&t, "dev/console"));
	tree_free(&t);
	meta_free(&d.m);
	assert_int_equal(unlinkat(d.fd, "dev", AT_REMOVEDIR), 0);
	reread(&d, &t, &c);
	assert_null(tree_find(&t, "dev"));
	drop(&d, &t, &c);
}

static void hard_links_survive_a_copy_and_the_loss_of_the_first(void **state)
{
	struct dir_save o = { 0 };
	struct disk d = { 0 };
	struct tree t;
	struct changes c = { 0 };

	(void)state;
	save(&d, &o);
	unlinkat(d.fd, "aa", 0);
	write_at(d.fd, "aa", "root:x\n");
	reread(&d, &t, &c);
	assert_ptr_equal(tree_find(&t, "aa")->same, tree_find(&t, "etc/passwd"));
	assert_int_equal(c.n, 0);
	tree_free(&t);
	meta_free(&d.m);
	write_at(d.fd, "aa", "other");
	reread(&d, &t, &c);
	assert_null(tree_find(&t, "aa")->same);
	assert_int_equal(tree_find(&t, "aa")->gid, 7);
	changes_free(&c);
	tree_free(&t);
	meta_free(&d.m);
	unlinkat(d.fd, "etc/passwd", 0);
	linkat(d.fd, "aa", d.fd, "zz", 0);
	reread(&d, &t, &c);
	assert_null(tree_find(&t, "aa")->same);
	assert_int_equal(tree_find(&t, "aa")->gid, 7);
	assert_ptr_equal(tree_find(&t, "zz")->same, tree_find(&t, "aa"));
	drop(&d, &t, &c);
}

static void a_new_first_name_joins_the_listed_file(void **state)
{
	struct dir_save o = { 0 };
	struct disk d = { 0 };
	struct tree t;
	struct changes c = { 0 };

	(void)state;
	save(&d, &o);
	linkat(d.fd, "etc/passwd", d.fd, "a", 0);
	reread(&d, &t, &c);
	assert_ptr_equal(tree_find(&t, "a")->same, tree_find(&t, "etc/passwd"));
	assert_ptr_equal(tree_find(&t, "aa")->same, tree_find(&t, "etc/passwd"));
	assert_int_equal(c.n, 1);
	drop(&d, &t, &c);
}

static void wrong_lists_are_refused_with_the_line(void **state)
{
	static const char *const lists[] = {
		"", "fwtool.fwmeta/2\n",
		"#\nwhat\n", "#\nformat\n", "#\n/a\n", "#\n/a file\n",
		"#\n/a file 0644 0:0\n", "#\n/a file 0944 0:0 1\n",
		"#\n/a file 0644 0 1\n", "#\n/a file 0644 0:0 x\n",
		"#\n/a file 0644 0:99999999999 1\n", "#\n/a file 10000 0:0 1\n",
		"#\n/a/b file 0644 0:0 1\n", "#\n/.. dir 0755 0:0 1\n",
		"#\n/a\\x2f dir 0755 0:0 1\n", "#\n/a\\x00 dir 0755 0:0 1\n",
		"#\n/a\\q dir 0755 0:0 1\n", "#\n/a link 0777 0:0 1\n",
		"#\n/a file 0644 0:0 1 wrong=1\n", "#\n/a char 0644 0:0 1 dev=1\n",
		"#\n/a file 0644 0:0 1 x:a=1\n", "#\n/a file 0644 0:0 1 x:=11\n",
		"#\n/a hard\n", "#\n/a hard to=/b\n", "#\n/a hard to=/a\n",
		"#\n/ hard to=/\n", "#\n/ file 0644 0:0 1\n",
		"#\n/a hard to=/\n", "#\norigin size=x\n", "#\norigin offset=12\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		struct buf b = { 0 };
		struct meta m;

		if (lists[i][0] == '#')
			put_text(&b, "fwtool.fwmeta/1\n");
		put_text(&b, "%s", lists[i]);
		e = (struct err){ 0 };
		if (meta_read(&m, buf_view(&b), &e) != -1)
			die("taken: %s", lists[i]);
		assert_int_equal(e.place, PLACE_LINE);
		assert_int_equal(e.at, lists[i][0] == '#' ? 3 : 1);
		assert_non_null(strchr(e.text, ';'));
		buf_free(&b);
	}
}

static void a_wrong_list_twice_names_the_line(void **state)
{
	struct view v = view_text("fwtool.fwmeta/1\n/a file 0644 0:0 1\n"
				  "/a file 0644 0:0 1\n");
	struct meta m;

	(void)state;
	assert_int_equal(meta_read(&m, v, &e), -1);
	assert_int_equal(e.at, 3);
	v = view_text("fwtool.fwmeta/1\n/a hard to=/b\n/b hard to=/c\n"
		      "/c file 0644 0:0 1\n");
	assert_int_equal(meta_read(&m, v, &e), -1);
	assert_int_equal(e.at, 2);
}

static void links_are_made_relative_to_where_they_lie(void **state)
{
	static const struct { const char *target, *want; } cases[] = {
		{ "/tmp/etc", "../tmp/etc" }, { "/", ".." }, { "//x", "../x" },
		{ "/../x", "../x" },
	};
	struct tree t;
	struct node *n;

	(void)state;
	tree_init(&t);
	add(&t, "d", S_IFDIR | 0755);
	n = add(&t, "d/l", S_IFLNK | 0777);
	for (size_t i = 0; i < 4; i++) {
		struct buf b = { 0 };

		n->target = cases[i].target;
		link_relative(n, &b);
		assert_string_equal(buf_string(&b), cases[i].want);
		buf_free(&b);
	}
	n = add(&t, "l", S_IFLNK | 0777);
	n->target = "/";
	struct buf b = { 0 };
	link_relative(n, &b);
	assert_string_equal(buf_string(&b), ".");
	buf_free(&b);
	tree_free(&t);
}

static void nothing_is_opened_through_a_link(void **state)
{
	struct dir_save o = { 0 };
	struct disk d = { 0 };

	(void)state;
	save(&d, &o);
	symlinkat("etc", d.fd, "way");
	assert_int_equal(open_below(d.fd, "way/passwd", O_RDONLY), -1);
	assert_int_equal(open_below(d.fd, "TZ", O_RDONLY), -1);
	assert_int_equal(open_below(d.fd, "../../etc/passwd", O_RDONLY), -1);
	assert_true(open_below(d.fd, "etc/passwd", O_RDONLY) >= 0);
	drop(&d, &d.t, &(struct changes){ 0 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_leave_the_tree_are_refused),
		cmocka_unit_test(a_tree_is_neither_too_deep_nor_too_large),
		cmocka_unit_test(removed_nodes_are_gone_and_may_come_again),
		cmocka_unit_test(a_name_may_come_and_go_any_number_of_times),
		cmocka_unit_test(nothing_is_lost_between_disk_and_list),
		cmocka_unit_test(the_disk_has_no_dangerous_bits),
		cmocka_unit_test(the_disk_decides_existence_and_content),
		cmocka_unit_test(a_device_is_gone_with_its_line_or_its_directory),
		cmocka_unit_test(hard_links_survive_a_copy_and_the_loss_of_the_first),
		cmocka_unit_test(a_new_first_name_joins_the_listed_file),
		cmocka_unit_test(wrong_lists_are_refused_with_the_line),
		cmocka_unit_test(a_wrong_list_twice_names_the_line),
		cmocka_unit_test(links_are_made_relative_to_where_they_lie),
		cmocka_unit_test(nothing_is_opened_through_a_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
