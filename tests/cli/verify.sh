# verify.sh - a wrong checksum is found, wherever it is; so is another file
set -u
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
is() { # STATUS TEXT COMMAND... - status, and a line on stdout that has TEXT
	local status=$1 text=$2; shift 2
	"$@" > out 2> err < /dev/null
	local s=$?
	[ $s = "$status" ] || wrong "$*: status $s: $(cat out err)"
	grep -qE -- "$text" out || wrong "$*: no \"$text\" in $(cat out err)"
}
spoil() { # OFFSET - a copy of dump.bin with three other bytes
	cp dump.bin bad.bin
	printf 'XYZ' | dd of=bad.bin bs=1 seek=$(($1)) conv=notrunc status=none
}

"$TOP"/tests/make/flash mstar dump.bin pieces && "$TOP"/tests/make/flash plain plain.bin pieces ||
	{ echo "no flash images"; exit 2; }
is 0 '^0x050000 +[0-9.]+ KiB +KERNEL +uimage +ok +header crc32 [0-9a-f]{8}, data crc32 ' \
	fwtool verify dump.bin
grep -q '^6 of 6 objects proven; 1 more cannot be checked$' out || wrong "sum: $(cat out)"
is 0 '^3 of 3 objects proven$' fwtool verify plain.bin
spoil 0x60000
is 1 '^0x050000 .* uimage +WRONG +data crc32 wrong' fwtool verify bad.bin
grep -q '^4 of 5 objects proven, 1 wrong or cut off; ' out || wrong "sum: $(cat out)"
spoil 0x4001a
is 1 '^0x040000 .* env +WRONG +crc32 wrong, 5 variables$' fwtool verify bad.bin
fwtool scan bad.bin | grep -q ' env ' && wrong "scan shows an environment with a wrong sum"
spoil 0x50010
is 1 'uimage +WRONG +header crc32 wrong' fwtool verify bad.bin
spoil 0x400100
is 1 'HOME +jffs2 +WRONG +656 nodes, 1 bad' fwtool verify bad.bin
for at in 0x2100 0x20100 0x42020; do
	cp plain.bin bad.bin
	printf 'XYZ' | dd of=bad.bin bs=1 seek=$((at)) conv=notrunc status=none
	is 1 ' WRONG ' fwtool verify bad.bin
done
head -c $((0x90000)) dump.bin > short.bin
is 1 'uimage +WRONG' fwtool verify short.bin
head -c 100000 /dev/zero > zero.bin
is 1 'nothing in it that can be checked' fwtool verify zero.bin
"$TOP"/tests/make/putty pieces/conf.jffs2 > putty.log
is 0 'jffs2 +ok' fwtool verify putty.log

# A squashfs has no checksums: its files are unpacked, and what lies in it is
# not listed besides.
for comp in gzip xz; do
	mksquashfs pieces/tree sq.$comp -comp $comp -noappend -no-progress -quiet
	is 0 'squashfs +ok +all tables followed, 2 files unpacked$' fwtool verify sq.$comp
	grep -q '^1 of 1 object proven$' out || wrong "$comp: lists more: $(cat out)"
	printf 'XYZ' | dd of=sq.$comp bs=1 seek=1000 conv=notrunc status=none
	is 1 'squashfs +WRONG +0x0*60: (etc/words|hello): squashfs ' fwtool verify sq.$comp
done

# A node of jffs2 that is none any more, for one bit of its magic.
cp pieces/conf.jffs2 bad.bin
at=$(LC_ALL=C grep -abo -P '\x85\x19\x02\xe0' bad.bin | tail -1 | cut -d: -f1)
printf '\x84' | dd of=bad.bin bs=1 seek="$at" conv=notrunc status=none
is 1 '^0x000000 .* jffs2 +WRONG ' fwtool verify bad.bin

