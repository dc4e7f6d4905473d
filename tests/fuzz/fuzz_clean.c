/* fuzz_clean.c - rules and contents of anything: bounded, and cleaned is clean */
#include <stdlib.h>

#include "project/clean.h"

static const char own[] =
	"a: keys psk ssid token in *.conf raw\n"
	"b: passwd in *passwd\nc: pem PRIVATE in * raw\nd: macs in *.conf\n"
	"e: env *addr psk\nf: file in *.log\n";

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const paths[] = { "a.conf", "etc/passwd", "b.log", "x" };
	struct view text = { p, n, 0 };
	struct rules rules = { 0 };
	struct cleaning c = { .rules = &rules };
	struct buf out = { 0 }, again = { 0 };
	struct err e;

	rules_read(&rules, text, &e);
	rules_free(&rules);
	if (rules_read(&rules, view_text(own), &e) < 0)
		abort();
	for (size_t i = 0; i < 4; i++) {
		buf_clear(&out);
		clean_file(&c, paths[i], paths[i], text, &out);
	}
	/* What a cut joins may be a finding again; hashes alone are done at once. */
	buf_clear(&out);
	rules_free(&rules);
	if (rules_read(&rules, view_text("b: passwd in *passwd\n"), &e) < 0)
		abort();
	if (clean_file(&c, "etc/passwd", "x", text, &out) == CLEAN_EDITED &&
	    clean_file(&c, "etc/passwd", "x", buf_view(&out), &again) == CLEAN_EDITED)
		abort();
	rules_free(&rules);
	if (rules_read(&rules, view_text(own), &e) < 0)
		abort();
	buf_clear(&out);
	put_view(&out, text);
	clean_vars(&c, "env", &out);
	buf_clear(&out);
	put_view(&out, text);
	if (n)
		clean_raw(&c, "raw", 0, out.p, out.len, 0xff);
	cleaning_free(&c);
	rules_free(&rules);
	buf_free(&out);
	buf_free(&again);
	return 0;
}
