# project.sh - a project becomes the whole flash again: untouched bit for bit,
# changed with every checksum right, too large not at all
set -u
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
fwtool repack --help > /dev/null 2>&1 || { echo "no repack yet"; exit 77; }
refused() { # TEXT COMMAND... - exit 2, one error line that has TEXT, no result
	local text=$1; shift
	rm -f new.bin
	"$@" > out 2> err < /dev/null
	local s=$?
	[ $s = 2 ] || wrong "$*: status $s"
	[ "$(grep -c '^fwtool: error: ' err)" = 1 ] || wrong "$*: $(cat err)"
	grep -qF -- "$text" err || wrong "$*: says $(cat err)"
	[ ! -e new.bin ] || wrong "$*: wrote all the same"
}
repack() { # OPTION... - dump.bin.fw into new.bin, table into out
	fwtool repack dump.bin.fw -f -o new.bin "$@" > out 2> err || wrong "repack: $(cat err)"
}
says() { grep -qE -- "$1" out || wrong "no \"$1\" in $(cat out)"; }
take() { # OFFSET SIZE FILE - a piece of new.bin
	dd if=new.bin of="$3" bs=64K skip=$(($1)) count=$(($2)) \
		iflag=skip_bytes,count_bytes status=none
}
make() { # a fresh project, without trees unless asked for
	rm -rf dump.bin.fw
	fwtool "${1:-carve}" dump.bin > /dev/null 2>&1 || wrong "cannot make the project"
}

"$TOP"/tests/make/flash mstar dump.bin pieces || { echo "no flash image"; exit 2; }

# Untouched: the dump, with and without trees, whatever the number of workers.
for how in carve extract; do
	make $how
	repack
	cmp dump.bin new.bin || wrong "untouched after $how"
	says '^new.bin: 16777216 bytes, identical to dump.bin$'
	says '^KERNEL +0x050000 +1\.5 MiB +.* unchanged, crc32 ok$'
	says '^vd1 +0xfe0000 +64\.0 KiB .* - +erased$'
done
sed -n 1,2p out | diff - <(printf '%s\n' \
	'PART    OFFSET    ROOM       WAS        IS         USED    STATE' \
	'BOOT    0x000000  320.0 KiB  320.0 KiB  320.0 KiB   100 %  unchanged') ||
	wrong "the head of the table"
repack -j 1
cmp dump.bin new.bin || wrong "one worker"
fwtool repack dump.bin.fw -o - < /dev/null 2> err | cmp - dump.bin || wrong "to a pipe"
grep -q 'identical to dump.bin' err || wrong "no word on stderr: $(cat err)"
(cd dump.bin.fw && fwtool repack . -f -o ../new.bin > /dev/null) && cmp dump.bin new.bin ||
	wrong "repack ."
refused 'add -f' fwtool repack dump.bin.fw -o dump.bin
cp dump.bin saved.bin
rm -f new.bin
fwtool repack -n dump.bin.fw -o new.bin > /dev/null 2>&1 || wrong "repack -n"
[ ! -e new.bin ] || wrong "repack -n wrote"
fwtool repack dump.bin.fw -o /dev/full > out 2> err < /dev/null
[ $? = 2 ] && [ "$(grep -c error err)" = 1 ] || wrong "/dev/full: $(cat err)"
repack --json
jq -e '.identical and .blocks == 256 and (.parts | length) == 6' out > /dev/null ||
	wrong "--json: $(cat out)"

# A kernel with another byte: mkimage agrees with the sums again.
make
printf X | dd of=dump.bin.fw/parts/01-KERNEL.bin bs=1 seek=5000 conv=notrunc status=none
repack
says '^KERNEL .* changed, crc32 rewritten$'
says 'differs from dump.bin in 1 of 256 blocks, all in KERNEL$'
take 0x50000 "$(stat -c %s pieces/uImage)" uImage
dumpimage -l uImage > listed 2>&1 && grep -q 'Linux-3.18.30' listed ||
	wrong "dumpimage: $(cat listed)"
fwtool verify new.bin > /dev/null || wrong "verify finds a wrong sum"
# ... and where dump.bin is gone, the blocks of the part are counted.
mv dump.bin elsewhere
repack
says 'in at most 24 of 256 blocks'
mv elsewhere dump.bin

