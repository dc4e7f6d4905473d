# nand.sh - raw NAND: dumps of a Linux kernel, and of controllers, there and back
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }

# what the kernel's nandsim held after nandwrite, as nanddump --oob read it
for c in ham512:512:16:256 ham2k:2048:64:256 bch4_2k:2048:64:512 bch8_2k:2048:64:512; do
	IFS=: read -r name page spare step <<< "$c"
	gzip -dc "$TOP/tests/images/nand-kernel/$name.bin.gz" > $name.bin
	fwtool nand $name.bin -o data --oob oob -f 2> err || wrong "$name: $(cat err)"
	grep -q "pages of $page+$spare bytes, .* of .*$step bytes.*, 0 lost$" err || wrong "$name: said $(cat err)"
	python3 - $name.bin $page $spare <<-'END'
	import sys
	d, p, s = open(sys.argv[1], 'rb').read(), int(sys.argv[2]), int(sys.argv[3])
	n = range(0, len(d), p + s)
	open('want', 'wb').write(b''.join(d[i:i+p] for i in n))
	open('wantoob', 'wb').write(b''.join(d[i+p:i+p+s] for i in n))
	END
	cmp data want && cmp oob wantoob || wrong "$name: not its bytes"
	fwtool nand --raw data --oob oob --like $name.bin -o back -f -q && cmp back $name.bin || wrong "$name: not back"
	# the pages of an erased image, written anew: the kernel's parity
	head -c $(stat -c %s oob) /dev/zero | tr '\0' '\377' > blank
	fwtool nand --raw data --oob blank --like $name.bin -o back -f -q && cmp back $name.bin || wrong "$name: another parity"
done
# the four are one jffs2
for name in ham512 ham2k bch4_2k bch8_2k; do
	fwtool cat $name.bin etc/passwd 2> err | grep -q ^root: || wrong "$name: cat: $(cat err)"
done