# UBIFS lies in pieces in UBI: whole there, and then one byte of a file is not.
if command -v mkfs.ubifs ubinize > /dev/null; then
	mkdir -p u && seq 1 30000 > u/numbers
	mkfs.ubifs -r u -m 2048 -e 126976 -c 40 -x none -o u.ubifs > /dev/null
	printf '[a]\nmode=ubi\nimage=u.ubifs\nvol_id=0\nvol_type=dynamic\nvol_name=v\nvol_size=4MiB\n' > u.ini
	ubinize -o u.ubi -m 2048 -p 128KiB u.ini
	is 0 ' ubi +ok .*, v: 1 file unpacked$' fwtool verify u.ubi
	grep -q '^1 of 1 object proven$' out || wrong "ubi: lists more: $(cat out)"
	mkimage -A arm -T kernel -C none -n k -d u/numbers u.uImage > /dev/null
	sed 's/u.ubifs/u.uImage/' u.ini > k.ini
	ubinize -o k.ubi -m 2048 -p 128KiB k.ini
	is 0 ' ubi +ok .*, v: data crc32 ' fwtool verify k.ubi
	printf X | dd of=k.ubi bs=1 seek="$(grep -abo 12345 k.ubi | head -1 | cut -d: -f1)" \
		conv=notrunc status=none
	is 1 ' ubi +WRONG +v: data crc32 wrong' fwtool verify k.ubi
	at=$(grep -abo 12345 u.ubi | head -1 | cut -d: -f1)
	printf X | dd of=u.ubi bs=1 seek="$at" conv=notrunc status=none
	is 1 ' ubi +WRONG +v: 0x[0-9a-f]+: .*ubifs' fwtool verify u.ubi
fi

# Against a file, a sum, itself as a log.
is 0 '^dump.bin: 16777216 bytes, identical to dump.bin$' \
	fwtool verify dump.bin --against dump.bin
is 0 'sha256 agrees' fwtool verify dump.bin --against "$(sha256sum < dump.bin | cut -c 1-64)"
is 1 'sha256 is [0-9a-f]{64}, not 0{64}' fwtool verify dump.bin \
	--against 0000000000000000000000000000000000000000000000000000000000000000
spoil 0x400100
printf X | dd of=bad.bin bs=1 seek=$((0xffffff)) conv=notrunc status=none
is 1 '^bad.bin and dump.bin: 4 of 16777216 bytes differ, the first at 0x400100$' \
	fwtool verify bad.bin --against dump.bin
[ "$(cmp -l bad.bin dump.bin | wc -l)" = 4 ] || wrong "cmp counts others"
is 1 '; they are 589824 and 16777216 bytes long$' fwtool verify short.bin --against dump.bin
is 0 'identical to pieces/conf.jffs2 after the fix-ups' \
	fwtool verify putty.log --against pieces/conf.jffs2
is 0 '"same": true' fwtool verify --json dump.bin --against dump.bin
jq -e '.same == true and .ok' out > /dev/null || wrong "--json: $(cat out)"
fwtool verify --json bad.bin > out 2> err
[ $? = 1 ] && jq -e '.wrong == 1 and .right == 5 and ([.found[] | select(.check == "wrong") |
	.type] == ["jffs2"])' out > /dev/null || wrong "--json: $(cat out)"
fwtool carve dump.bin > /dev/null 2>&1
is 0 'dump.bin.fw: 16777216 bytes, identical to dump.bin$' \
	fwtool verify dump.bin.fw --against dump.bin
is 0 'identical to dump.bin.fw$' fwtool verify dump.bin --against dump.bin.fw
is 0 'sha256 agrees$' fwtool verify dump.bin.fw --against "$(sha256sum < dump.bin | cut -c 1-64)"
is 0 '^6 of 6 objects proven' fwtool verify dump.bin.fw
fwtool verify dump.bin --against absent > out 2> err
[ $? = 2 ] && grep -q 'error: absent: ' err || wrong "absent: $(cat err)"
for f in "$SHARED"/corpus/images/*; do
	[ -f "$f" ] || continue
	fwtool verify "$f" > out 2>&1 < /dev/null
	grep -q WRONG out && [[ $f != *corrupted* && $f != *dentry_nlen* ]] && wrong "${f##*/}: $(grep WRONG out)"
done
exit $bad
