#!/bin/bash
# cpio_write.sh - cpio archives are built as GNU cpio builds them, and changed
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
repack() { "$FWTOOL" repack -f "$@" > out 2> err || { wrong "repack $*"; cat err; }; }
gnu() { (cd t && LC_ALL=C cpio -o "$@" 2> /dev/null) < names > theirs; }

for seed in 1 2 3 4 5 6; do
	rm -rf t
	python3 "$TOP/tests/make/fsrandom.py" $seed t
	[ "$(id -u)" != 0 ] || { mknod t/c c 5 1; ln t/c t/c2; mknod t/b b 31 17; }
	seq $seed > t/one && mkdir -p t/sub && ln t/one t/sub/two && ln t/one t/z && : > t/0
	(cd t && find . | LC_ALL=C sort) > names
	for kind in newc crc odc bin; do
		gnu -H $kind --reproducible
		repack --cpio --kind $kind --owners t -o ours
		cmp theirs ours || wrong "$seed $kind"
	done
	# Any list, any numbers, the original gone: built again from the list alone.
	(cd t && find . | shuf --random-source=<(yes $seed)) > names
	for kind in newc crc odc "newc -B" "bin -C 7168"; do
		[ -z "$SAN" ] || [ $seed = 1 ] || break
		gnu -H $kind
		rm -rf o o.fwmeta
		cp theirs gone
		"$FWTOOL" extract gone -d o > /dev/null 2> err || { wrong "extract $kind"; cat err; }
		rm gone
		repack o -o again
		cmp theirs again || wrong "again $seed $kind"
	done
	for kind in newc odc; do
		(cd t && bsdcpio -o -H $kind 2> /dev/null) < names > theirs
		rm -rf o o.fwmeta
		cp theirs gone
		"$FWTOOL" extract gone -d o > /dev/null 2> err || { wrong "extract $kind"; cat err; }
		rm gone
		repack o -o again
		cmp theirs again || wrong "bsdcpio $seed $kind"
	done
done

# A change leaves the other entries as they are; what is new comes last.
(cd t && find . | LC_ALL=C sort) > names
gnu -H newc
rm -rf o o.fwmeta u
"$FWTOOL" extract theirs -d o > /dev/null 2>&1
echo changed > o/0 && mkdir o/new && echo x > o/new/file && rm o/z
repack o -o ours
mkdir u && (cd u && cpio -idm) < ours > /dev/null 2>&1
rm -f u/c u/c2 u/b && find u -type p -delete
diff -r --no-dereference o u || wrong "changed"
cpio -it < ours 2> /dev/null | tail -n 2 | tr '\n' ' ' | grep -q '^new new/file $' || wrong "order"
cpio -it < theirs 2> /dev/null | grep -vx z > a
cpio -it < ours 2> /dev/null | head -n -2 > b
cmp a b || wrong "old order"
"$FWTOOL" repack o -o none --room 600 > out 2> err
[ $? = 2 ] && [ ! -e none ] && grep -q 'needs [0-9]* bytes, room for 600' err || wrong "room"

# Several archives: only the one that holds the change is made again.
mkdir -p m/kernel && head -c 3000 "$FWTOOL" > m/kernel/microcode
(cd m && find . | cpio -o -H newc 2> /dev/null) > first
gnu -H newc
for pack in cat "gzip -9n" "xz -9 --check=crc32" "xz --format=lzma" "zstd -19" "lz4 -l"; do
	{ cat first; $pack < theirs; } > image 2> /dev/null
	rm -rf o o.fwmeta p p.fwmeta
	"$FWTOOL" extract image -d o > /dev/null 2>&1
	repack o -o ours
	cmp image ours || wrong "$pack untouched"
	echo changed > o/0
	repack o -o ours
	cmp -n "$(stat -c %s first)" first ours || wrong "$pack first"
	"$FWTOOL" extract ours -d p > /dev/null 2> err && diff -r --no-dereference o p ||
		{ wrong "$pack"; cat err; }
	"$FWTOOL" scan ours | grep -q ' cpio  *proven  .*2 archives' || wrong "$pack: not two"
	tail -c +$(($(stat -c %s first) + 1)) ours > second
	case $pack in
	xz\ -9*) xz -dc second | xz -9 --check=crc32 | cmp - second || wrong "xz -9" ;;
	esac
done

# A tree of another format: GNU's order, and nothing of the old one's.
genromfs -d t -f romfs
rm -rf o o.fwmeta
"$FWTOOL" extract romfs -d o > /dev/null 2>&1
repack --cpio o -o ours
cpio -it < ours > is 2> /dev/null
(cd t && find . | sed 's,^\./,,' | LC_ALL=C sort) > want
cmp <(LC_ALL=C sort is) want || wrong "from romfs"

# /dev/console without root.
mkdir -p k/dev && mksquashfs k k.sqfs -quiet -no-progress -p 'dev/console c 600 0 0 5 1' > /dev/null
"$FWTOOL" extract k.sqfs -d ko > /dev/null 2>&1
repack --cpio ko -o ours
cpio -itv < ours 2> /dev/null | grep -q '^crw------- .* 5,  *1 .* dev/console$' || wrong "console"
exit $bad
