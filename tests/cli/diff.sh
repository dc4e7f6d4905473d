# diff.sh - every way a reading goes wrong is called by its name
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
"$TOP"/tests/make/flash mstar big.bin pieces > /dev/null || { echo "no flash image"; exit 2; }
# The first 4 MiB keep this quick.
python3 - big.bin good.bin <<'END'
import sys
a = open(sys.argv[1], "rb").read()
open(sys.argv[2], "wb").write(a[:0x400000])
END
make() { python3 "$TOP"/tests/make/badread.py "$@" || wrong "badread.py $*"; }

# KIND|ARGUMENTS|the diagnosis|which to keep
while IFS=';' read -r kind args want keep; do
	make $kind good.bin read2.bin $args
	for order in "good read2" "read2 good"; do
		set -- $order
		$FWTOOL diff $1.bin $2.bin > out 2> err
		[ $? = 1 ] || wrong "$kind $args: status, $(cat err)"
		grep -Eq "^diagnosis: .*$want" out || wrong "$kind $args ($order): $(grep diagnosis out), not \"$want\""
		[ -z "$keep" ] || grep -q "^keep $keep.bin" out || wrong "$kind $args ($order): $(tail -n 1 out)"
		$FWTOOL diff --json $1.bin $2.bin 2> /dev/null | jq -e '.compared[0].same == false' > /dev/null || wrong "$kind: json"
	done
done <<'END'
packets;1 9 32;read2 lost 9 packets of 32 bytes;good
packets;2 5 64;read2 lost 5 packets of 64 bytes;good
packets;3 1 32;read2 lost 1 packet of 32 bytes;good
zeros;4 91;electrical noise. single bits, always (1 in good and 0 in read2|0 in read2 and 1 in good);good
ones;5 40;electrical noise. single bits, always (0 in good and 1 in read2|1 in read2 and 0 in good);good
noise;6 300;electrical noise. single bits;good
both;7 5 20;lost packets .*and electrical noise;
lost;8 0x200000 1;read2 lost 1 byte at 0x200000;good
lost;9 0x210000 33;read2 lost 33 bytes at 0x2100;good
twice;10 0x200040 16;(read2 has 16 bytes twice|good lost 16 bytes) at 0x2000;
wrap;11 0x200000;address wraps at 0x200000 in read2;good
wrap;12 0x100000;address wraps at 0x100000 in read2;good
line;13 15 0;stuck address line A15 in read2;good
line;14 15 1;stuck address line A15 in read2;good
line;15 3 0;stuck address line A3 in read2;good
swap;16 4;same bytes, words of 32 bits reversed .swap32.;
swap;17 2;same bytes, words of 16 bits reversed .swap16.;
fill;18;different erase fill: 0x(ff|00) in;
stuck;19 0x08 1;stuck bit 3: always 1 in read2;good
stuck;20 0x80 0;stuck bit 7: always 0 in read2;good
short;21 4096;read2 is cut off: good goes on with 4096 bytes of data;
packets;22 4 1468;read2 lost 4 packets of 1468 bytes;good
packets;23 7 31;read2 lost 7 packets of 31 bytes;good
blanknoise;24 20;electrical noise. single bits, always;
stale;25 2 512;read2 repeats the packet before in 2 places, 512 bytes;good
extra;26 0x210000 5;read2 has 5 bytes too many at 0x2100;good
lost;27 0x200000 9000;read2 lost 9000 bytes at 0x200000;good
END
# Two causes at once: the second is said too, and where it begins.
for two in "wrap 0x200000;address wraps at 0x200000 in read2" "line 12 1;stuck address line A12 in read2, always 1" \
	"lost 0x200000 3;read2 lost 3 bytes at 0x200000"; do
	set -- ${two%;*}; kind=$1; shift
	make $kind good.bin one.bin 1 "$@"; make zeros one.bin read2.bin 2 12
	$FWTOOL diff good.bin read2.bin > out 2> err
	grep -q "^diagnosis: .*${two#*;}" out || wrong "$kind and noise: $(grep diagnosis out)"
	grep -Eq '^ +besides, 12 bytes from 0x[0-9a-f]+ on: electrical noise' out || wrong "$kind and noise: $(cat out)"
