/* difffiles.c - fwtool diff --files: the trees inside two dumps */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/diff.h"
#include "core/text.h"
#include "project/extract.h"

/* Two trees side by side, and where what is said of them goes. */
struct both {
	struct run *r;
	const char *part;
	json_t *list;
	size_t n;
};

static void tell(struct both *b, const struct node *n, const char *what,
		 const char *how)
{
	struct buf path = { 0 }, shown = { 0 };
	json_t *o = json_pack("{s:s}", "change", what);

	if (*b->part)
		put_text(&path, "%s/", b->part);
	tree_path(n, &path);
	json_set_bytes(o, "path", buf_view(&path));
	if (*how)
		json_object_set_new(o, "detail", json_string(how));
	json_array_append_new(b->list, o);
	put_name(&shown, buf_string(&path));
	if (!b->r->common->json)
		printf("%-8s  %s%s%s\n", what, buf_string(&shown), *how ? "  " : "", how);
	b->n++;
	buf_free(&shown);
	buf_free(&path);
}

static void tell_all(struct both *b, const struct node *n, const char *what)
{
	tell(b, n, what, "");
	for (n = n->child; n; n = n->next)
		tell_all(b, n, what);
}

static int same_content(const struct node *a, const struct node *c, bool *same,
			struct err *e)
{
	struct buf x = { 0 }, y = { 0 };
	int bad;

	*same = a->size == c->size;
	if (!*same || !a->size)
		return 0;
	bad = a->content.load(&a->content, &x, e) < 0 ||
	      c->content.load(&c->content, &y, e) < 0;
	*same = !bad && view_equal(buf_view(&x), buf_view(&y));
	buf_free(&x);
	buf_free(&y);
	return bad ? -1 : 0;
}

/* "mode 0755 -> 0644, owner 0:0 -> 5:5", or nothing. */
static void put_attributes(struct buf *how, const struct node *a,
			   const struct node *c)
{
	if ((a->mode ^ c->mode) & 07777)
		put_text(how, ", mode %04o -> %04o", a->mode & 07777, c->mode & 07777);
	if (a->uid != c->uid || a->gid != c->gid)
		put_text(how, ", owner %u:%u -> %u:%u", a->uid, a->gid, c->uid, c->gid);
	if (a->mtime != c->mtime && !S_ISDIR(a->mode))
		put_text(how, ", time");
	if (!tree_same_xattrs(a, c))
		put_text(how, ", attributes");
	if (a->major != c->major || a->minor != c->minor)
		put_text(how, ", device %u:%u -> %u:%u", a->major, a->minor, c->major,
			 c->minor);
}

static void put_content(struct buf *how, const struct node *a, const struct node *c)
{
	struct err e = { 0 };
	bool same = true;

	if (S_ISREG(a->mode) && same_content(a, c, &same, &e) < 0)
		put_text(how, ", cannot be read: %s", e.text);
	else if (!same && a->size != c->size)
		put_text(how, ", content %llu -> %llu bytes", (unsigned long long)a->size,
			 (unsigned long long)c->size);
	else if (!same)
		put_text(how, ", content");
	if (S_ISLNK(a->mode) && strcmp(a->target, c->target)) {
		put_text(how, ", target ");
		put_name(how, a->target);
		put_text(how, " -> ");
		put_name(how, c->target);
	}
}

static void compare_nodes(struct both *b, const struct node *a, const struct node *c)
{
	const struct node *x = tree_self(a), *y = tree_self(c);
	struct buf how = { 0 };

	if ((x->mode ^ y->mode) & S_IFMT) {
		tell(b, a, "changed", "another type");
		return;
	}
	put_content(&how, x, y);
	put_attributes(&how, x, y);
	if (how.len > 2)
		tell(b, a, "changed", buf_string(&how) + 2);
	buf_free(&how);
}

/* Both lists of children are sorted by name. */
static void compare_dirs(struct both *b, const struct node *a, const struct node *c)
{
	const struct node *x = a->child, *y = c->child;

	while (x || y) {
		int order = !x ? 1 : !y ? -1 : strcmp(x->name, y->name);

		if (!order) {
			compare_nodes(b, x, y);
			if (S_ISDIR(x->mode) && S_ISDIR(y->mode))
				compare_dirs(b, x, y);
		} else {
			tell_all(b, order < 0 ? x : y, order < 0 ? "removed" : "added");
		}
		x = order <= 0 ? x->next : x;
		y = order >= 0 ? y->next : y;
	}
}

static const struct part *counterpart(const struct reading *b, const struct part *part)
{
	const struct part *p = plan_named(&b->plan, part->dir, strlen(part->dir));

	return p ? p : plan_over(&b->plan, part->at);
}

static int read_tree(struct tree *t, const struct reading *x, const struct part *part,
		     struct err *e)
{
	struct extract_opts o = { .partial = true };
	struct source s;
	struct extracted got = { 0 };

	if (source_of_part(&s, &x->plan, part, e) < 0 ||
	    extract_read(&s, t, &o, &got, e) < 0)
		return err_about(e, x->path);
	return 0;
}

static int compare_part(struct both *b, const struct reading *x,
			const struct reading *y, const struct part *part, struct err *e)
{
	const struct part *other = counterpart(y, part);
	struct tree s = { 0 }, t = { 0 };
	int bad = 0;

	if (!other || !part_has_tree(&y->plan, other)) {
		say(b->r, "%s: a file system in %s only", part->dir, x->name);
		b->n++;
		return 0;
	}
	if (view_equal(plan_part(&x->plan, part), plan_part(&y->plan, other)))
		return 0;
	b->part = x->plan.n > 1 ? part->dir : "";
	bad = read_tree(&s, x, part, e) < 0 || read_tree(&t, y, other, e) < 0;
	if (!bad) {
		compare_nodes(b, s.root, t.root);
		compare_dirs(b, s.root, t.root);
	}
	tree_free(&s);
	tree_free(&t);
	return bad ? -1 : 0;
}

int diff_files(struct run *r, const struct reading *a, const struct reading *b,
	       bool *differ, struct err *e)
{
	struct both both = { .r = r, .list = json_array() };
	size_t parts = 0;
	int bad = 0;

	for (size_t i = 0; !bad && i < a->plan.n; i++) {
		if (!part_has_tree(&a->plan, &a->plan.part[i]))
			continue;
		parts++;
		bad = compare_part(&both, a, b, &a->plan.part[i], e);
	}
	json_object_set_new(r->doc, "files", both.list);
	*differ |= both.n > 0;
	if (!bad && !parts)
		return fail(e, ERR_FORMAT, "no file system to compare; leave out --files");
	if (!bad && !both.n && !r->common->json)
		printf("the files are the same\n");
	return bad;
}
