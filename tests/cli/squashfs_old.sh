#!/bin/bash
# squashfs_old.sh - squashfs 1 to 3, both byte orders, and LZMA as it was patched in
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
make() { python3 "$TOP/tests/make/squashold.py" "$@" || exit 1; }
same() { "$TOP/tests/make/squashsame" "$@" || { echo "wrong: $*"; bad=1; }; }

# unsquashfs reads what zlib packed, and so tells what the others hold.
for version in 1 2 3; do
	for order in little big; do
		make $version $order like$version$order
		same like$version$order
		[ -z "$SAN" ] || continue
		make $version $order image stored check
		same image
	done
	make $version little many many
	same many
done
for how in lzma13 lzma5 ddwrt headerless e2100 7z odd; do
	make 2 big image $how
	same image like2big
	[ -z "$SAN" ] || continue
	make 3 little image $how check
	same image like3little
done
make 1 little image headerless
same image like1little

# Nothing changed: the same bytes again.
"$FWTOOL" repack o -o again > /dev/null 2> err && cmp -n "$(stat -c %s again)" \
	again image || { echo "repack"; cat err; bad=1; }
exit $bad
