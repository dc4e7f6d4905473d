#!/bin/bash
# squashfs_update.sh - a changed tree keeps the blocks of its original
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
command -v mksquashfs > /dev/null || { echo "no mksquashfs"; exit 77; }
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/etc t/bin t/many
seq 1 20000 > t/bin/numbers
head -c 100001 "$FWTOOL" > t/bin/tool
cp t/bin/tool t/bin/twin
ln t/bin/tool t/bin/hard
ln -s tool t/bin/link
truncate -s 50K t/hole
echo secret-of-old > t/etc/passwd
for i in $(seq 200); do echo "file $i" > "t/many/$i"; done
mksquashfs t image -noappend -quiet -no-progress -b 16K -comp gzip > /dev/null
"$FWTOOL" extract image -d o > /dev/null 2>&1 || wrong "extract"

# same TREE IMAGE: unsquashfs and rdsquashfs find the tree in it
same() {
	rm -rf u
	unsquashfs -q -n -d u "$2" > err 2>&1 || wrong "unsquashfs: $(cat err)"
	diff -r --no-dereference "$1" u || wrong "$1 is not in $2"
	! command -v rdsquashfs > /dev/null || rdsquashfs -c etc/passwd "$2" | cmp - "$1/etc/passwd"
}
"$FWTOOL" repack o -o again > out 2>&1 || wrong "repack"
cmp image again || wrong "untouched"

# One file: all blocks but those that it had a part in are there again.
echo new > o/etc/passwd
"$FWTOOL" repack o -o one > out 2>&1 || wrong "$(cat out)"
same o one
read -r kept total < <(sed -n 's/.*; \([0-9]*\) of \([0-9]*\) nodes reused/\1 \2/p' out)
[ "${kept:-0}" -ge $((${total:-9} - 2)) ] || wrong "kept: $(cat out)"
cmp -s -n 20000 -i 96 image one || wrong "blocks moved"
"$FWTOOL" repack --original image o -o - 2> /dev/null | cmp - one || wrong "not the same again"

# The time alone does not tell: content does.
touch -r o/many/7 stamp
sed 's/file/FILE/' o/many/7 > x && cat x > o/many/7 && touch -r stamp o/many/7
mtime=$(sed -n 's,^/many/7 .*:[0-9]* \([0-9]*\) .*,\1,p' o.fwmeta)
touch -d "@$mtime" o/many/7
"$FWTOOL" repack o -o timed > out 2>&1 || wrong "$(cat out)"
same o timed

# More of it: added, removed, grown, a name for another file.
rm o/many/1?? o/bin/twin
cat o/bin/numbers >> o/bin/tool
cp -r o/many o/more
mv o/hole o/hole.moved
"$FWTOOL" repack o -o more > out 2>&1 || wrong "$(cat out)"
same o more
unsquashfs -cat more etc/passwd | grep -q secret && wrong "what was changed is still there"

# What does not fit is told in numbers; --rebuild makes none larger.
head -c 200000 /dev/urandom > o/large
"$FWTOOL" repack --room 100K o -o none > out 2> err
[ $? = 2 ] && [ ! -e none ] && grep -q 'needs [0-9]* bytes, room for 102400' err ||
	wrong "room: $(cat err)"
"$FWTOOL" repack --rebuild o -o fresh > out 2>&1 || wrong "$(cat out)"
same o fresh
mksquashfs o theirs -noappend -quiet -no-progress -b 16K -all-root > /dev/null
[ "$(stat -c %s fresh)" -le "$(stat -c %s theirs)" ] || wrong "--rebuild is larger"
exit $bad
