/* flash_protect.c - write protection is lifted when asked, and put back */
#include "cmd/flash.h"

#include "core/text.h"

int flash_may_write(const struct flash_opts *o, struct nor *n, bool *locked,
		    struct err *e)
{
	struct nor_range p;

	if (n->chip.size_unknown) {
		fail(e, ERR_USAGE, "its size is not known; give --size");
		return err_about(e, "chip");
	}
	if (nor_protected(n, &p, e) < 0)
		return -1;
	*locked = p.size > 0;
	if (!p.size || o->unprotect)
		return 0;
	fail(e, ERR_USAGE, "status register protects 0x%06llx+%s; add --unprotect",
	     (unsigned long long)p.at, size_text(p.size).text);
	return err_about(e, "chip");
}

int flash_lift(struct run *r, struct nor *n, const struct flash_journal *j,
	       struct err *e)
{
	if (!j->locked)
		return 0;
	say(r, "protection  lifted (status %02x); it is put back at the end", j->lock.sr1);
	return nor_unprotect(n, &j->lock, e);
}

int flash_put_back(struct run *r, struct nor *n, const struct flash_journal *j,
		   struct err *e)
{
	if (!j->locked)
		return 0;
	if (nor_protect(n, &j->lock, e) < 0)
		return within(e, "write protection is not as it was");
	say(r, "protection  as it was (status %02x)", j->lock.sr1);
	return 0;
}