# flips: as many as the code corrects, then one more; and in erased pages
cat > flip.py <<'EOF2'
import sys
name, page, raw, step, n, where = sys.argv[1], *map(int, sys.argv[2:7])
d = bytearray(open(name, 'rb').read())
for i in range(n):
	bit = (i * 977 + 31) % (step * 8)
	d[page * raw + where * step + bit // 8] ^= 1 << bit % 8
open('flipped', 'wb').write(d)
EOF2
for c in ham512:528:256:1 ham2k:2112:256:1 bch4_2k:2112:512:4 bch8_2k:2112:512:8; do
	IFS=: read -r name raw step most <<< "$c"
	fwtool nand $name.bin -o good -f -q
	for page in 1 20; do
		python3 flip.py $name.bin $page $raw $step $most 1
		fwtool nand flipped -o data -f 2> err || wrong "$name: $most flips: $(cat err)"
		grep -q ", $most wrong bits\? corrected in 1, 0 lost" err && cmp data good || wrong "$name: $most flips in page $page: $(cat err)"
		fwtool carve flipped -d p -f -q 2> err && fwtool repack p --as-dumped -o again -f -q 2> err2 &&
			cmp again flipped || wrong "$name: flips are not kept: $(cat err err2)"
	done
	python3 flip.py $name.bin 1 $raw $step $((most + 1)) 1
	fwtool nand flipped -o data -f 2> err; s=$?
	[ $s = 3 ] || wrong "$name: one flip too many: $s"
	at=$(printf 0x%06x $raw)
	grep -q "^fwtool: warning: flipped:$at: more wrong bits than" err || wrong "$name: said $(cat err)"
done
fwtool nand --json flipped -o data -f > doc 2> /dev/null
jq -e '.chip.layout == "kernel" and .pages.lost == 1 and .lost == [2112]' doc > /dev/null || wrong "json: $(cat doc)"

# a changed file goes back to a raw image whose parity holds
mkdir tree && echo one > tree/file && mksquashfs tree sq -noappend -quiet -all-root > /dev/null 2>&1
fwtool nand bch8_2k.bin -o data -f -q
{ head -c 65536 data; head -c 65536 /dev/zero | tr '\0' '\377'; cat sq; } > both
head -c $((131072 + $(stat -c %s sq) + 2047)) /dev/zero | tr '\0' '\377' | head -c $((($(stat -c %s both) + 2047) / 2048 * 2048)) > ff
{ cat both; tail -c +$(($(stat -c %s both) + 1)) ff; } > flash
head -c $(($(stat -c %s flash) / 2048 * 64)) /dev/zero | tr '\0' '\377' > blank
fwtool nand --raw flash --oob blank --like bch8_2k.bin -o raw -f -q || wrong "raw: $?"
fwtool extract raw -d e -f -q 2> err || wrong "extract: $(cat err)"
fwtool repack e --as-dumped -o same -f -q 2> err && cmp same raw || wrong "repack: $(cat err)"
echo more >> e/fs/jffs2/etc/passwd
fwtool repack e --as-dumped -o new -f -q 2> err || wrong "repack: $(cat err)"
[ $(stat -c %s new) = $(stat -c %s raw) ] || wrong "repack: another size"
fwtool nand new -o data -f 2> err && grep -q ' 0 wrong bits corrected in 0, 0 lost$' err || wrong "repack: $(cat err)"
fwtool cat new jffs2/etc/passwd 2> err | grep -q ^more || wrong "repack: the change is lost: $(cat err)"

# the controllers' layouts, as their definitions give them
python3 -c 'import random; random.seed(7); open("text", "wb").write(random.randbytes(81920))'
layouts='ti:2048:64:0 smartmedia:512:16:0 omap:2048:64:8 gpmi:2048:64:4 broadcom:2048:64:4 qcom:2048:64:4
	qnx:2048:64:4 denali:2048:64:8 kirkwood:2048:64:4 sunxi-random:4096:224:24'
[ -n "$SAN" ] || layouts="$layouts mediatek-swap:4096:256:24 kernel:4096:224:16 omap-stride:2048:64:4 pmecc:4096:224:24
	broadcom-hamming:2048:64:0 broadcom:4096:216:12 gpmi:2048:64:8 gpmi-1k:8192:448:24
	mediatek:2048:128:24 allwinner:8192:640:40 interleaved:2048:64:8 qcom:4096:256:8
	mt7622:2048:64:4 meson:4096:256:8 vf610:2048:64:24 ingenic:2048:128:4
	marvell-32:2048:128:16 marvell+32:2048:256:16
	sunxi:4096:224:24"
for c in $layouts; do
	IFS=: read -r layout page spare t <<< "$c"
	n=3; [ $layout != mediatek-swap ] || n=4
	head -c $((page * n)) text > d
	python3 "$TOP/tests/make/nandraw.py" $layout $page $spare $t < d > r || wrong "nandraw $c"
	fwtool nand r --page $page+$spare -o o --oob oob -f 2> err && cmp o d || wrong "$c: $(cat err)"
	[ $t = 0 ] || grep -Eq " code of $t (bits|symbols) in " err || wrong "$c: said $(cat err)"
	[ $t != 0 ] || grep -q ' Hamming code of ' err || wrong "$c: said $(cat err)"
	only=$(sed -n 's/.* \([^ ]*\) layout.*/\1/p' err)
	fwtool nand --raw o --oob oob --like r --page $page+$spare --layout $only -o back -f -q && cmp back r || wrong "$c: not back"
	# one bit in the middle of the page, wherever that is
	python3 flip.py r 2 $((page + spare)) 256 1 1
	fwtool nand flipped --page $page+$spare --layout $only -o o -f 2> err && cmp o d || wrong "$c: a flip: $(cat err)"
done

# a bit is wrong in the first step of five pages: what is added to parity is
# known from the others
head -c $((24 * 2048)) text > d
python3 "$TOP/tests/make/nandraw.py" kernel 2048 64 4 < d > r
python3 -c 'd = bytearray(open("r", "rb").read())
for i in range(5): d[i * 2112 + 2084 + i] ^= 1 << i
open("flipped", "wb").write(d)'
fwtool nand flipped --page 2048+64 -o o -f 2> err && cmp o d || wrong "worn: $(cat err)"
grep -q ', 5 wrong bits corrected in 5, 0 lost$' err || wrong "worn: said $(cat err)"

# no code that is known: what is proven without the spare bytes decides
python3 - <<'EOF2'
import random
random.seed(1)
d = open('flash', 'rb').read()
d += b'\xff' * (-len(d) % 131072)
random.seed(2)
with open('nocode', 'wb') as f:
    for i in range(0, len(d), 2048):
        p = d[i:i + 2048]
        f.write(p + (b'\xff' * 64 if p == b'\xff' * 2048 else b'\xff' * 32 + random.randbytes(32)))
EOF2
fwtool carve nocode -d n -f -q 2> err || wrong "no code: $(cat err)"
ls n/parts | grep -q squashfs || wrong "no code: $(ls n/parts)"
fwtool repack n --as-dumped -o back -f -q 2> err; cmp back nocode || wrong "no code: not back: $(cat err)"

# bad blocks are said, kept or left out
python3 - <<'EOF2'
d = bytearray(open('bch4_2k.bin', 'rb').read()) * 12
d[64 * 2112 + 2048] = 0
open('marked', 'wb').write(d)
EOF2
fwtool nand marked -o kept -f 2> err || wrong "bad: $(cat err)"
grep -q ':0x021000: block 1 is marked bad$' err || wrong "bad: said $(cat err)"
fwtool nand marked --bad skip -o skipped -f -q 2> err || wrong "bad: $(cat err)"
[ $(($(stat -c %s kept) - $(stat -c %s skipped))) = 131072 ] || wrong "bad: skip leaves out another size"

# and back around them, without spare bytes
fwtool nand --raw skipped --bad skip --like marked -o back -f -q 2> err && cmp back marked || wrong "bad: not back: $(cat err)"
{ cat skipped; head -c 262144 skipped; } > long
fwtool nand --raw long --bad skip --like marked -o back -f -q 2> err; [ $? = 2 ] && grep -q 'do not fit' err || wrong "bad: too much: $(cat err)"
head -c 5000 skipped > cut
fwtool nand --raw cut --like marked -o back -f -q 2> err; [ $? = 2 ] && grep -q 'no whole pages' err || wrong "no whole pages: $(cat err)"

# refusals
fwtool nand text -o o -f 2> err; [ $? = 2 ] && grep -q 'give --page' err || wrong "no NAND: $(cat err)"
fwtool nand bch4_2k.bin --ecc hamming -o o -f 2> err; [ $? = 2 ] || wrong "another code"
for o in '--page 2048' '--page 2000+64' '--page 2048+9999' '--ecc bch99' '--ecc crc' '--block 9999'; do
	fwtool nand bch4_2k.bin $o -o o -f 2> err; [ $? = 2 ] && [ $(wc -l < err) = 1 ] || wrong "$o: $(cat err)"
done
fwtool nand bch4_2k.bin --ecc none -o o --oob oob -f 2> err && cmp -s o o || wrong "--ecc none: $(cat err)"
fwtool nand --raw o --oob oob --ecc none --page 2048+64 -o back -f -q && cmp back bch4_2k.bin || wrong "--ecc none: not back"
head -c 100000 bch4_2k.bin > whole; head -c 60000 bch4_2k.bin > cut
fwtool nand cut --page 2048+64 -o o -f 2> err; [ $? = 3 ] && grep -q 'after the last whole page' err || wrong "cut: $(cat err)"
exit $bad
