#!/bin/bash
# jffs2_read.sh - logs of devices are read as a Linux kernel reads them
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
want=$TOP/tests/cli/jffs2_read.kernel
mkdir log out y
python3 "$TOP/tests/make/jffs2log.py" -d log || exit 1
bad=0

for f in log/*; do
	# Two file systems in one image: by hand, below.
	case $f in log/neighbours | log/end-mark) continue ;; esac
	"$TOP/tests/make/jffs2ours" "$f" "${f#log/}"
done | LC_ALL=C sort > got
grep -av '^#\|^neighbours\|^end-mark' "$want" | LC_ALL=C sort > expected
diff -a expected got || bad=1

# Neighbours are told apart, and a mark ends what is before it.
"$FWTOOL" scan --json log/neighbours |
	jq -r '.found[] | "\(.offset) \(.size)"' > got
printf '%s %s\n' 0 131072 131072 65536 > expected
diff expected got || bad=1
"$FWTOOL" scan --json log/end-mark |
	jq -r '.found[] | "\(.offset) \(.size)"' > got
printf '%s %s\n' 0 65540 131072 65536 > expected
diff expected got || bad=1

# Damage is said once per place, with where and what; nothing else is.
"$FWTOOL" extract --partial log/bad-sums -d x 2>&1 > /dev/null |
	sed -n 's/.*bad-sums:\(0x[0-9a-f]*\): \([a-z-]*\): .*/\1 \2/p' > got
cat > expected << END
0x0000a8 hole
0x000228 older
0x00030c tail
0x000634 node-crc
END
grep -vf expected got | grep -v ' all-lost' && bad=1
for c in deleted renamed truncated overwritten unordered copies links specials \
	attributes power-cut xattrs old-methods gap; do
	"$FWTOOL" extract "log/$c" -d "y/$c" > /dev/null 2> err || bad=1
	grep -v 'owners\|root\|note' err && { echo "$c: damage that is none"; bad=1; }
done

# jefferson's command line, by its name too.
"$FWTOOL" jefferson log/links -d old > /dev/null 2> err || { cat err; bad=1; }
cmp old/one old/dir/three || bad=1
ln -s "$FWTOOL" jefferson
./jefferson log/links -f -v --dest old > /dev/null 2> err || { cat err; bad=1; }
./jefferson log/bad-sums -d older > /dev/null 2>&1
[ $? = 3 ] && [ -e older/hole ] || { echo "jefferson: damage"; bad=1; }
head -c 9999 /dev/zero > none
./jefferson none -d nothing > /dev/null 2>&1
[ $? = 2 ] && [ ! -e nothing ] || { echo "jefferson: nothing"; bad=1; }
exit $bad
