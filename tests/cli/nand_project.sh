# nand_project.sh - a raw dump becomes a project and a raw dump again: UBI around
# bad blocks, YAFFS with its tags and the parity of its pages, squashfs, jffs2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export LC_ALL=C
for tool in mkfs.ubifs ubinize mkfs.jffs2 mksquashfs; do
	command -v $tool > /dev/null || { echo "needs $tool"; exit 77; }
done
mkdir -p tree/etc && echo one > tree/etc/conf
python3 -c 'import random; random.seed(4)
for i in range(3): open("tree/f%d" % i, "wb").write(random.randbytes(20000))
open("new", "wb").write(random.randbytes(60000))'

# Pages as Linux writes them, BCH of 4 bits; and whether all of a dump are so.
raw() { python3 "$TOP/tests/make/nandraw.py" kernel 2048 64 4 < "$1" > "$2"; }
cat > holds.py <<'EOF2'
import subprocess, sys
d, bad, top = open(sys.argv[1], 'rb').read(), set(map(int, sys.argv[2].split(','))), sys.argv[3]
pages = [d[i:i + 2112] for i in range(0, len(d), 2112)]
again = subprocess.run(['python3', top + '/tests/make/nandraw.py', 'kernel', '2048', '64', '4'],
	input=b''.join(p[:2048] for p in pages), stdout=subprocess.PIPE).stdout
n = 0
for i, p in enumerate(pages):
	if i // 16 in bad or p == b'\xff' * 2112:
		continue
	n += 1
	if p[-28:] != again[i * 2112:(i + 1) * 2112][-28:]:
		sys.exit('page %d has another parity' % i)
print(n)
EOF2

# UBI in erase blocks of 32 KiB: the third is bad and full of zeros, the
# sixth bad and erased, the rest in use or free
mkfs.ubifs -r tree -m 2048 -e 28672 -c 60 -o fs.ubifs > /dev/null || exit 2
printf '[v]\nmode=ubi\nimage=fs.ubifs\nvol_id=0\nvol_type=dynamic\nvol_name=root\nvol_size=1MiB\n' > ini
ubinize -o ubi -m 2048 -p 32KiB ini || exit 2
python3 - <<'EOF2'
d = open('ubi', 'rb').read()
b = [d[i:i + 32768].ljust(32768, b'\xff') for i in range(0, len(d), 32768)]
b.insert(2, bytes(32768))
b.insert(5, b'\xff' * 32768)
b += [b[0][:64].ljust(32768, b'\xff')] * (40 - len(b))	# only an erase counter
open('data', 'wb').write(b''.join(b))
EOF2
raw data r
python3 - <<'EOF2'
d = bytearray(open('r', 'rb').read())
for block, byte in (2, 0), (5, 0xff):
	for page in range(block * 16, block * 16 + 16):
		d[page * 2112:(page + 1) * 2112] = bytes([byte]) * 2112
for page in 5 * 16, 5 * 16 + 1:
	d[page * 2112 + 2048] = 0
