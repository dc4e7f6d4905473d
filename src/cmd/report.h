/* report.h - one page about a dump: its sections, and how text gets into it */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "cmd/cmd.h"
#include "project/plan.h"

/* A page under way. Whatever comes from an image goes in by html_text(). */
struct page {
	struct run *r;
	struct buf *b;
	const char *input;		/* as it was given */
	const char *name;		/* its last component */
	char sha256[65];
	struct plan plan;
	struct note {
		bool is_warning;
		const char *command;
		char kind[48], where[128], what[256];
	} *note;			/* "what should I look at?" */
	size_t notes, cap;
};

/* Foreign text: no control bytes, and nothing that is markup. */
void html_text(struct buf *b, struct view text);
void html_string(struct buf *b, const char *text);
void html_size(struct buf *b, uint64_t n);

void page_note(struct page *p, bool is_warning, const char *kind,
	       const char *where, const char *command, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/* The sections, in the order of the page. */
void page_map(struct page *p);
void page_parts(struct page *p);
void page_entropy(struct page *p);
void page_bytes(struct page *p);
void page_files(struct page *p);
void page_room(struct page *p);
/* What differs from another reading, as fwtool diff says. */
int page_diff(struct page *p, const char *against, const struct plan_opts *o,
	      struct err *e);
void page_notes(struct page *p);

/* Append a palette picture as a data: URI; colour is 0xrrggbb. */
void png_put(struct buf *b, const uint8_t *cell, unsigned width, unsigned height,
	     const uint32_t *colour, unsigned colours);

#endif
