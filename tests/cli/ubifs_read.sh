#!/bin/bash
# ubifs_read.sh - UBIFS is read as mkfs.ubifs was given it, and damage is said
command -v mkfs.ubifs > /dev/null || { echo "no mkfs.ubifs (mtd-utils)"; exit 77; }
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/bin t/many t/deep/a/b "t/two words"
printf hello > t/hello
: > t/empty
seq 1 30000 > t/big
ln t/big t/deep/a/hard
ln -s ../hello t/bin/link
head -c 200001 "$FWTOOL" > t/bin/tool
chmod 4755 t/bin/tool
truncate -s 600K t/sparse
printf x >> t/sparse
truncate -s 99999 t/hole
touch -d @86400 t/hello
for i in $(seq 300); do printf %s "$i" > "t/many/file$i"; done
printf '/dev d 755 0 0 - - - - -\n/dev/console c 600 0 5 5 1 0 0 -\n' > table
printf '/dev/mtd0 b 640 3 4 31 300 0 0 -\n/dev/pipe p 666 7 8 - - - - -\n' >> table

# All attributes as text, but for hard links: which of two is one may differ.
describe() {
	bsdtar -cf - --format=mtree \
		--options '!all,type,mode,uid,gid,size,time,link,device,sha256' "$@" |
		sed -e 's/^\.\///' -e 's/time=\([0-9]*\)\.[0-9]*/time=\1/' \
		-e '/^\/*\.* \|^#\|^dev\|^big\|hard /d' | LC_ALL=C sort
}
describe -C t . > want
# same IMAGE
same() {
	"$FWTOOL" extract "$1" --tar got.tar -f > log 2>&1 || wrong "$1: $(cat log)"
	describe @got.tar > got
	diff want got > out || wrong "$1: $(head -5 out)"
}
for c in none lzo zlib zstd; do
	mkfs.ubifs -m 2048 -e 126976 -c 200 -x $c -r t -D table $c.img > log ||
		wrong "mkfs.ubifs: $(cat log)"
	same $c.img
done
mkfs.ubifs -m 1 -e 65408 -c 300 -x favor_lzo -f 16 -F -r t -D table nor.img
same nor.img
mkfs.ubifs -m 512 -e 15872 -c 4000 -x zlib -k test -r t -D table small.img
same small.img

"$FWTOOL" scan zlib.img | grep -q 'ubifs *proven *zlib' || wrong "scan"
"$FWTOOL" ls -lR zlib.img dev > out
grep -q '^crw------- root 5 *5, 1 .* dev/console$' out || wrong "console: $(cat out)"
grep -q '^brw-r----- 3 *4 *31, 300 .* dev/mtd0$' out || wrong "mtd0: $(cat out)"
grep -q '^prw-rw-rw- 7 *8 .* dev/pipe$' out || wrong "pipe: $(cat out)"
"$FWTOOL" extract zlib.img -d x > /dev/null || wrong "extract"
cmp t/big x/big || wrong "a hard link's content"
cmp t/big x/deep/a/hard || wrong "a hard link's content"
grep -q 'hard to=' x.fwmeta || wrong "no hard link"

# A wrong byte of a file's data: said, the rest is there.
at=$(LC_ALL=C grep -obUa 'hello' none.img | head -1)
cp none.img broken.img
printf X | dd of=broken.img bs=1 seek="${at%%:*}" conv=notrunc 2> /dev/null
"$FWTOOL" extract broken.img -d y > out 2>&1; [ $? = 2 ] || wrong "damage: $(cat out)"
grep -q 'error: broken.img:0x[0-9a-f]*:.*wrong sum' out || wrong "said: $(cat out)"
"$FWTOOL" extract --partial broken.img -d y > out 2>&1; [ $? = 3 ] || wrong "partial"
cmp -s t/big y/big || wrong "the rest of a damaged image"
exit $bad
