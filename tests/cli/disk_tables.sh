# disk_tables.sh - MBR and GPT as sfdisk and sgdisk write them are maps of an SD card
work=$(mktemp -d -p /dev/shm 2> /dev/null) || work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
PATH=$PATH:/usr/sbin:/sbin
export MTOOLS_SKIP_CHECK=1
for t in sfdisk sgdisk mke2fs mkfs.vfat mcopy jq; do
	command -v $t > /dev/null || { echo "$t not installed"; exit 77; }
done
mkdir tree; seq 1 20000 > tree/seq; ln -s seq tree/link
truncate -s 2M boot; mkfs.vfat -n BOOT boot > /dev/null; mcopy -i boot tree/seq ::
for n in root log; do truncate -s 2M $n; mke2fs -q -F -t ext4 -L $n -d tree $n; done
into() { dd if=$1 of=$2 bs=512 seek=$3 conv=notrunc,sparse status=none; }

# what they list is what the map has: names, places, sizes
theirs() { sfdisk --json $1 | jq -r '.partitiontable | (.sectorsize // 512) as $s | .partitions[] |
	select(.type != "5" and .type != "f") | "\(.start * $s) \(.size * $s)"' | sort -n; }
ours() { fwtool scan --json $1 | jq -r '.map.parts[] | "\(.offset) \(.size)"' | sort -n; }
cuts() { # NAME FILES...: the map is theirs, parts come together again, trees are right
	local f=$1; shift
	diff <(theirs $f) <(ours $f) > said || wrong "$f: map: $(head -4 said)"
	fwtool carve $f -d c.$f > said 2> err || wrong "$f: carve: $(cat err)"
	cat c.$f/parts/* | cmp - $f || wrong "$f: parts are not the whole"
	fwtool repack c.$f -o b.$f > said 2> err || wrong "$f: repack: $(cat err)"
	cmp $f b.$f || wrong "$f: not the same again"
	fwtool extract $f -d x.$f > said 2> err || wrong "$f: extract: $(cat err)"
	for t in "$@"; do cmp "x.$f/fs/$t/seq" tree/seq || wrong "$f: $t"; done
}
truncate -s 16M dos
sfdisk -q dos > said <<'END' || wrong "sfdisk: $(cat said)"
label: dos
start=2048, size=4096, type=c, bootable
start=6144, size=4096, type=83
start=10240, size=18432, type=f
start=12288, size=4096, type=83
start=18432, size=2048, type=82
start=22528, size=4096, type=83
END
into boot dos 2048; into root dos 6144; into log dos 12288; into log dos 22528
cuts dos p1 p2 p5 p7
fwtool scan dos | grep -q '^0x000000 .* mbr .*proven' || wrong "dos: $(fwtool scan dos)"
fwtool ls dos p5/ | grep -qx seq || wrong "dos: ls"

truncate -s 16M gpt
sgdisk -a 1 -n 1:2048:6143 -c 1:boot -n 5:6144:10239 -c 5:'rootfs_ä漢😀' -n 3:12288:16383 -c 3: \
	-n 4:20480:22527 -c 4:'thirty six characters are the most..' gpt > said || wrong "sgdisk: $(cat said)"
into boot gpt 2048; into root gpt 6144; into log gpt 12288
cuts gpt boot p3
fwtool scan --json gpt > said
jq -r '.map.parts[].name' said | tr '\n' ' ' | grep -qx 'boot rootfs_ä漢😀 p3 thirty six characters are the most.. ' ||
	wrong "gpt: names $(jq -c '.map.parts' said)"
[ "$(jq '[.found[] | select(.type == "gpt" and .proof == "proven")] | length' said)" = 2 ] || wrong "gpt: $(cat said)"
# the backup is enough; without both there is no map; a wrong crc is told
cp gpt backup; dd if=/dev/zero of=backup bs=512 count=34 conv=notrunc status=none
diff <(theirs gpt) <(ours backup) > said || wrong "backup: $(cat said)"
cp gpt bent; printf X | dd of=bent bs=1 seek=$((1024 + 60)) conv=notrunc status=none
fwtool scan bent | grep -q "^0x000000 .* gpt .*plausible.*entries' crc32 wrong" || wrong "bent: $(fwtool scan bent)"
fwtool scan --json bent | jq -r '.map.parts[0].name' | grep -qx boot || wrong "bent: the backup is not believed"
# sectors of 4096 bytes: the same tables, eight times as far (made from what sgdisk made)
python3 - <<'END'
import struct, zlib
g = open('gpt', 'rb').read()
head, entries = bytearray(g[512:604]), bytearray(g[1024:1024 + 16384])
for i in range(0, 16384, 128):
    first, last = struct.unpack_from('<QQ', entries, i + 32)
    if first: struct.pack_into('<QQ', entries, i + 32, first // 8, (last + 1) // 8 - 1)
n = len(g) // 4096
struct.pack_into('<QQQQ', head, 24, 1, n - 1, 6, n - 6)
struct.pack_into('<I', head, 88, zlib.crc32(entries))
struct.pack_into('<I', head, 16, 0); struct.pack_into('<I', head, 16, zlib.crc32(head))
o = bytearray(g); o[512:17408] = bytes(16896); o[4096:4188] = head; o[8192:24576] = entries
o[-16896:] = bytes(16896)
open('gpt4k', 'wb').write(o)
END
diff <(theirs gpt) <(ours gpt4k) > said || wrong "4096: $(cat said)"

# cut off: what is there is cut, what is not is told
head -c 8M gpt > short; fwtool carve short -d c.short > said 2> err; [ $? = 3 ] || wrong "short: $(cat err)"
grep -q 'the dump is cut off' err || wrong "short: said $(cat err)"
cat c.short/parts/* | cmp - short || wrong "short: parts are not the whole"

# no map where there is none: a volume that fills the card, a chain in a circle,
# entries over each other, entries behind the end
fwtool scan --json boot > said; jq -e '[.found[].type] == ["fat"] and (.map | not)' said > err || wrong "fat: $(jq -c .map,.found said)"
poke() { printf "$3" | dd of=$1 bs=1 seek=$(($2)) conv=notrunc status=none; }
truncate -s 1M fake; poke fake 3 'EXFAT   '; poke fake 510 '\125\252'; poke fake 446 '\200\1\1\0\14\376\377\377\100\0\0\0\0\1\0\0'
fwtool scan --json fake > said; jq -e '(.found | length) == 0 and (.map | not)' said > err || wrong "fake: $(jq -c .map,.found said)"
cp dos circle; poke circle '18432 * 512 - 2048 * 512 + 446 + 16 + 8' '\0\0\0\0'
timeout 20 fwtool scan circle > said 2>&1 || wrong "circle: $(cat said)"
grep -q 'mbr .*plausible.*breaks' said || wrong "circle: $(cat said)"
cp dos over; poke over '446 + 16 + 8' '\0\12\0\0'
fwtool scan over > said; grep -q 'mbr .*plausible.*overlap' said || wrong "over: $(cat said)"
fwtool carve over -d c.over > said 2> err || wrong "over: $(cat err)"
cat c.over/parts/* | cmp - over || wrong "over: parts are not the whole"
exit $bad