# A whole other kernel, shorter: padded to its room.
make
cat pieces/vmlinux.lzma pieces/vmlinux.lzma | head -c 500001 > shorter
mkimage -A arm -T kernel -C lzma -n other -d shorter dump.bin.fw/parts/01-KERNEL.bin \
	> /dev/null
repack
says '^KERNEL .* changed, crc32 ok$'
take 0x50000 500065 uImage
cmp uImage dump.bin.fw/parts/01-KERNEL.bin || wrong "the other kernel"
take 0x1d0000 0xe30000 rest; tail -c +$((0x1d0001)) dump.bin | cmp - rest ||
	wrong "parts behind the other kernel"

# The environment: fw_printenv takes its sum.
make
sed -i 's/bootdelay=1/bootdelay=7/' dump.bin.fw/parts/00-BOOT.bin
repack
says '^BOOT .* changed, crc32 rewritten$'
take 0x40000 0x10000 env.bin
printf '%s/env.bin 0 0x10000\n' "$work" > fw_env.config
[ "$(fw_printenv -c fw_env.config -n bootdelay 2> err)" = 7 ] || wrong "fw_printenv: $(cat err)"
grep -qi 'bad crc' err && wrong "fw_printenv: $(cat err)"

# Too large: numbers, and nothing is written.
make
head -c 65537 /dev/zero > dump.bin.fw/parts/05-conf.jffs2
refused 'has 65537 bytes, room for 65536 (1 bytes too many); ' \
	fwtool repack dump.bin.fw -o new.bin
grep -q '^conf .* too large by 1 bytes$' out || wrong "no row for conf: $(cat out)"
grep -qE '^BOOT .* 320.0 KiB +320.0 KiB +100 % +unchanged' out || wrong "no row for BOOT: $(cat out)"

# What a part was is lost: said, and exit 3; erasing a part is no loss.
make
head -c 100000 /dev/zero | tr '\0' z > dump.bin.fw/parts/02-ROOTFS.jffs2
fwtool repack dump.bin.fw -f -o new.bin > out 2> err
[ $? = 3 ] && grep -q 'ROOTFS was a jffs2' err || wrong "a lost jffs2: $(cat out err)"
make
: > dump.bin.fw/parts/02-ROOTFS.jffs2
repack
says '^ROOTFS .* 0 B +0 % +changed, erased$'

# A tree changed: that part alone differs; the rest of it keeps its bytes.
make extract
rm dump.bin.fw/fs/ROOTFS/etc/back.bin
echo 'root:x:0:0:root:/root:/bin/ash' > dump.bin.fw/fs/ROOTFS/etc/passwd
head -c 150000 /dev/urandom > dump.bin.fw/fs/HOME/app/new
repack
says '^ROOTFS .* rebuilt, fits: [0-9]+ blocks free$'
says '^HOME .* rebuilt, fits: [0-9]+ blocks free$'
says 'in ROOTFS and HOME$'
for range in '0 0x1d0000' '0xfe0000 0x20000'; do
	set -- $range
	take "$1" "$2" piece
	tail -c +$(($1 + 1)) dump.bin | head -c $(($2)) | cmp - piece || wrong "outside: $1"
done
fwtool verify new.bin > out || wrong "verify: $(cat out)"
if [ -x "$SHARED"/tools/kmount/kmount ]; then
	take 0x1d0000 0x1e0000 rootfs
	"$SHARED"/tools/kmount/kmount rootfs jffs2 -e 0x10000 > seen 2>&1
	grep -q "$(sha256sum < dump.bin.fw/fs/ROOTFS/etc/passwd | cut -c 1-64)" seen ||
		wrong "the kernel sees another passwd"
	grep -q 'etc/back.bin' seen && wrong "the kernel still sees back.bin"
fi
repack
cp new.bin again.bin
repack
cmp new.bin again.bin || wrong "twice, and other bytes"

