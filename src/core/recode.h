/* recode.h - streams packed again, with the tool and the options they had */
#ifndef CORE_RECODE_H
#define CORE_RECODE_H

#include "core/codec.h"

/*
 * How a stream may have been made. The first guess of a codec is what the
 * stream's own header suggests; what cannot be read there is tried.
 */
struct guess {
	char name[64];		/* "gzip -9", "xz -6": for people */
	int engine;		/* the codec's business, as the rest */
	int level;
	uint32_t extra;
};

enum { MOST_GUESSES = 128 };

/*
 * One per codec. Both look at `was`, the whole stream as it is in the image:
 * what its header says (names, times, block sizes, which sums) is said again.
 */
struct packer {
	/* The likeliest first; returns how many. The last is the strongest. */
	int (*guesses)(struct view was, struct guess *g, int most);
	/* Pack all of plain. Ends early without an error where the sink does. */
	int (*pack)(struct view was, const struct guess *g, struct view plain,
		    struct sink *to, struct err *e);
	/*
	 * NULL, or for encoders whose bytes come late: whether the beginning
	 * of `was` is what the guess makes of the beginning of plain.
	 */
	bool (*likely)(struct view was, const struct guess *g, struct view plain);
};

/* A sink that compares what comes with what was, and stops at a difference. */
struct matching {
	struct sink sink;		/* first: it is handed on as this */
	struct view was;
	size_t pos;
	bool differs;
};
struct matching matching(struct view was);

struct recoded {
	bool exact;		/* the original stream comes out bit for bit */
	char name[64];		/* with what it was packed */
};

/*
 * Append `now` packed like `was`, which unpacks to plain_was: the guess that
 * gives `was` again is taken, found by comparing as the bytes come, on all
 * CPUs. Without one, or with harder (for what does not fit), it is packed as
 * small as is known. It was unpacked again and compared.
 */
struct recoding {
	const struct codec *codec;
	struct view was, plain_was, now;
	bool harder;
};
int recode(const struct recoding *r, struct buf *out, struct recoded *how,
	   struct err *e);

#endif