open('dump', 'wb').write(d)
EOF2
fwtool extract dump -d u --map 'mtdparts=nand:1280K(ubi)' -f 2> err || wrong "ubi: $(cat err)"
grep -q 'block 5 is marked bad' err && grep -q ' 0 lost, 2 bad blocks' err || wrong "ubi: said $(cat err)"
fwtool repack u --as-dumped -o same -f -q 2> err && cmp same dump || wrong "ubi: not back: $(cat err)"
at=$(echo u/fs/*/etc/conf); at=${at%/etc/conf}
cp new $at/new && echo two > $at/etc/conf
fwtool repack u --as-dumped -o changed -f -q 2> err || wrong "ubi: repack: $(cat err)"
python3 holds.py changed 2,5 "$TOP" > said || wrong "ubi: $(cat said)"
for b in 2 5; do
	cmp -s -n 33792 -i $((b * 33792)) dump changed || wrong "ubi: bad block $b was written"
done
fwtool extract changed -d v --map 'mtdparts=nand:1280K(ubi)' -f -q 2> err; diff -r v/fs/*/ $at > said 2>&1 || wrong "ubi: $(cat said)"
# whoever puts something there himself is told
fwtool carve dump -d w --map 'mtdparts=nand:1280K(ubi)' -f -q 2> err
printf 'UBI#' | dd of=$(echo w/parts/*) bs=1 seek=$((5 * 32768)) conv=notrunc status=none
fwtool repack w --as-dumped -o o -f -q 2> err; [ $? = 2 ] && grep -q 'block 5 of the chip is marked bad' err || wrong "bad block: $(cat err)"

# jffs2 behind a squashfs: a change in each
mkfs.jffs2 -r tree -n -e 32KiB -o j --pad=262144 2> /dev/null
mksquashfs tree sq -noappend -quiet -all-root -b 16K > /dev/null 2>&1
python3 - <<'EOF2'
s = open('sq', 'rb').read()
open('data', 'wb').write(s.ljust((len(s) + 65536) // 32768 * 32768, b'\xff') + open('j', 'rb').read())
EOF2
raw data dump
size=$(($(stat -c %s data) - 262144))
fwtool extract dump -d m --map "mtdparts=nand:$size(a),256K(b)" -f -q 2> err || wrong "two: $(cat err)"
fwtool repack m --as-dumped -o same -f -q 2> err && cmp same dump || wrong "two: not back: $(cat err)"
for t in m/fs/*/; do echo three > $t/etc/conf; done
fwtool repack m --as-dumped -o changed -f -q 2> err || wrong "two: repack: $(cat err)"
python3 holds.py changed 999 "$TOP" > said || wrong "two: $(cat said)"
for p in a b; do
	fwtool cat changed --map "mtdparts=nand:$size(a),256K(b)" "$(basename m/fs/$p*/)/etc/conf" 2> err | grep -q three || wrong "two: $p: $(cat err)"
done

# YAFFS2: tags in the spare bytes, behind what is corrected
fwtool repack --yaffs --kind yaffs2 --chunk 2048 --spare 64 --tags-at 2 tree -o y -f -q
python3 - <<'EOF2'
import subprocess, os
d = open('y', 'rb').read().ljust(2112 * 128, b'\xff')
pages = [d[i:i + 2112] for i in range(0, len(d), 2112)]
again = subprocess.run(['python3', os.environ['TOP'] + '/tests/make/nandraw.py', 'kernel', '2048', '64', '4'],
	input=b''.join(p[:2048] for p in pages), stdout=subprocess.PIPE).stdout
d = bytearray().join(p if p == b'\xff' * 2112 else p[:-28] + again[i * 2112:(i + 1) * 2112][-28:]
	for i, p in enumerate(pages))
open('clean', 'wb').write(d)
d[4 * 2112 + 77] ^= 0x10
open('dump', 'wb').write(d)
EOF2
fwtool extract dump -d t -f 2> err && diff -r t tree > said || wrong "yaffs: $(cat err said)"
grep -q ' 1 wrong bit corrected in 1, 0 lost; with the spare bytes, for yaffs' err || wrong "yaffs: said $(cat err)"
fwtool carve dump -d c -f -q 2> err
fwtool repack c --as-dumped -o same -f -q 2> err && cmp same dump || wrong "yaffs: not back: $(cat err)"
head -c 131072 tree/f0 > first; cat tree/f1 tree/f2 tree/f0 tree/f1 tree/f2 >> first
head -c 131072 first > data; raw data r
{ head -c $((2112 * 64)) r; cat clean; } > dump
fwtool extract dump --fixup nand=oob -d z -f -q 2> err || wrong "yaffs: $(cat err)"
if [ -d z/fs ]; then
	echo four > z/fs/yaffs/etc/conf
	fwtool repack z --as-dumped -o changed -f -q 2> err || wrong "yaffs: repack: $(cat err)"
	python3 holds.py changed 999 "$TOP" > said || wrong "yaffs: $(cat said)"
	fwtool cat changed --fixup nand=oob yaffs/etc/conf 2> err | grep -q four || wrong "yaffs: $(cat err)"
else
	wrong "yaffs: no project: $(find z | head)"
fi
exit $bad
