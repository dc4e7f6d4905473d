# unhex_several.sh - several logs of one dump, and several dumps in one log
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
exec 3>&1 > /dev/null		# so that the default names are used
wrong() { echo "wrong: $*" >&3; bad=1; }
md() { # FILE BASE [SKIP COUNT]: what md.b prints of it
	python3 - "$1" $(($2)) $((${3:-0})) ${4:+$((${4}))} <<'END'
import sys
data = open(sys.argv[1], "rb").read()
base, skip = int(sys.argv[2]), int(sys.argv[3])
end = skip + int(sys.argv[4]) if len(sys.argv) > 4 else len(data)
asc = bytes(c if 0x20 <= c < 0x7f else 0x2e for c in range(256))
for at in range(skip, end, 16):
    row = data[at:min(at + 16, end)]
    sys.stdout.buffer.write(b"%08x: %s    %s\r\n" % (
        base + at, row.hex(" ").encode().ljust(47), row.translate(asc)))
END
}
head -c 65536 "$FWTOOL" > one.bin
head -c 98304 "$FWTOOL" | tail -c 32768 > two.bin

# gaps and broken lines of one log are filled from another
{ echo "=> md.b 0x82000000 0x10000"; md one.bin 0x82000000; echo "=> "; } > full.log
sed -e '43,44d' -e '3000s/^\(8200....: .....\) \(..\)/\1\2/' full.log > session.log
fwtool unhex session.log 2> err
[ $? = 3 ] && [ -e session.bin.part ] && [ ! -e session.bin ] || wrong "a log with gaps"
grep -q '^fwtool: error: session.log:line 43: 32 bytes missing at 0x000290; run "md.b 0x82000290 0x20" and add that log$' err ||
	wrong "gap: $(cat err)"
grep -q '^fwtool: error: session.log:line 2998: 1 character lost at 0x00bb60; run "md.b 0x8200bb60 0x10" and add that log$' err || wrong "lost character: $(cat err)"
grep -q '^kept session.bin.part, 65488 of 65536 bytes$' err || wrong "kept: $(cat err)"
{ echo "=> md.b 0x82000290 0x20"; md one.bin 0x82000000 0x290 0x20
  echo "=> md.b 0x8200bb60 0x10"; md one.bin 0x82000000 0xbb60 0x10; } > gaps.log
fwtool unhex session.log gaps.log 2> err && cmp session.bin one.bin || wrong "merged: $(cat err)"
grep -q '^session.bin: 65536 bytes, complete$' err || wrong "merged: $(cat err)"
fwtool unhex -f gaps.log session.log -o m.bin 2> err && cmp m.bin one.bin ||
	wrong "merged, the other way round: $(cat err)"
head -n 2000 full.log > a.log; tail -n +1500 full.log > b.log
fwtool unhex -f a.log b.log -o m.bin 2> err && cmp m.bin one.bin || wrong "two halves: $(cat err)"

# the same byte read differently is said with both
md one.bin 0x82000000 0x1000 0x100 > c.log
tail -c +4097 one.bin | head -c 256 > x.bin
printf 'Z' | dd of=x.bin bs=1 seek=37 conv=notrunc status=none
{ echo "=> md.b 0x82001000 0x100"; md x.bin 0x82001000; } > d.log
fwtool unhex -f full.log d.log -o m.bin 2> err; [ $? = 3 ] || wrong "conflict: status"
grep -Eq '^fwtool: error: d.log:line 4: 0x001025 is 5a here and .. in full.log line 260; run "md.b 0x82001020 0x10"' err ||
	wrong "conflict: $(cat err)"
cat full.log c.log > twice.log
fwtool unhex -f twice.log -o m.bin 2> err && cmp m.bin one.bin || wrong "twice the same: $(cat err)"

# two partitions read into the same memory are two dumps
{
	echo "=> sf read 0x21000000 0x50000 0x10000"; echo "=> md.b 0x21000000 0x10000"
	md one.bin 0x21000000
	echo "=> sf read 0x21000000 0x60000 0x8000"; echo "=> md.b 0x21000000 0x8000"
	md two.bin 0x21000000; echo "=> "
} > both.log
fwtool unhex both.log -o m2.bin 2> err; [ $? = 2 ] && [ ! -e m2.bin ] || wrong "two dumps: status"
grep -q '^fwtool: error: both.log: 2 dumps in it (1: 0x21000000+0x10000, 2: 0x21000000+0x8000); choose one with --dump N, or write all with -d DIR$' err ||
	wrong "two dumps: $(cat err)"
fwtool unhex --dump 1 both.log -o 1.bin 2> err && cmp 1.bin one.bin || wrong "--dump 1: $(cat err)"
fwtool unhex --dump 2 both.log -o 2.bin 2> err && cmp 2.bin two.bin || wrong "--dump 2: $(cat err)"
mkdir all; fwtool unhex both.log -d all 2> err || wrong "-d: $(cat err)"
cmp all/both-1-21000000.bin one.bin && cmp all/both-2-21000000.bin two.bin || wrong "-d: files"
sed '/sf read/d' both.log > quiet.log
fwtool unhex quiet.log -o q.bin 2> err; [ $? = 2 ] && grep -q '2 dumps in it' err ||
	wrong "two dumps without the commands: $(cat err)"
