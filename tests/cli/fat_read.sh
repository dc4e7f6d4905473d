# fat_read.sh - FAT12, FAT16 and FAT32 as mkfs.vfat and mtools make them
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
export MTOOLS_SKIP_CHECK=1
bad=0
wrong() { echo "wrong: $*"; bad=1; }
command -v mcopy > /dev/null && command -v mkfs.vfat > /dev/null ||
	{ echo "mtools or dosfstools not installed"; exit 77; }

# long names, short ones in both cases, holes between, many files, empty ones
mkdir -p tree/DCIM/100MEDIA "tree/a directory with a long name" tree/empty
seq 1 20000 > tree/DCIM/100MEDIA/MOVI0001.AVI
seq 1 5000 > "tree/a directory with a long name/näme — 漢字.txt"
printf x > tree/lower.txt; printf y > tree/UPPER.TXT; : > tree/none
printf z > "tree/$(printf 'n%.0s' $(seq 1 200)).bin"
for i in $(seq 1 300); do echo $i > "tree/DCIM/file number $i.jpg"; done
make() { # NAME FAT SIZE [OPTIONS]
	truncate -s "$3" $1; mkfs.vfat -F $2 -n CARD ${4-} ${5-} $1 > /dev/null || wrong "mkfs $1"
	(cd tree && mcopy -s -m -i ../$1 ./* ::) || wrong "mcopy $1"
}
make f12 12 4M; make f16 16 20M; make f32 32 70M; make big 16 40M -S 2048
for f in f12 f16 f32 big; do
	fwtool scan $f > said 2> err || wrong "scan $f: $(cat err)"
	grep -q 'fat .*proven' said || wrong "scan $f: $(cat said)"
	fwtool extract $f -d o.$f > said 2> err || wrong "extract $f: $(cat err)"
	diff -r tree o.$f > said || wrong "$f: $(head -3 said)"
done
fwtool cat f16 DCIM/100MEDIA/MOVI0001.AVI | cmp - tree/DCIM/100MEDIA/MOVI0001.AVI || wrong "cat"

# what was deleted is not there; what it freed is used in pieces
for i in 2 4 6 8; do mdel -i f12 "::DCIM/file number $i.jpg"; rm "tree/DCIM/file number $i.jpg"; done
seq 1 30000 > tree/pieces; mcopy -m -i f12 tree/pieces ::
fwtool extract f12 -d after > said 2> err || wrong "deleted: $(cat err)"
diff -r tree after > said || wrong "deleted: $(head -3 said)"

# damage is told: a chain into another, a loop, FATs that differ, the end gone
python3 - f16 <<'END'
import struct, sys
b = bytearray(open(sys.argv[1], 'rb').read())
res, = struct.unpack_from('<H', b, 14)
at = res * struct.unpack_from('<H', b, 11)[0]
entry = lambda i: struct.unpack_from('<H', b, at + 2 * i)[0]
mid = max(i for i in range(5, 5000) if entry(i) == i + 1 and entry(i + 1) == i + 2)
struct.pack_into('<H', b, at + 2 * mid, mid)
open('loop', 'wb').write(b)
END
fwtool scan loop 2> err | grep -q 'fat .*plausible.*damaged' || wrong "loop: $(fwtool scan loop)"
fwtool extract loop -d l > said 2> err; [ $? = 2 ] || wrong "loop: not refused"
fwtool extract --partial loop -d l > said 2> err; [ $? = 3 ] || wrong "loop: $(cat err)"
grep -q 'ends too early' err || wrong "loop: said $(cat err)"
head -c 1000000 f16 > short
fwtool extract --partial short -d s > said 2> err; [ $? = 3 ] || wrong "short: $(cat err)"
exit $bad
