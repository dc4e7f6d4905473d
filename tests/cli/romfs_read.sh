#!/bin/bash
# romfs_read.sh - romfs is read as Linux reads it, and Ambarella's
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/bin t/empty t/deep/a/b/c "t/two words" t/many
printf hello > t/hello
: > t/nothing
seq 1 30000 > t/big
head -c 200001 "$FWTOOL" > t/bin/tool
head -c 4096 "$FWTOOL" > t/bin/page
chmod 755 t/bin/tool
ln t/big t/hard
ln t/big t/deep/a/hard2
ln -s ../hello t/bin/link
mkfifo t/fifo
: > t/@console,c,5,1
: > t/@disk,b,31,300
for i in $(seq 100); do printf %s "$i" > "t/many/file$i"; done
printf n > "t/$(printf %0120d 0)"

# What Linux makes of it: root's, only the bit of execution is kept.
cat > like.py << 'PY'
import subprocess, sys, os
for line in sys.stdin:
    mode, owner, rest = line.rstrip("\n").split(" ", 2)
    kind = mode[0]
    mode = {"d": "drwxr-xr-x", "-": "-rwxr-xr-x" if "x" in mode else "-rw-r--r--",
            "l": "lrwxrwxrwx", "p": "prw-r--r--"}[kind]
    if "@console" in rest: print("crw------- 0/0 5,1 console ")
    elif "@disk" in rest: print("brw------- 0/0 31,300 disk ")
    else: print(mode, "0/0", rest)
PY
"$TOP/tests/make/fslist" t | python3 like.py | LC_ALL=C sort -k4 > want
for options in "" "-a 512" "-V name -A 4096,*.x -A 64,/bin/tool" "-a 4096"; do
	rm -rf o o.fwmeta
	(set -f; genromfs -d t -f image $options) || wrong "genromfs $options"
	"$FWTOOL" extract image -d o > /dev/null 2> err || { wrong "$options"; cat err; }
	diff -r t o 2>&1 | grep -v '^Only in t: \(fifo\|@.*\)$' && wrong "content $options"
	"$TOP/tests/make/fslist" image | LC_ALL=C sort -k4 > is
	cmp want is || { wrong "list $options"; diff want is | head -n 5; }
	[ "$(grep -c ' hard to=' o.fwmeta)" = 2 ] || wrong "hard links"
	"$FWTOOL" repack o -o again -f > /dev/null 2> err && cmp again image ||
		{ wrong "repacked $options"; cat err; }
done

# Damage has a place; --partial keeps the rest.
head -c 100000 image > cut
"$FWTOOL" extract cut -d d > out 2> err
[ $? = 2 ] && [ ! -e d ] && grep -q '^fwtool: error: cut:0x' err || wrong "damage is not told"
"$FWTOOL" extract --partial cut -d d > out 2> err
[ $? = 3 ] && grep -q '^fwtool: warning: cut:0x' err || wrong "partial"
at=$(LC_ALL=C grep -obUa 'file50' image | head -n 1 | cut -d: -f1)
printf F | dd of=image bs=1 seek="$at" conv=notrunc status=none
"$FWTOOL" extract --partial image -d e > out 2> err
[ $? = 3 ] && grep -q "$(printf 'image:0x%06x: many: romfs file header with a wrong' $((at - 16)))" err ||
	{ wrong "sum"; cat err; }

# hostile KIND FILES TEXT...: with --partial so many nodes, and these are told
hostile() {
	local kind=$1 files=$2 text
	shift 2
	python3 "$TOP/tests/make/romfsodd.py" $kind $kind || exit 1
	"$FWTOOL" extract $kind -d h > out 2> err
	[ $? = 2 ] && [ ! -e h ] && [ "$(grep -c error: err)" = 1 ] || wrong "$kind: one error"
	"$FWTOOL" extract --partial --json $kind -d h > out 2> err
	[ $? = 3 ] || { wrong "$kind: partial"; cat err; }
	[ "$(find h -mindepth 1 | wc -l)" = "$files" ] || { wrong "$kind: files"; find h; }
	for text in "$@"; do
		jq -r '.messages[].text' out | grep -qF -- "$text" ||
			{ wrong "$kind: $text"; cat err; }
	done
	rm -rf h h.fwmeta
}
hostile loop 2 'chain of files turns back' 'again: romfs chain of files leads to one of another'
hostile names 2 'name "../out" leaves' 'name "/etc/out" leaves' 'name "dot" comes twice'
hostile deep 1024 'name "d" is nested too deep'
hostile shared 1000 'd001: romfs chain of files leads to one of another directory'
hostile claims 2 'huge: romfs file ends outside' '"nothing" is a link to nothing' \
	'"todir" is a link to a directory' '"link" is a symbolic link whose target is lost' \
	'far: romfs chain of files leads to where no file is' '"selfish" is a link to nothing'
[ -z "$(find . -name out -type d)" ] || wrong "outside"

# Ambarella's list of files.
rm -rf a && mkdir -p a/etc && cp t/hello t/nothing t/big a && cp t/bin/* a/etc &&
	rm a/etc/link && head -c 2048 t/big > a/etc/full
python3 "$TOP/tests/make/romfsodd.py" amba ambarella a
"$FWTOOL" scan amba | grep -q ' ambarella  *proven  *6 files$' || wrong "ambarella is not proven"
"$FWTOOL" extract amba -d p > /dev/null 2> err && diff -r a p || { wrong "ambarella"; cat err; }
"$FWTOOL" repack p -o again -f > /dev/null 2> err && cmp again amba || wrong "ambarella again"
# Built again without the original, or changed.
mv amba gone
"$FWTOOL" repack p -o again -f > /dev/null 2> err && cmp again gone || { wrong "ambarella anew"; cat err; }
"$FWTOOL" repack --ambarella a -o again -f > /dev/null 2> err
"$FWTOOL" extract again -d r > /dev/null 2> err && diff -r a r || { wrong "ambarella built"; cat err; }
mv gone amba
seq 9 > p/etc/full && echo new > p/new
"$FWTOOL" repack p -o again -f > /dev/null 2> err && rm -rf r r.fwmeta &&
	"$FWTOOL" extract again -d r > /dev/null 2> err && diff -r p r || { wrong "ambarella changed"; cat err; }
head -c 20000 amba > cut
"$FWTOOL" extract --partial cut -d q > out 2> err
[ $? = 3 ] && cmp q/nothing a/nothing && grep -q 'ends outside the image' err || wrong "ambarella cut"

# Images of others, as Linux mounts them.
for truth in "$SHARED"/corpus/truth/*romfs*.kernel.man; do
	[ -e "$truth" ] || continue
	name=${truth##*/} name=${name%.kernel.man}
	rm -rf o o.fwmeta
	"$FWTOOL" extract "$SHARED/corpus/images/$name" -d o > /dev/null 2> err ||
		{ wrong "$name"; cat err; }
	(cd o && find . -type f -exec md5sum {} + | awk '{ print $1 }' | LC_ALL=C sort) > is
	grep -oE '[0-9a-f]{32}$' "$truth" | LC_ALL=C sort > want
	cmp want is || wrong "$name: content"
	[ "$(find o | wc -l)" -le "$(wc -l < "$truth")" ] || wrong "$name: names"
done
exit $bad