# also where both begin alike, erased
head -c 65536 /dev/zero | tr '\0' '\377' > ff.bin
{ echo "=> sf read 0x21000000 0x50000 0x10000"; md ff.bin 0x21000000
  echo "=> sf read 0x21000000 0x60000 0x10000"; md ff.bin 0x21000000; } > same.log
fwtool unhex same.log -o s.bin 2> err; [ $? = 2 ] && grep -q '2 dumps in it' err ||
	wrong "two erased dumps: $(cat err)"
# ranges at different addresses
{ echo "=> md.b 0x21000000 0x10000"; md one.bin 0x21000000
  echo "=> md.b 0x22000000 0x8000"; md two.bin 0x22000000; } > far.log
fwtool unhex far.log -o f.bin 2> err; [ $? = 2 ] && grep -q '2 dumps in it' err || wrong "far: $(cat err)"
fwtool unhex far.log --base 0x22000000 -o f.bin 2> err && cmp f.bin two.bin || wrong "--base: $(cat err)"
fwtool unhex far.log --base 0x22000010 -f -o f.bin 2> err && tail -c +17 two.bin | cmp - f.bin ||
	wrong "--base inside: $(cat err)"
# pieces of one range, one command each
for i in $(seq 0 15); do
	echo "=> md.b $(printf 0x%x $((0x21000000 + i * 4096))) 0x1000"
	md one.bin 0x21000000 $((i * 4096)) 4096
done > pieces.log
fwtool unhex pieces.log -o p.bin 2> err && cmp p.bin one.bin || wrong "pieces: $(cat err)"

# what was asked for and did not come
{ echo "=> md.b 0x82000000 0x10000"; md one.bin 0x82000000 | head -n 4000; echo "=> "; } > cut.log
fwtool unhex cut.log 2> err; [ $? = 3 ] && grep -q '1536 bytes missing at 0x00fa00; run "md.b 0x8200fa00 0x600"' err ||
	wrong "the end is missing: $(cat err)"
{ echo "=> md.b 0x82000000 0x10000"; md one.bin 0x82000000 | tail -n +3; } > late.log
fwtool unhex late.log 2> err; [ $? = 3 ] && grep -q '32 bytes missing at 0x000000; run "md.b 0x82000000 0x20"' err ||
	wrong "the start is missing: $(cat err)"
cmp late.bin.part <(head -c 32 ff.bin; tail -c +33 one.bin) || wrong "the start is filled"
fwtool unhex -f --fill 0 late.log 2> err; cmp late.bin.part <(head -c 32 /dev/zero; tail -c +33 one.bin) ||
	wrong "--fill 0"

# the device's own checksum
sum=$(gzip -c one.bin | tail -c 8 | od -An -tx4 -N4 | tr -d ' ')
{ cat full.log; printf '=> crc32 82000000 10000\r\ncrc32 for 82000000 ... 8200ffff ==> %s\r\n' "$sum"; } > crc.log
fwtool unhex crc.log 2> err && grep -q "the device's crc32 agrees" err || wrong "crc32: $(cat err)"
sed "s/==> $sum/==> 00000000/" crc.log > badcrc.log
fwtool unhex badcrc.log 2> err; [ $? = 3 ] && grep -q "the device's crc32 of 0x10000 bytes at 0x000000 is 00000000" err ||
	wrong "wrong crc32: $(cat err)"

# nothing in it, and nothing at all
fwtool unhex "$TOP/LICENSE" -o n.bin 2> err; [ $? = 2 ] && grep -q 'no lines of a hex dump in it; ' err || wrong "a text"
fwtool unhex -o n.bin < /dev/null 2> err; [ $? = 2 ] &&
	grep -q '^fwtool: error: standard input is empty; the command before the pipe failed$' err || wrong "empty: $(cat err)"
fwtool unhex < full.log | cmp - one.bin || wrong "in a pipe"
fwtool unhex full.log -n > out 2> err && [ ! -s out ] || wrong "dry run"
fwtool unhex --json full.log -f -o j.bin | jq -e '.dumps[0].missing == 0 and .dumps[0].base == 2181038080' > /dev/null || wrong "json of a whole one"
fwtool unhex --json session.log -f -o j.bin | jq -e '.dumps[0].faults[0].run == "md.b 0x82000290 0x20"' > /dev/null || wrong json

# order of words: by the text; by what is asked; by nothing
"$TOP/tests/make/mdcase" one.bin md.l-le > l.log
fwtool unhex -f --endian big l.log -o l.bin 2> err
fwtool swap32 -f l.bin -o l2.bin 2> /dev/null && cmp l2.bin one.bin || wrong "--endian: $(cat err)"
hexdump one.bin > h.log
fwtool unhex -f h.log -o h.bin 2> err && cmp h.bin one.bin && grep -q 'order of bytes in a word; taken as little, see --endian' err ||
	wrong "no text, no note: $(cat err)"
exit $bad