done
python3 - <<'END'
a = open("good.bin", "rb").read()
open("half.bin", "wb").write(a[:0x200000])
open("twice.bin", "wb").write(a[:0x200000] * 2)
END
$FWTOOL diff half.bin twice.bin 2> /dev/null | grep -q '^diagnosis: address wraps at 0x200000 in twice' || wrong "a chip that is smaller"
# What is left of a broken squashfs are many small streams that hold.
"$TOP"/tests/make/flash openwrt ow.bin > /dev/null
make twice ow.bin ow2.bin 1 0x108c40 64
$FWTOOL diff ow.bin ow2.bin > out 2> err; grep -q '^keep ow.bin' out || wrong "judge: $(tail -n 1 out)"
# A change that no checksum watches is not called a real one.
python3 - <<'END'
import random
a = bytearray(open("ow.bin", "rb").read())
a[0x1000:0x1100] = random.Random(1).randbytes(256)
open("ow3.bin", "wb").write(a)
END
$FWTOOL diff ow.bin ow3.bin > out 2> err; grep -q 'real change' out && wrong "a real change: $(cat out)"
$FWTOOL diff good.bin good.bin > out; [ $? = 0 ] || wrong "the same: $(cat out)"
$FWTOOL diff good.bin absent > out 2> err; [ $? = 2 ] && [ ! -s out ] || wrong "absent"
$FWTOOL diff good.bin > out 2> err; [ $? = 2 ] || wrong "one input"

# A running board: jffs2 written to by our own repack of one more file.
cp pieces/conf.jffs2 conf.jffs2
$FWTOOL extract -q conf.jffs2 -d conf || wrong "extract"
echo new > conf/new; chmod 600 conf/new
$FWTOOL repack -q conf -o conf2.jffs2 || wrong "repack"
python3 - good.bin conf.jffs2 conf2.jffs2 <<'END'
import sys
flash, was, now = (bytearray(open(f, "rb").read()) for f in sys.argv[1:4])
at = 0x3f0000
for name, x in ("was", was), ("now", now):
    flash[at:at + 65536] = (x + b"\xff" * 65536)[:65536]
    open(name + ".bin", "wb").write(flash)
END
$FWTOOL diff was.bin now.bin > out 2> /dev/null
grep -q '^diagnosis: the chip changed between the reads' out || wrong "a running board: $(cat out)"
$FWTOOL diff --files conf.jffs2 conf2.jffs2 > out 2> /dev/null; [ $? = 1 ] || wrong "--files: status"
grep -Eq '^added +new$' out || wrong "--files: $(cat out)"
$FWTOOL extract -q conf2.jffs2 -d three; name=$(cd three && find . -type f ! -name new | head -n 1)
echo more >> three/$name; $FWTOOL repack -q three -o conf3.jffs2
$FWTOOL diff --files conf2.jffs2 conf3.jffs2 > out 2> /dev/null
grep -Eq "^changed +${name#./} .*content [0-9]+ -> [0-9]+ bytes" out || wrong "--files: $(cat out)"
$FWTOOL diff --files conf2.jffs2 conf.jffs2 2> /dev/null | grep -Eq '^removed +new$' || wrong "--files: removed"
rm -rf three

# Merging is right or writes nothing.
make packets good.bin p1.bin 30 9 32; make packets good.bin p2.bin 31 9 32; make noise good.bin n1.bin 32 60
make lost good.bin l1.bin 33 0x200000 1; make wrap good.bin w1.bin 34 0x200000; make zeros good.bin z1.bin 35 2000
n=0
for set in "p1 p2 n1" "n1 p1 p2" "good p1 n1" "p1 n1 l1" "l1 n1 p1" "p1 p2 w1" "w1 good n1" "z1 n1 p1" "z1 z1 good" "l1 l1 n1"; do
	rm -f m.bin; set -- $set
	$FWTOOL diff $1.bin $2.bin $3.bin --merge m.bin > out 2> err; s=$?
	if [ -e m.bin ]; then
		n=$((n + 1))
		cmp -s m.bin good.bin || wrong "merge of $set: written, and wrong in $(cmp -l m.bin good.bin | wc -l) bytes"
		[ $s = 1 ] || wrong "merge of $set: status $s"
	else
		[ $s = 2 ] && [ "$(grep -c error err)" = 1 ] || wrong "merge of $set: status $s, $(cat err)"
	fi
done
[ $n -ge 4 ] || wrong "only $n of the merges were made"
$FWTOOL diff p1.bin p2.bin --merge m2.bin > out 2> err; [ $? = 2 ] && [ ! -e m2.bin ] || wrong "merge of two"
exit $bad
