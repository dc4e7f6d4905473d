# join.sh - partition files come together by number, or not at all
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
no() { # WHAT REGEX COMMAND...: refused with one line
	local what=$1 re=$2; shift 2
	fwtool join "$@" -o no.bin 2> err; [ $? = 2 ] || wrong "$what: status"
	[ ! -e no.bin ] || wrong "$what: written"
	[ "$(grep -c error err)" = 1 ] && grep -Eq "$re" err || wrong "$what: $(cat err)"
}

for i in 0 1 2 3 4 5 6 7 8 9 10 11; do
	head -c $((65536 * (i % 3 + 1))) /dev/urandom > mtd$i.bin
done
cat mtd{0..11}.bin > all.bin
fwtool join mtd*.bin -o f.bin 2> err && cmp f.bin all.bin || wrong "12 files: $(cat err)"
fwtool join mtd*.bin | cmp - all.bin || wrong "in a pipe"
fwtool join mtd*.bin > /dev/null 2>&1; cmp flash.bin all.bin || wrong "default name"
fwtool join mtd*.bin -o f.bin 2> err; [ $? = 2 ] && grep -q 'exists; ' err || wrong "exists"
fwtool join mtd*.bin -f --size $(stat -c %s all.bin) -o f.bin 2> err || wrong "--size"
no "another size" 'have [0-9]+ bytes together, --size says 1048576; ' mtd*.bin --size 1M
no "nothing" 'needs files; ' 

mkdir hole; cp mtd*.bin hole; cd hole || exit 2
mv mtd3.bin x
no "a hole" '^fwtool: error: mtd\*\.bin: mtd3\.bin is missing between mtd2\.bin and mtd4\.bin; add it, or give the map with -m$' mtd*.bin
mv mtd4.bin y
no "two holes" 'mtd3.bin to mtd4.bin are missing between' mtd*.bin
rm mtd0.bin mtd1.bin
no "the first ones" 'mtd0.bin to mtd1.bin are missing before mtd2.bin; ' mtd2.bin mtd5.bin
cd ..
cp mtd2.bin mtd2ro.bin
fwtool join mtd*.bin -f -o f.bin 2> err && cmp f.bin all.bin && grep -q 'is the same as' err ||
	wrong "the same twice: $(cat err)"
head -c 9 /dev/urandom > mtd2ro.bin
no "two of a number" 'mtd2.bin and mtd2ro.bin have the same number and different bytes; ' mtd*.bin
rm mtd2ro.bin
no "no number" 'has no number to sort by; ' mtd1.bin all.bin

# ALL, first or last, and one that holds two others
mkdir a; cp all.bin a/mtd0.bin; for i in {0..11}; do cp mtd$i.bin a/mtd$((i + 1)).bin; done
fwtool join a/mtd*.bin -o a.bin 2> err && cmp a.bin all.bin &&
	grep -q 'holds mtd1.bin to mtd12.bin; left out' err || wrong "ALL first: $(cat err)"
mkdir b; cp mtd?.bin mtd1?.bin b; cp all.bin b/mtd12.bin
fwtool join b/mtd*.bin -o b.bin 2> err && cmp b.bin all.bin &&
	grep -q 'mtd12.bin holds mtd0.bin to mtd11.bin; left out' err || wrong "ALL last: $(cat err)"
head -c 65536 /dev/zero | tr '\0' '\377' > e
mkdir c; for i in 0 1 2 3; do cp e c/mtd$i.bin; done; cat e e > c/mtd4.bin
fwtool join c/mtd*.bin -o c.bin 2> err; [ "$(stat -c %s c.bin)" = $((65536 * 6)) ] ||
	wrong "erased parts are no ALL: $(cat err)"

# with a map
cat > proc_mtd <<'END'
dev:    size   erasesize  name
mtd0: 00010000 00010000 "boot"
mtd1: 00020000 00010000 "kernel"
mtd2: 00030000 00010000 "rootfs"
END
fwtool join mtd0.bin mtd1.bin mtd2.bin -m proc_mtd -o m.bin 2> err || wrong "map: $(cat err)"
cat mtd0.bin mtd1.bin mtd2.bin | cmp - m.bin || wrong "map: bytes"
fwtool join mtd0.bin mtd2.bin -m proc_mtd -f -o m.bin 2> err
[ $? = 3 ] && grep -q 'mtd1.bin is missing; 131072 bytes of 0xff' err || wrong "map, a hole: $(cat err)"
{ cat mtd0.bin; cat e e; cat mtd2.bin; } | cmp - m.bin || wrong "map, a hole: bytes"
cp mtd2.bin big; mkdir d; cp mtd0.bin d/; cp mtd2.bin d/mtd1.bin; cp mtd2.bin d/
no "a wrong map" 'd/mtd1.bin has 196608 bytes, kernel in the map 131072; ' d/mtd*.bin -m proc_mtd
no "too many for the map" 'mtd3.bin has no part in the map; ' mtd{0..3}.bin -m proc_mtd
fwtool join mtd*.bin --json -f -o f.bin | jq -e '.output.size > 0 and (.parts | length) == 12' > /dev/null ||
	wrong json
exit $bad