# Laid out anew and smaller: nothing of the old one is left behind it.
make extract
rm dump.bin.fw/fs/HOME/app/cloudAPI dump.bin.fw/fs/HOME/app/bin/rmm
repack --rebuild
says '^HOME .* 1\.6 MiB +3[0-9][0-9]\.0 KiB +3 % +rebuilt, fits: 1[0-9][0-9] blocks free$'
take 0x430000 0xbb0000 slack
[ "$(tr -d '\377' < slack | wc -c)" = 0 ] || wrong "slack is not erased"
make extract

# A tree that has no room: blocks are counted, the row is shown.
head -c 2100000 /dev/urandom > dump.bin.fw/fs/ROOTFS/big
refused 'room for 30 (' fwtool repack dump.bin.fw -o new.bin
grep -qE '^fwtool: error: ROOTFS: needs [0-9]+ blocks, room for 30 \([0-9]+ bytes too many\); see fwtool ls --by-size, or try --smaller' \
	err || wrong "too large: $(cat err)"
grep -q '^ROOTFS .* 1[0-9][0-9] %  too large by' out || wrong "no row: $(cat out)"
[ -n "$(ls -A | grep new)" ] && wrong "something was left: $(ls -A)"

# The part and its tree both changed: which one?
make extract
rm dump.bin.fw/fs/ROOTFS/etc/back.bin
printf X | dd of=dump.bin.fw/parts/02-ROOTFS.jffs2 bs=1 seek=4000 conv=notrunc status=none
refused 'both parts/02-ROOTFS.jffs2 and fs/ROOTFS were changed' \
	fwtool repack dump.bin.fw -o new.bin

# A part that was not carved comes from the dump, if it is still the same.
rm -rf dump.bin.fw
fwtool carve dump.bin -p ROOTFS > /dev/null 2>&1
repack
cmp dump.bin new.bin || wrong "parts from the dump"
printf X | dd of=dump.bin bs=1 seek=100 conv=notrunc status=none
refused 'is missing' fwtool repack dump.bin.fw -o new.bin
cp saved.bin dump.bin

# Word order: as it was dumped, or as it was fixed.
perl -e 'local $/; binmode STDIN; my $d = <STDIN>; print pack "N*", unpack "V*", $d' \
	< dump.bin > swapped.bin
fwtool carve swapped.bin > /dev/null 2>&1
fwtool repack swapped.bin.fw -o fixed.bin > out 2>&1; cmp fixed.bin dump.bin || wrong "fixed"
grep -q 'identical to swapped.bin after swap32$' out || wrong "fixed: $(cat out)"
fwtool repack swapped.bin.fw --as-dumped -o back.bin > out 2>&1
cmp back.bin swapped.bin || wrong "--as-dumped: $(cat out)"
grep -q 'identical to swapped.bin as it was dumped' out || wrong "says $(cat out)"

# A console log: the same bytes as the partition, and no way back to a log.
"$TOP"/tests/make/putty pieces/conf.jffs2 > putty.log
fwtool carve putty.log > /dev/null 2>&1
fwtool repack putty.log.fw -o conf.bin > out 2>&1; cmp conf.bin pieces/conf.jffs2 ||
	wrong "of a log: $(cat out)"
grep -q 'identical to putty.log after unhex$' out || wrong "of a log: $(cat out)"
refused 'unhex cannot be undone; ' fwtool repack putty.log.fw --as-dumped -o new.bin

# A container over two partitions: its sum follows a change in the second.
cat > trx.pl <<'END'
use strict; binmode STDOUT; local $/;
sub crc { my $c = ~0 & 0xffffffff; for (unpack "C*", $_[0]) { $c ^= $_;
	$c = $c & 1 ? $c >> 1 ^ 0xedb88320 : $c >> 1 for 1 .. 8 } $c }
open my $f, "<", $ARGV[0]; binmode $f; my $k = substr <$f>, 0, 50000;
open $f, "<", $ARGV[1]; binmode $f; my $r = <$f>;
my $body = pack("vvVVV", 0, 1, 28, 0x10000, 0) . $k;
$body .= "\0" x (0x10000 - 12 - length $body) . $r;
$body .= "\0" x (-(length($body) + 12) & 4095);
print "\xff" x 65536, "HDR0", pack("VV", 12 + length $body, crc($body)), $body, "\xff" x 65536;
END
"$TOP"/tests/make/flash plain plain.bin plain.d
perl trx.pl pieces/vmlinux plain.d/tree.squashfs > trx.bin
fwtool carve trx.bin -m 'mtdparts=x:64k(boot),64k(linux),-(rootfs)' > out 2>&1 ||
	wrong "trx: $(cat out)"
