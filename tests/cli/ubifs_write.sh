#!/bin/bash
# ubifs_write.sh - UBIFS is built as mkfs.ubifs builds it, byte for byte
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
ln t/hello t/deep/hello2
ln t/hello t/many/hello3
ln -s ../hello t/bin/link
head -c 200001 "$FWTOOL" > t/bin/tool
chmod 4755 t/bin/tool
truncate -s 600K t/sparse
printf x >> t/sparse
truncate -s 99999 t/hole
touch -d @86400 t/hello
for i in $(seq 100); do printf %s "$i" > "t/many/file$i"; done
printf '/dev d 755 0 0 - - - - -\n/dev/console c 600 0 5 5 1 0 0 -\n' > table
printf '/dev/mtd0 b 640 3 4 310 300 0 0 -\n/dev/pipe p 666 7 8 - - - - -\n' >> table

# same OPTIONS: the original gone, built anew of the list alone
same() {
	rm -rf x x.fwmeta
	mkfs.ubifs "$@" -r t -D table x.img > log || { wrong "mkfs.ubifs $*"; return; }
	"$FWTOOL" extract x.img -d x > log 2>&1 || wrong "extract, $*: $(cat log)"
	mv x.img want.img
	"$FWTOOL" repack x -o got.img -f > log 2>&1 || wrong "repack, $*: $(cat log)"
	cmp want.img got.img || wrong "built of a mkfs.ubifs $*"
}
for c in none lzo zlib zstd favor_lzo; do
	same -m 2048 -e 126976 -c 200 -x $c
done
same -m 1 -e 65408 -c 300 -x zlib -k test
if [ -z "$SAN" ]; then
	same -m 512 -e 15872 -c 4000 -x zlib -F -R 100000
	same -m 4096 -e 253952 -c 70000 -x lzo -f 16 -p 3
	same -m 2048 -e 126976 -c 2000 -j 4MiB -l 9 -U
	same -m 16384 -e 2064384 -c 700
fi

# Untouched, beside its original, it is the original whoever made it.
mv want.img x.img
"$FWTOOL" repack x -o again.img > log 2>&1 || wrong "repack: $(cat log)"
cmp x.img again.img || wrong "untouched"

# Of a directory alone: the options on the line, twice the same.
"$FWTOOL" repack --ubifs -m 2048 -e 126976 -c 100 -x zlib t -o a.img > log 2>&1 ||
	wrong "without a list: $(cat log)"
"$FWTOOL" repack --ubifs -m 2048 -e 126976 -c 100 -x zlib t -o b.img -j1 > log 2>&1
cmp a.img b.img || wrong "twice is not the same"
"$FWTOOL" extract a.img -d a > log 2>&1 || wrong "extract: $(cat log)"
diff -r t a || wrong "what came back"

# A changed file, a new one, one less.
echo changed > a/hello
echo new > a/new
rm a/bin/link
setfattr -n user.note -v hello a/new 2> /dev/null
"$FWTOOL" repack a -o c.img > log 2>&1 || wrong "changed: $(cat log)"
"$FWTOOL" extract c.img -d c > log 2>&1 || wrong "extract: $(cat log)"
diff -r a c || wrong "a changed tree"

# What makes no sense is refused with a remedy.
refused() {
	"$FWTOOL" repack --ubifs "$@" t -o no.img > log 2>&1; [ $? = 2 ] || wrong "$*"
	grep -q '^fwtool: error: .*;' log || wrong "$*: $(cat log)"
	[ -e no.img ] && wrong "$*: written"
}
refused -m 1000
refused -e 1000
refused -c 5
refused -c 18 -m 2048 -e 126976
refused -e 15872 -m 512 -c 20 -x none
refused -R 1G
refused --fanout 1

# A Linux kernel mounts it and shows the same.
kmount=$SHARED/tools/kmount/kmount
if [ -x "$kmount" ] && [ -z "$SAN" ]; then
	printf '[v]\nmode=ubi\nimage=c.img\nvol_id=0\nvol_type=dynamic\nvol_name=v\nvol_size=13MiB\n' > u.ini
	ubinize -o c.ubi -p 128KiB -m 2048 u.ini
	"$kmount" c.ubi ubifs > out 2>&1 || wrong "the kernel: $(tail -5 out)"
	grep -iE 'ubifs.*(error|warn|fail|corrupt)' out && wrong "the kernel complains"
	(cd a && find . -type f -print0 | xargs -0 sha256sum) | sort > want
	grep -E '^[0-9a-f]{64} ' out | sort > got
	diff want got > log || wrong "the kernel sees: $(head -5 log)"
fi
exit $bad
