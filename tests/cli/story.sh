# story.sh - the two stories of the README, command by command, by their bytes
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }

"$TOP"/tests/make/flash mstar dump.bin pieces || { echo "no flash image"; exit 2; }
dd if=dump.bin of=rootfs.bin bs=64K skip=$((0x1d0000)) count=$((0x1e0000)) \
	iflag=skip_bytes,count_bytes status=none
"$TOP"/tests/make/putty rootfs.bin > putty.log
"$TOP"/tests/make/pasted putty.log > sys.img

# the console log
fwtool scan putty.log > out 2> err || wrong "scan putty.log: $?"
grep -q 'md log, 122880 lines, no gap' err || wrong "scan does not tell of the log: $(cat err)"
grep -Eq '^0x0+ .* jffs2 +proven .*64 KiB blocks' out || wrong "scan: $(cat out)"
fwtool unhex putty.log -o u.bin 2> err && cmp u.bin rootfs.bin || wrong "unhex: $(cat err)"
fwtool swap32 sys.img -o sys.swap32.img && cmp sys.swap32.img rootfs.bin || wrong swap32
fwtool swap32 < sys.img | cmp - rootfs.bin || wrong "swap32 in a pipe"
fwtool scan sys.img > out 2> err || wrong "scan sys.img"
grep -q 'swap32 proves [0-9]* jffs2 nodes' err || wrong "scan sys.img does not swap: $(cat err)"
fwtool extract putty.log -d outdir > out 2> err || wrong "extract putty.log: $? $(cat err)"
grep -q Hutzenalm outdir/etc/back.bin || wrong "no back.bin"
grep -q dev/console outdir.fwmeta || wrong "no devices in outdir.fwmeta"
rm outdir/etc/back.bin
fwtool repack --jffs2 -l -e 0x10000 outdir -o sys.final > out 2> err ||
	wrong "repack: $? $(cat err)"
fwtool ls -R sys.final > out && ! grep -q back.bin out || wrong "back.bin is still there"
fwtool cat sys.final etc/passwd | cmp - outdir/etc/passwd || wrong "etc/passwd"
[ "$(stat -c %s sys.final)" -le $((0x1e0000)) ] || wrong "sys.final is too large"
fwtool repack --jffs2 -e 0x10000 outdir > short.img 2> err && cmp short.img sys.final ||
	wrong "the short form gives other bytes: $(cat err)"
fwtool repack --jffs2 -e 0x10000 outdir > /dev/null 2> err && cmp outdir.jffs2 sys.final ||
	wrong "the short form's default name: $(cat err)"

# the dump
fwtool scan dump.bin > out 2> err || wrong "scan dump.bin"
[ "$(grep -c ' 0x\|^0x' out)" -le 10 ] || wrong "more than 10 lines: $(cat out)"
for word in 'BOOT .*uboot' 'BOOT .*env .*proven' 'KERNEL .*uimage .*proven' \
	'ROOTFS .*jffs2 .*proven' 'HOME .*jffs2 .*proven' 'conf .*jffs2' 'vd1 .*erased'; do
	grep -Eq "^0x.*$word" out || wrong "scan does not show $word: $(cat out)"
done
fwtool carve dump.bin > out 2> err || wrong "carve: $(cat err)"
cat dump.bin.fw/parts/* | cmp - dump.bin || wrong "the parts are not the dump"
cp dump.bin.fw/fwtool.json first.json
fwtool carve -f dump.bin > out 2> err || wrong "carve -f"
cmp first.json dump.bin.fw/fwtool.json || wrong "another manifest for the same input"
printf '[    0.5] Creating 2 MTD partitions on "NOR":\r\n[    0.6] 0x000000000000-0x%012x : "one"\r\n[    0.6] 0x%012x-0x000001000000 : "two"\r\n' $((0x3b0000)) $((0x3b0000)) > boot.log
cat dump.bin | fwtool carve -m boot.log > out 2> err || wrong "carve -m: $(cat err)"
cat dump.fw/parts/* | cmp - dump.bin && ls dump.fw/parts | grep -q two || wrong "carve -m: parts"
fwtool extract -f dump.bin > out 2> err || wrong "extract: $(cat err)"
fwtool ls dump.bin ROOTFS/etc | grep -q passwd || wrong "ls"
fwtool cat dump.bin ROOTFS/etc/passwd | cmp - pieces/ROOTFS/etc/passwd || wrong "cat"
for fs in ROOTFS HOME conf; do
	diff -r --no-dereference "pieces/$fs" "dump.bin.fw/fs/$fs" > out ||
		{ grep -v 'Only in pieces/[^:]*/dev\|Only in pieces/ROOTFS: dev' out &&
			wrong "$fs: $(cat out)"; }
done
fwtool repack dump.bin.fw -o same.bin > out 2> err && cmp same.bin dump.bin ||
	wrong "an untouched project gives other bytes: $(cat out err)"
echo 'root:x:0:0:root:/:/bin/ash' > dump.bin.fw/fs/ROOTFS/etc/passwd
fwtool repack dump.bin.fw > out 2> err < /dev/null || wrong "repack: $(cat out err)"
new=dump.new.bin; [ -e $new ] || { fwtool repack dump.bin.fw > $new; }
fwtool cat $new ROOTFS/etc/passwd | grep -q ash || wrong "the change is not in $new"
cmp -n $((0x1d0000)) $new dump.bin && cmp -i $((0x3b0000)) $new dump.bin ||
	wrong "repack changed other partitions"
head -c 3000000 /dev/urandom > dump.bin.fw/fs/ROOTFS/etc/large
rm -f $new
fwtool repack dump.bin.fw -o $new > out 2> err && wrong "too large a tree was packed"
[ ! -e $new ] && grep -q 'fwtool: error: ROOTFS: needs [0-9]* blocks, room for 30' err ||
	wrong "too large: $(cat err)"
fwtool env dump.bin --mtdparts | grep -q '^ROOTFS *0x1d0000 *0x1e0000$' || wrong "env --mtdparts"
fwtool env dump.bin bootdelay 2> /dev/null | grep -qx bootdelay=1 || wrong "env NAME"
dd if=dump.bin of=mtd0.bin bs=1M count=2 status=none
dd if=dump.bin of=mtd2.bin bs=1M skip=2 count=8 status=none
dd if=dump.bin of=mtd10.bin bs=1M skip=10 status=none
fwtool join mtd*.bin -o firmware.bin 2> err && wrong "join with a hole"
mv mtd2.bin mtd1.bin; mv mtd10.bin mtd2.bin
fwtool join mtd*.bin -o firmware.bin 2> err && cmp firmware.bin dump.bin ||
	wrong "join: $(cat err)"
# -q: nothing is said
{ fwtool carve -q dump.bin -d q1 && fwtool extract -q dump.bin -d q2 &&
	fwtool extract -q sys.img -d q3 2> /dev/null && fwtool repack -q q3 -o q4 &&
	fwtool repack -q q2 -o q5; } > out 2> err || wrong "-q: $(cat err)"
[ ! -s out ] && [ ! -s err ] || wrong "-q talks: $(cat out err)"
fwtool verify dump.bin > out 2> err || wrong "verify: $(cat out err)"
exit $bad
