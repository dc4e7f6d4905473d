#!/bin/bash
# cramfs_write.sh - cramfs is built as mkfs.cramfs builds it, and changed in place
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

repack() { "$FWTOOL" repack -f "$@" > out 2> err || { wrong "repack $*"; cat err; }; }

# Options of mkfs.cramfs | ours
printf 'inserted by hand' > ins
options=("|" "-z|--holes" "-N big|-b" "-p|--boot" "-b 16384 -z|--page 16K --holes"
	"-p -N big -n longnamelongnamelong -e 9|--boot --big-endian --volume longnamelongnamelong --edition 9"
	"-i ins|--insert ins" "-p -i ins|--boot --insert ins" "-s -N little|--little-endian")
seed=0
for o in "${options[@]}" "${options[@]}"; do
	seed=$((seed + 1))
	[ -z "$SAN" ] || [ $seed -lt 10 ] || break
	rm -rf t
	python3 "$TOP/tests/make/fsrandom.py" $seed t
	[ "$(id -u)" != 0 ] || { mknod t/c c 5 1; mknod t/b b 259 300; }
	mkfs.cramfs ${o%%|*} t theirs > /dev/null 2>&1 || wrong "mkfs.cramfs ${o%%|*}"
	repack --cramfs --owners ${o##*|} t -o ours
	cmp theirs ours || wrong "$seed: ${o%%|*}"
	"$FWTOOL" mkfs.cramfs ${o%%|*} t ours2 > out 2>&1 && cmp theirs ours2 ||
		{ wrong "fwtool mkfs.cramfs ${o%%|*}"; cat out; }
	# The original gone: built again from the list alone.
	case $o in *ins*) continue ;; esac
	rm -rf o o.fwmeta
	cp theirs gone
	"$FWTOOL" extract gone -d o > /dev/null 2> err || { wrong "extract"; cat err; }
	rm gone
	repack o -o again
	cmp theirs again || wrong "again $seed: ${o%%|*}"
	grep -q 'laid out anew, identical to the original' out || { wrong "how"; cat out; }
done

# One file changed: only what it must; the rest is as fsck.cramfs has it.
for o in "" "-N big" "-p" "-i ins"; do
	rm -rf t o o.fwmeta
	mkdir -p t/d/e
	seq 30000 > t/d/big
	seq 30000 > t/twin
	seq 9000 > t/other
	printf hello > t/hello
	ln -s hello t/link
	mkfs.cramfs $o t theirs > /dev/null
	"$FWTOOL" extract theirs -d o > /dev/null 2>&1
	repack o -o ours
	cmp theirs ours || wrong "$o: untouched"
	changed() {
		repack o -o ours
		rm -rf u
		[ "$o" = "-i ins" ] || fsck.cramfs --extract=u ours > /dev/null 2>&1 ||
			wrong "$o $1: fsck.cramfs"
		[ "$o" = "-i ins" ] || diff -r --no-dereference u o || wrong "$o $1: content"
		[ "$(cmp -l theirs ours 2> /dev/null | wc -l)" -le "$2" ] ||
			wrong "$o $1: $(cmp -l theirs ours 2> /dev/null | wc -l) bytes differ"
	}
	printf HELLO > o/hello; changed "same size" 60
	grep -q '31 of 32 nodes reused\|[0-9]* of [0-9]* nodes reused' out || wrong "kept"
	sed -i 's/^777$/7/' o/other; changed "shorter" 45000
	sed -i 's/^123$/321/' o/d/big; changed "of a twin, longer" 60000
	seq 31000 > o/twin; changed "longer" 70000
	ln -sfn other o/link; changed "link" 70000
	echo new > o/d/e/new; rm o/other; changed "names" 100000000
	repack --rebuild o -o fresh
done

# What does not fit is refused, with numbers, and nothing is written.
"$FWTOOL" repack o -o none --room 8K > out 2> err
[ $? = 2 ] && [ ! -e none ] && [ "$(wc -l < err)" = 1 ] &&
	grep -q 'needs [0-9]* bytes, room for 8192' err || { wrong "room"; cat err; }
rm -rf t && mkdir t && truncate -s 17M t/large
"$FWTOOL" repack --cramfs t -o none > out 2> err
[ $? = 2 ] && [ ! -e none ] && grep -q 'large: is larger than the 16 MiB' err ||
	{ wrong "large"; cat err; }
rm t/large && : > "t/$(printf %0253d 0)"
"$FWTOOL" repack --cramfs t -o none > out 2> err
[ $? = 2 ] && [ ! -e none ] && grep -q 'name has more than the 252' err || wrong "name"

# Vendors' layouts are kept, changed or not.
rm -rf t && python3 "$TOP/tests/make/fsrandom.py" 99 t && seq 9000 > t/file
while read -r traits; do
	python3 "$TOP/tests/make/cramfsodd.py" t image $traits
	rm -rf o o.fwmeta
	"$FWTOOL" extract image -d o > /dev/null 2>&1
	seq 5000 > o/file
	repack o -o ours
	rm -rf p p.fwmeta
	"$FWTOOL" extract ours -d p > /dev/null 2> err && diff -r --no-dereference o p || { wrong "odd $traits"; cat err; }
	[ "$traits" = xip ] && continue
	echo more > o/more
	repack o -o ours
	rm -rf p p.fwmeta
	"$FWTOOL" extract ours -d p > /dev/null 2> err && diff -r --no-dereference o p || { wrong "odd $traits more"; cat err; }
done << 'LIST'
old big
wide
lzma
lzma wide big page=65536
xip
swapped
LIST

# Linux mounts what was built and what was changed.
kmount=$SHARED/tools/kmount/kmount
if [ -x "$kmount" ] && [ -z "$SAN" ]; then
	rm -rf t o o.fwmeta && mkdir t && seq 30000 > t/a && printf x > t/b
	mkfs.cramfs t theirs && "$FWTOOL" extract theirs -d o > /dev/null 2>&1
	seq 40000 > o/a
	repack o -o ours
	"$kmount" ours cramfs 2> /dev/null | grep -q "$(sha256sum < o/a | cut -c1-64)" || wrong "Linux"
fi
exit $bad
