/* envvars.c - lists of name=value, as environments hold them */
#include "core/text.h"
#include "scan/ubootenv.h"

bool vars_next(struct view *vars, struct view *entry)
{
	const uint8_t *nul = vars->len ? memchr(vars->p, 0, vars->len) : NULL;
	size_t n = nul ? (size_t)(nul - vars->p) : vars->len;

	if (!n)
		return false;
	*entry = view_sub(*vars, 0, n);
	*vars = view_from(*vars, n + (nul != NULL));
	return true;
}

static size_t name_length(struct view entry)
{
	const uint8_t *eq = entry.len ? memchr(entry.p, '=', entry.len) : NULL;

	return eq ? (size_t)(eq - entry.p) : entry.len;
}

struct view var_name(struct view entry)
{
	return view_sub(entry, 0, name_length(entry));
}

struct view var_value(struct view entry)
{
	return view_from(entry, name_length(entry) + 1);
}

bool vars_get(struct view vars, struct view name, struct view *value)
{
	struct view entry;

	while (vars_next(&vars, &entry)) {
		if (view_equal(var_name(entry), name)) {
			*value = var_value(entry);
			return true;
		}
	}
	return false;
}

/* What bounds an expansion that refers to itself. */
enum { MOST_DEPTH = 8, MOST_EXPANDED = 16384, MOST_LOOKUPS = 256 };

struct expansion { struct view vars; struct buf *out; size_t most; unsigned lookups; };

static void expand(struct expansion *x, struct view text, unsigned depth);

/* The length of "${name}" or "$(name)" at the start of v, or 0. */
static size_t reference(struct view v, struct view *name)
{
	const uint8_t *close;

	if (v.len < 4 || v.p[0] != '$' || (v.p[1] != '{' && v.p[1] != '('))
		return 0;
	close = memchr(v.p, v.p[1] == '{' ? '}' : ')', v.len < 80 ? v.len : 80);
	if (!close)
		return 0;
	*name = view_sub(v, 2, (uint64_t)(close - v.p) - 2);
	return name->len + 3;
}

/* Returns how much of v was the reference; 0: it is none, or stays as it is. */
static size_t expand_one(struct expansion *x, struct view v, unsigned depth)
{
	struct view name, value;
	size_t n = reference(v, &name);

	if (!n || depth == MOST_DEPTH || ++x->lookups > MOST_LOOKUPS ||
	    !vars_get(x->vars, name, &value))
		return 0;
	expand(x, value, depth + 1);
	return n;
}

static void expand(struct expansion *x, struct view text, unsigned depth)
{
	size_t n;

	for (size_t i = 0; i < text.len && x->out->len < x->most; i += n) {
		n = expand_one(x, view_from(text, i), depth);
		if (!n) {
			put8(x->out, text.p[i]);
			n = 1;
		}
	}
}

void vars_expand(struct view vars, struct view text, struct buf *out)
{
	struct expansion x = { vars, out, out->len + MOST_EXPANDED, 0 };

	expand(&x, text, 0);
}
