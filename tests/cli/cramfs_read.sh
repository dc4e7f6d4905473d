#!/bin/bash
# cramfs_read.sh - cramfs is read as fsck.cramfs and Linux read it, and vendors'
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/bin t/empty t/deep/a/b/c "t/two words" t/many
printf hello > t/hello
: > t/nothing
seq 1 30000 > t/big
(seq 5000; head -c 30000 /dev/zero; seq 300) > t/hole
head -c 200001 "$FWTOOL" > t/bin/tool
head -c 4096 "$FWTOOL" > t/bin/page
chmod 4755 t/bin/tool
cp t/big t/deep/a/twin
ln -s ../hello t/bin/link
mkfifo -m 600 t/fifo
chmod 711 t/deep
for i in $(seq 100); do printf %s "$i" > "t/many/file$i"; done
name=$(printf %0251d 0)x
printf n > "t/$name"
[ "$(id -u)" = 0 ] && mknod -m 600 t/console c 5 1 && mknod -m 640 t/disk b 31 17 &&
	chown -R 1000:100 t/deep && chown -h 7:8 t/bin/link
"$TOP/tests/make/fslist" t > want

# same IMAGE: every attribute and every byte is that of t
same() {
	rm -rf o o.fwmeta
	"$FWTOOL" extract "$1" -d o > /dev/null 2> err || { wrong "$2: extract"; cat err; }
	diff -r t o 2>&1 | grep -v '^Only in t: \(fifo\|console\|disk\)$' && wrong "$2: content"
	"$TOP/tests/make/fslist" "$1" > is
	cmp want is || { wrong "$2: list"; diff want is | head -n 5; }
	"$FWTOOL" repack o -o again -f > /dev/null 2> err && cmp again "$1" ||
		{ wrong "$2: repacked"; cat err; }
}
for options in "" "-N big" "-p" "-p -N big -e 7" "-z" "-n name -z -N big"; do
	mkfs.cramfs $options t image > /dev/null 2>&1 || wrong "mkfs.cramfs $options"
	same image "mkfs.cramfs $options"
done
pages="-b 65536"
mkfs.cramfs $pages t image > /dev/null 2>&1 && same image "mkfs.cramfs $pages"

# What is of no file is told, as no tree can hold it.
"$FWTOOL" extract image -d o -f 2>&1 | grep 'of no file' && wrong "told of nothing"
mkfs.cramfs -p -i t/big t image > /dev/null 2>&1
same image "mkfs.cramfs -i"
"$FWTOOL" extract image -d o -f 2>&1 | grep -q '0x00024c: [0-9]* bytes that are of no file' ||
	wrong "what was inserted is not told"

# What mkfs.cramfs does not make.
chmod 5755 t/bin/tool
"$TOP/tests/make/fslist" t > want
while read -r traits; do
	python3 "$TOP/tests/make/cramfsodd.py" t image $traits || wrong "$traits"
	same image "odd $traits"
	"$FWTOOL" scan image | grep -q ' cramfs  *proven ' || wrong "$traits is not proven"
done << 'LIST'
old
old big boot
wide
wide big old
lzma
lzma big page=65536
page=16384
wide lzma page=32768
xip
xip big boot
sticky
swapped
LIST

# Damage has a place; --partial keeps the rest. A wrong crc alone is a warning.
mkfs.cramfs t image > /dev/null 2>&1
at=$(LC_ALL=C grep -obUaP 'x\x9c' image | sed -n 20p | cut -d: -f1)
printf 'XXXXXXXX' | dd of=image bs=1 seek=$((at + 8)) conv=notrunc status=none
"$FWTOOL" extract image -d d > out 2> err
[ $? = 2 ] && [ ! -e d ] && grep -q '^fwtool: error: image:0x' err || wrong "damage is not told"
"$FWTOOL" extract --partial image -d d > out 2> err
[ $? = 3 ] && cmp d/hello t/hello &&
	grep -q "$(printf 'image:0x%06x: .*block cannot be unpacked' "$at")" err ||
	{ wrong "partial"; cat err; }
mkfs.cramfs t image > /dev/null 2>&1
printf XXXX | dd of=image bs=1 seek=32 conv=notrunc status=none
"$FWTOOL" extract -f image -d e > out 2> err
[ $? = 3 ] && diff -rq d e | grep -q differ && grep -q 'image:0x000020: .*crc32 is 58585858' err ||
	{ wrong "crc"; cat err; }
head -c 60000 image > cut
"$FWTOOL" extract --partial cut -d f > out 2> err
[ $? = 3 ] && cmp f/nothing t/nothing && grep -q 'out of the image' err || wrong "cut off"

# hostile TRAIT FILES TEXT...: with --partial so many nodes, and these are told
hostile() {
	local trait=$1 files=$2 text
	shift 2
	python3 "$TOP/tests/make/cramfsodd.py" t $trait $trait || exit 1
	"$FWTOOL" extract $trait -d h > out 2> err
	[ $? = 2 ] && [ ! -e h ] && [ "$(grep -c error: err)" = 1 ] || wrong "$trait: one error"
	"$FWTOOL" extract --partial --json $trait -d h > out 2> err
	[ $? = 3 ] || { wrong "$trait: partial"; cat err; }
	[ "$(find h -mindepth 1 | wc -l)" = "$files" ] || { wrong "$trait: files"; find h; }
	for text in "$@"; do
		jq -r '.messages[].text' out | grep -qF -- "$text" ||
			{ wrong "$trait: $text"; cat err; }
	done
	rm -rf h h.fwmeta
}
hostile loop 0 'name "d" leads to a directory that is elsewhere already'
hostile names 1 'name ".." leaves' 'name "../out" leaves' 'name "/etc/out" leaves' \
	'name "dot" comes twice'
hostile deep 1024 'name "d" is nested too deep'
hostile share 1001 'd001: cramfs directory is used by others too'
hostile claims 3 'far: cramfs pointer leads out' '"none" has no usable inode' \
	'"link" is a symbolic link whose target is lost' 'an entry without a name'
[ ! -e out.txt ] && [ -z "$(find . -name out -type d)" ] || wrong "outside"

# Images of others: what Linux or fsck.cramfs says of them.
for image in "$SHARED"/corpus/images/*cramfs*; do
	[ -e "$image" ] || continue
	rm -rf u o o.fwmeta
	"$FWTOOL" extract "$image" -d o > /dev/null 2> err || { wrong "$image"; cat err; }
	if fsck.cramfs --extract=u "$image" > /dev/null 2>&1; then
		diff -r u o || wrong "${image##*/}"
	fi
done
exit $bad
