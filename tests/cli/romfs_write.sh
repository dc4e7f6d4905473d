#!/bin/bash
# romfs_write.sh - romfs is built as genromfs builds it, and changed in place
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
repack() { "$FWTOOL" repack -f "$@" > out 2> err || { wrong "repack $*"; cat err; }; }

# The original gone: built again from the list alone, whatever the order was.
seed=0
for o in "" "-V name" "-a 64" "-a 4096 -V a-name-of-more-than-16-bytes" "-A 256,*0 -A 128,/.. -A 1024,/*1"; do
	for i in 1 2 3; do
		seed=$((seed + 1))
		rm -rf t o o.fwmeta
		python3 "$TOP/tests/make/fsrandom.py" $seed t
		seq 9 > t/9 && mkdir -p t/sub && ln t/9 t/sub/link && ln t/9 t/0
		: > t/@console,c,5,1
		: > t/sub/@disk,b,31,300
		(set -f; genromfs -d t -f theirs $o) || wrong "genromfs $o"
		cp theirs gone
		"$FWTOOL" extract gone -d o > /dev/null 2> err || { wrong "extract $o"; cat err; }
		rm gone
		repack o -o ours
		cmp theirs ours || wrong "again $seed $o"
		grep -q 'laid out anew, identical to the original' out || wrong "how $seed $o"
		[ -z "$SAN" ] || break
	done
done

# A directory that lists its names in order: the very bytes without a list.
for d in /dev/shm .; do
	rm -rf "$d/romfs_order$$"
	mkdir "$d/romfs_order$$" || continue
	for n in z y x c b a; do echo $n > "$d/romfs_order$$/$n"; done
	if [ "$(ls -U "$d/romfs_order$$" | tr -d '\n')" = abcxyz ]; then
		chmod +x "$d/romfs_order$$/c"
		genromfs -d "$d/romfs_order$$" -f theirs -V rom
		repack --romfs "$d/romfs_order$$" -o ours
		cmp theirs ours || wrong "without a list"
		genromfs -d "$d/romfs_order$$" -f theirs -V v -a 256 -A 1024,c
		repack --romfs --volume v --align 256 --aligned 1024,c "$d/romfs_order$$" -o ours
		cmp theirs ours || wrong "without a list, aligned"
	fi
	rm -rf "$d/romfs_order$$"
done

# One file changed: the others stay where they are.
rm -rf t o o.fwmeta && mkdir -p t/d
for n in a b c d/e d/f; do seq 500 > t/$n; done
echo x > t/g
genromfs -d t -f theirs -V v
"$FWTOOL" extract theirs -d o > /dev/null 2>&1
repack o -o ours
cmp theirs ours || wrong "untouched"
check() {
	repack o -o ours
	rm -rf p p.fwmeta
	"$FWTOOL" extract ours -d p > /dev/null 2> err && diff -r o p || { wrong "$1"; cat err; }
	[ "$(cmp -l theirs ours 2> /dev/null | wc -l)" -le "$2" ] ||
		wrong "$1: $(cmp -l theirs ours 2> /dev/null | wc -l) bytes differ"
}
seq 501 1000 | head -c 1000 > o/b; check "shorter" 2000
seq 500 > o/b; echo new > o/d/new; check "new" 200
rm o/d/new o/a; check "removed" 2100
"$FWTOOL" repack o -o none --room 4096 > out 2> err
[ $? = 2 ] && [ ! -e none ] && grep -q 'needs [0-9]* bytes, room for 4096' err || wrong "room"
seq 900 > o/c; check "longer" 100000

# Linux mounts what was built.
kmount=$SHARED/tools/kmount/kmount
if [ -x "$kmount" ] && [ -z "$SAN" ]; then
	"$kmount" ours romfs 2> /dev/null > is
	for f in b c d/e d/f g; do
		grep -q "^$(sha256sum < o/$f | cut -c1-64)  ./$f" is || wrong "Linux: $f"
	done
fi
exit $bad
