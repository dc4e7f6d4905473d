#!/bin/bash
# ubi.sh - volumes of UBI: taken apart, put back, damage said
command -v ubinize mkfs.ubifs > /dev/null || { echo "no mtd-utils"; exit 77; }
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir -p t/etc
seq 1 9000 > t/numbers
echo one > t/etc/conf
mkfs.ubifs -m 1 -e 16256 -c 60 -x zlib -r t root.ubifs || exit 2
mksquashfs t app.sqfs -noappend -quiet -no-progress > /dev/null 2>&1 || exit 2
head -c 40000 "$FWTOOL" > blob
seq 1 20000 | head -c 40000 > blob
cat > ubi.ini << EOF
[root]
mode=ubi
image=root.ubifs
vol_id=0
vol_size=1MiB
vol_type=dynamic
vol_name=rootfs
[app]
mode=ubi
image=app.sqfs
vol_id=3
vol_size=200KiB
vol_type=static
vol_name=../app
[blob]
mode=ubi
image=blob
vol_id=7
vol_size=100000
vol_type=dynamic
vol_name=blob
EOF
ubinize -o u.ubi -p 16KiB -m 1 -e 5 -Q 77 ubi.ini || exit 2

# Built as ubinize builds it, byte for byte; and refused with the line.
for geometry in "-p 16KiB -m 1 -e 5 -Q 77" "-p 128KiB -m 2048 -s 512 -Q 1" \
	"-p 256KiB -m 4096 -O 4096 -Q 2"; do
	ubinize -o want.ubi $geometry ubi.ini
	"$FWTOOL" repack --ubi $geometry ubi.ini -o got.ubi -f > out 2>&1 ||
		wrong "repack --ubi: $(cat out)"
	cmp want.ubi got.ubi || wrong "repack --ubi $geometry"
done
sed s/vol_id=3/vol_id=0/ ubi.ini > twice.ini
"$FWTOOL" repack --ubi -p 16K twice.ini -o no.ubi > out 2>&1; [ $? = 2 ] || wrong "twice"
grep -q 'twice.ini:line 8: .*its vol_id is taken' out || wrong "said: $(cat out)"
"$FWTOOL" repack --ubi ubi.ini -o no.ubi > out 2>&1; [ $? = 2 ] || wrong "without -p"
[ -e no.ubi ] && wrong "written"

"$FWTOOL" scan u.ubi | grep -q 'ubi *proven .* 3 volumes' || wrong "scan"
"$FWTOOL" extract u.ubi -d p > out 2>&1 || wrong "extract: $(cat out)"
diff -r t p/fs/*ubifs > /dev/null || wrong "the tree in ubifs"
diff -r t p/fs/*squashfs > /dev/null || wrong "the tree in squashfs"
cmp -n 40000 blob p/open/*blob* || wrong "the blob"
[ -e app ] && wrong "a name led out"
"$FWTOOL" repack p -o again.ubi > out 2>&1 || wrong "repack: $(cat out)"
cmp u.ubi again.ubi || wrong "untouched"

# One byte of the blob: one erase block is another, its counter is what it was.
printf X | dd of=p/open/"$(basename p/open/*blob*)" bs=1 seek=20000 conv=notrunc 2> /dev/null
"$FWTOOL" repack p -o new.ubi > out 2>&1 || wrong "repack: $(cat out)"
n=$(cmp -l u.ubi new.ubi | awk '{ b[int(($1 - 1) / 16384)] = 1 } END { for (i in b) n++; print n }')
[ "$n" = 1 ] || wrong "a byte changed $n blocks"
"$FWTOOL" extract new.ubi -d q > out 2>&1 || wrong "extract the changed: $(cat out)"
cmp p/open/*blob* q/open/*blob* || wrong "the changed blob"

# More than it has room for is refused with numbers.
seq 1 40000 >> p/open/"$(basename p/open/*blob*)"
"$FWTOOL" repack p -o no.ubi > out 2>&1; [ $? = 2 ] || wrong "too large: $(cat out)"
grep -q 'needs [0-9]* blocks, its UBI volume has 7' out || wrong "said: $(cat out)"
[ -e no.ubi ] && wrong "too large was written"

# A newer copy counts; one that was cut short does not.
python3 - << 'EOF' || wrong "python3"
import struct, zlib
u = bytearray(open('u.ubi', 'rb').read())
peb = 16384
def crc(b): return zlib.crc32(b) ^ 0xffffffff
for i in range(len(u) // peb):
    vid = u[i * peb + 64:i * peb + 128]
    if struct.unpack('>II', vid[8:16]) == (7, 1):
        new = bytearray(u[i * peb:(i + 1) * peb])
        new[128:132] = b'NEW!'
        data = new[128:]
        new[64 + 6] = 1
        new[64 + 20:64 + 24] = struct.pack('>I', len(data))
        new[64 + 32:64 + 36] = struct.pack('>I', crc(data))
        new[64 + 40:64 + 48] = struct.pack('>Q', 99)
        new[64 + 60:64 + 64] = struct.pack('>I', crc(new[64:124]))
        cut = bytearray(new)
        cut[200] ^= 1
        open('newer.ubi', 'wb').write(u + new)
        open('cut.ubi', 'wb').write(u + cut)
        u[i * peb + 70] ^= 1
        open('bad.ubi', 'wb').write(u)
EOF
"$FWTOOL" extract newer.ubi -d newer > out 2>&1 || wrong "newer: $(cat out)"
grep -q 'NEW!' newer/open/*blob* || wrong "the newer copy"
"$FWTOOL" extract cut.ubi -d cut > out 2>&1
cmp -n 40000 blob cut/open/*blob* || wrong "the copy that was cut short"
"$FWTOOL" extract bad.ubi -d damaged > out 2>&1; [ $? = 3 ] || wrong "damage: $(cat out)"
grep -q 'warning: bad.ubi:0x[0-9a-f]*40: .*header with a wrong sum' out ||
	wrong "said: $(cat out)"
exit $bad