fwtool verify trx.bin | grep -q '0x010000 .* trx *ok' || wrong "no trx: $(fwtool scan trx.bin)"
printf X | dd of=trx.bin.fw/parts/01-linux.bin bs=1 seek=2000 conv=notrunc status=none
fwtool repack trx.bin.fw -o trx.new > out 2> err || wrong "trx: $(cat err)"
grep -q '^linux .* changed, crc32 rewritten$' out || wrong "trx: $(cat out)"
fwtool verify trx.new | grep -q '0x010000 .* trx *ok' || wrong "the trx is wrong"
cp trx.bin.fw/parts/01-linux.bin linux.was
dd if=trx.bin of=trx.bin.fw/parts/01-linux.bin bs=64K skip=1 count=1 status=none
printf X | dd of=trx.bin.fw/parts/02-rootfs.squashfs bs=1 seek=200 conv=notrunc status=none
fwtool repack trx.bin.fw -f -o trx.new > out 2> err || wrong "trx: $(cat err)"
grep -q '^linux .* crc32 rewritten$' out && grep -q '^rootfs .* changed$' out ||
	wrong "trx: $(cat out)"
perl -e 'local $/; binmode STDIN; my $d = <STDIN>; my ($len, $crc) = unpack "VV", substr $d,
	0x10004, 8; my $c = ~0 & 0xffffffff; for (unpack "C*", substr $d, 0x1000c, $len - 12) {
	$c ^= $_; $c = $c & 1 ? $c >> 1 ^ 0xedb88320 : $c >> 1 for 1 .. 8 } exit($c != $crc)' \
	< trx.new || wrong "the sum of the trx"

# Hostile manifests: a line with the place, nothing written.
make
manifest() { # FILTER TEXT
	jq "$1" good.json > dump.bin.fw/fwtool.json
	refused "$2" fwtool repack dump.bin.fw -o new.bin
	grep -Eq '^fwtool: error: .*fwtool.json:line [0-9]+: .+' err || wrong "no line: $(cat err)"
}
cp dump.bin.fw/fwtool.json good.json
manifest '.parts[1].file = "../../../etc/passwd"' 'no plain file name'
manifest '.parts[1].file = "/etc/passwd"' 'no plain file name'
manifest '.parts[1].file = ".."' 'no plain file name'
manifest '.parts[1].dir = "../x"' 'no plain file name'
manifest '.parts[1].file = .parts[0].file' 'two parts are called'
manifest '.parts[2].offset += 1' 'comes next'
manifest '.parts[2].size = 4611686018427387904' 'comes next'
manifest '.parts[2].size = -1' 'no offset or size'
manifest 'del(.parts[3])' 'comes next'
manifest 'del(.parts[5])' 'the input 16777216'
manifest '.parts[0].sha256 = "x"' 'no sha256'
manifest '.schema = "fwtool.project/9"' 'fwtool.project/9'
manifest '.input.name = "../dump.bin"' 'no plain file name'
manifest '.input.size = 4611686018427387904' 'the input'
echo '{' > dump.bin.fw/fwtool.json
refused 'no valid JSON' fwtool repack dump.bin.fw -o new.bin
cp good.json dump.bin.fw/fwtool.json
rm dump.bin.fw/parts/03-HOME.jffs2
ln -s /etc/passwd dump.bin.fw/parts/03-HOME.jffs2
refused '03-HOME.jffs2' fwtool repack dump.bin.fw -o new.bin

# kill -9: no file under the final name but a whole one.
make extract
for i in 01 02 03 05 08 10 15 20; do
	rm -f new.bin
	fwtool repack dump.bin.fw -o new.bin > /dev/null 2>&1 &
	pid=$!
	sleep "0.0$i"
	kill -9 $pid 2> /dev/null
	wait $pid 2> /dev/null
	[ ! -e new.bin ] || cmp new.bin dump.bin || wrong "half a file after kill -9"
done
exit $bad
