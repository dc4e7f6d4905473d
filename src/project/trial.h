/* trial.h - which word order makes sense of an image: the one that proves most */
#ifndef PROJECT_TRIAL_H
#define PROJECT_TRIAL_H

#include "core/err.h"
#include "core/view.h"

/* What is proven in some bytes. */
struct proofs {
	uint64_t objects;
	uint64_t bytes;		/* that they take */
	uint64_t jffs2_nodes;	/* of those that are jffs2 */
	uint64_t solid;		/* bytes of the largest that is of one piece */
	char names[64];		/* "jffs2, uimage" */
};

struct proof_text { char text[96]; };

/* Silent: remarks of the formats are dropped. fd as for scan_run(). */
int count_proofs(struct view v, int fd, struct proofs *p, struct err *e);
/* The same after the words of width bytes are reversed in a copy. */
int count_swapped(struct view v, unsigned width, struct proofs *p, struct err *e);
/* How many bytes are proven objects of this type, and where the first is. */
int count_of(struct view v, int fd, const char *type, uint64_t *bytes, uint64_t *at,
	     struct err *e);
/* "819 jffs2 nodes", "2 objects (squashfs, uimage)", "0" */
struct proof_text proof_text(const struct proofs *p);
/*
 * The width of words (2, 4, 8) whose reversal proves something in an image
 * that proves nothing as it is, with what it proves; 0: there is none. Large
 * images are judged by samples.
 */
int find_order(struct view v, int fd, unsigned *width, struct proofs *p,
	       struct err *e);

#endif
