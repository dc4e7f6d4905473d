#!/bin/bash
# cpio_read.sh - cpio archives are read as GNU cpio, bsdcpio and Linux read them
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/bin t/empty t/deep/a/b/c "t/two words" t/many
printf hello > t/hello
: > t/nothing
seq 1 30000 > t/big
head -c 200001 "$FWTOOL" > t/bin/tool
chmod 4755 t/bin/tool
ln t/big t/hard
ln t/big t/deep/a/hard2
ln -s ../hello t/bin/link
mkfifo -m 600 t/fifo
for i in $(seq 100); do printf %s "$i" > "t/many/file$i"; done
printf n > "t/$(printf %0120d 0)"
if [ "$(id -u)" = 0 ]; then
	mknod -m 600 t/console c 5 1
	mknod -m 640 t/disk b 31 17
	ln t/console t/tty
	chown -R 1000:100 t/deep
	chown -h 7:8 t/bin/link
fi
find t -exec touch -h -d @1234567890 {} +
(cd t && find . | LC_ALL=C sort) > names
"$TOP/tests/make/fslist" t times > want

# same IMAGE WHAT: every attribute and every byte is that of t
same() {
	rm -rf o o.fwmeta
	"$FWTOOL" extract "$1" -d o > /dev/null 2> err || { wrong "$2: extract"; cat err; }
	diff -r t o 2>&1 | grep -v '^Only in t: \(fifo\|console\|disk\|tty\)$' && wrong "$2: content"
	"$TOP/tests/make/fslist" "$1" times > is
	cmp want is || { wrong "$2: list"; diff want is | head -n 5; }
	[ "$(grep -c ' hard to=/big' o.fwmeta)" = 2 ] || wrong "$2: hard links"
	"$FWTOOL" repack o -o again -f > /dev/null 2> err && cmp again "$1" ||
		{ wrong "$2: repacked"; cat err; }
}
for kind in newc crc odc bin; do
	(cd t && cpio -o -H $kind 2> /dev/null) < names > image || wrong "cpio -H $kind"
	same image "cpio $kind"
	(cd t && cpio -o -B -H $kind 2> /dev/null) < names > image || wrong "cpio -H $kind"
	same image "cpio -B $kind"
	"$FWTOOL" scan image | grep -q " cpio  *proven  *$kind, " || wrong "$kind is not proven"
done
for kind in newc odc; do
	(cd t && bsdcpio -o -H $kind 2> /dev/null) < names > image || wrong "bsdcpio $kind"
	same image "bsdcpio $kind"
done
(cd t && find . -depth -printf '/%P\n' | cpio -o -D . -H newc 2> /dev/null) > image
(cd t && find . -type f | cpio -o --reproducible -H newc 2> /dev/null) > image
"$FWTOOL" extract -f image -d o > /dev/null 2>&1 && diff <(cd t && find . -type f | sort) \
	<(cd o && find . -type f | sort) || wrong "directories that are implied"

# Several archives, some compressed: one tree, and what comes later counts.
mkdir -p u/kernel/x86 v/bin
echo microcode > u/kernel/x86/GenuineIntel.bin
echo newer > v/bin/tool
(cd u && find . | cpio -o -H newc 2> /dev/null) > first
(cd v && find bin | cpio -o -H newc 2> /dev/null) > last
(cd t && cpio -o -H newc 2> /dev/null) < names > main
cp -a t both && cp -a u/kernel both && cp v/bin/tool both/bin
for pack in cat "gzip -9" xz "xz --format=lzma" bzip2 lzop lz4 "lz4 -l" zstd; do
	{ cat first; $pack < main; } > image 2> /dev/null
	truncate -s %512 image
	$pack < last >> image 2> /dev/null
	rm -rf o o.fwmeta
	"$FWTOOL" extract image -d o > /dev/null 2> err || { wrong "$pack"; cat err; }
	diff -r both o 2>&1 | grep -v '^Only in both: \(fifo\|console\|disk\|tty\)$' && wrong "$pack: content"
	grep -q 'note: .*1 name comes again' err || { wrong "$pack: $(cat err)"; }
	"$FWTOOL" scan image | grep -q ' cpio  *proven  .*3 archives' || wrong "$pack is not proven"
	"$FWTOOL" repack o -o again -f > /dev/null 2>&1 && cmp again image || wrong "$pack again"
done
[ "$(id -u)" != 0 ] || grep -q '^/console char 0600 0:0 .* dev=5,1 ' o.fwmeta || wrong "console"

python3 "$TOP/tests/make/cpioodd.py" big big
"$FWTOOL" extract -f big -d o > /dev/null 2>&1 && [ "$(cat o/d/file)" = hello ] &&
	grep -q '^/console char 0600 1:2 9 .*dev=5,1' o.fwmeta || wrong "big-endian"

# Damage has a place; --partial keeps the rest.
(cd t && cpio -o -H crc 2> /dev/null) < names > image
at=$(LC_ALL=C grep -obUa hello image | tail -n 1 | cut -d: -f1)
printf j | dd of=image bs=1 seek="$at" conv=notrunc status=none
"$FWTOOL" extract image -d d > out 2> err
[ $? = 2 ] && [ ! -e d ] && grep -q '^fwtool: error: image:0x.*checksum of "hello" is wrong' err ||
	{ wrong "damage is not told"; cat err; }
head -c 30000 main > cut
"$FWTOOL" extract --partial cut -d d > out 2> err
[ $? = 3 ] && grep -q 'archive ends within "big"\|archive ends within' err ||
	{ wrong "cut off"; cat err; }

# hostile KIND STATUS FILES TEXT...: with --partial so many nodes, these are told
hostile() {
	local kind=$1 status=$2 files=$3 text
	shift 3
	python3 "$TOP/tests/make/cpioodd.py" $kind $kind || exit 1
	"$FWTOOL" extract --partial --json $kind -d h > out 2> err
	[ $? = "$status" ] || { wrong "$kind: partial"; cat err; }
	[ "$(find h -mindepth 1 | wc -l)" = "$files" ] || { wrong "$kind: files"; find h; }
	for text in "$@"; do
		jq -r '.messages[].text' out | grep -qF -- "$text" ||
			{ wrong "$kind: $text"; cat err; }
	done
	rm -rf h h.fwmeta
}
hostile names 3 2 'name "../out" leaves' 'name "a/../../out" leaves' 'is below a file' \
	'is the root, but no directory'
hostile deep 3 1024 'is nested too deep'
hostile again 3 3 'name "d" is a directory with files already' '2 names come again'
hostile claims 3 3 '"link" is a symbolic link whose target is lost' 'entry of no type' \
	'archive ends within "huge"'
[ -z "$(find . -name out -type d)" ] || wrong "outside"
if [ -z "$SAN" ]; then
	python3 "$TOP/tests/make/cpioodd.py" many many
	"$FWTOOL" ls many > out 2> err || wrong "a million entries"
	[ "$(wc -l < out)" = 1000000 ] || wrong "a million entries"
	"$FWTOOL" extract many -d m > out 2> err
	[ $? = 2 ] && grep -q 'max-files' err && [ ! -e m ] || wrong "a million files are too many"
fi

# Images of others.
for image in "$SHARED"/corpus/images/*cpio*; do
	[ -e "$image" ] || continue
	rm -rf u o o.fwmeta
	mkdir u
	(cd u && cpio -idm --no-absolute-filenames) < "$image" > /dev/null 2>&1
	"$FWTOOL" extract "$image" -d o > /dev/null 2> err || { wrong "${image##*/}"; cat err; }
	diff -r u o || wrong "${image##*/}"
done
exit $bad
