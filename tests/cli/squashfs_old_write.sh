#!/bin/bash
# squashfs_old_write.sh - squashfs 1 to 3, both byte orders, and vendors' 4 are built again
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
make() { python3 "$TOP/tests/make/squashold.py" "$@" || exit 1; }
same() { "$TOP/tests/make/squashsame" "$@" || wrong "$@"; }

# rebuilt IMAGE: from tree and list alone to anew, with a change to changed
rebuilt() {
	rm -rf t t.fwmeta anew changed away
	"$FWTOOL" extract "$1" -d t > out 2>&1 || wrong "$1: $(cat out)"
	mv "$1" away
	"$FWTOOL" repack t -o anew > out 2>&1 || wrong "$1 anew: $(cat out)"
	mv away "$1"
	f=$(find t -type f | LC_ALL=C sort | head -n 1)
	echo more >> "$f"
	"$FWTOOL" repack t --original "$1" -o changed > out 2>&1 ||
		wrong "$1 changed: $(cat out)"
}

# kept: what is in changed is what is in t, as unsquashfs reads it
kept() {
	rm -rf u
	unsquashfs -n -q -p 1 -d u changed > /dev/null 2>&1
	diff <(cd t && find . -type f -exec sha256sum {} + | sort) \
		<(cd u && find . -type f -exec sha256sum {} + | sort) || wrong "changed: $1"
}

# unsquashfs reads what zlib packed; a list and sums of it are those of the image.
for version in 1 2 3; do
	for order in little big; do
		make $version $order image
		rebuilt image
		kept "$version $order"
		same anew image
		same anew
		same changed
	done
done
make 3 big image stored check
rebuilt image
same anew image
if [ -z "$SAN" ]; then
	make 2 little image many
	rebuilt image
	same anew
	kept many
fi

# What LZMA packed is what zlib packed, in all layouts.
make 3 little like
for how in lzma13 lzma5 ddwrt headerless e2100 7z; do
	make 3 little image $how
	rebuilt image
	same anew like
	[ -z "$SAN" ] || break
done
make 3 big image odd
rm -rf t t.fwmeta
"$FWTOOL" extract image -d t > /dev/null 2>&1
echo more >> t/big
"$FWTOOL" repack t --original image -o odd > out 2>&1 &&
	wrong "built what nobody knows"
grep -q 'can be read but not built' out || wrong "odd: $(cat out)"

# Anew, as any version.
mkdir n && echo text > n/file && ln -s file n/link
for v in 1.0,big 2.1,big 3.1 3.0,big,check,magic=71736873; do
	"$FWTOOL" repack n --squashfs --version $v --block 32K -o n.$v > out 2>&1 || wrong "$v: $(cat out)"
done
unsquashfs -n -q -d n.u n.2.1,big > /dev/null 2>&1 && diff -r n n.u || wrong "2.1,big"
"$FWTOOL" repack n --squashfs --version 5.0 -o n.5 > out 2>&1 && wrong "5.0"

# Options of xz as some vendors store them stay what they are.
rm image
"$FWTOOL" repack n --squashfs --comp xz --version 4.0,options=0100000083000000000002ff \
	-o image > out 2>&1 || wrong "$(cat out)"
rebuilt image
cmp anew image || wrong "options"
for f in anew changed; do
	[ "$(xxd -p -s 96 -l 14 $f)" = 0c800100000083000000000002ff ] || wrong "options of $f"
done

# Devices' images: the same bytes from tree and list alone.
for f in "$SHARED"/corpus/images/fact_sqfs_{zlib_?e.sqfs3,avm_?e.sqfs4,lzma1_?e.sqfs3,lzma_?e.sqfs2}; do
	[ -e "$f" ] || continue
	cp "$f" image
	rebuilt image
	cmp -n "$(stat -c %s anew)" anew image || wrong "$f"
	"$FWTOOL" extract -f changed -d c > out 2>&1 && diff -r t c || wrong "$f changed"
	rm -rf c c.fwmeta
done
exit $bad
