# unhex_input.sh - a console log where a dump could be, for every command
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
command -v mkfs.jffs2 > /dev/null || { echo "no mkfs.jffs2"; exit 77; }
bad=0
wrong() { echo "wrong: $*"; bad=1; }

mkdir t1 t2; cp "$TOP/LICENSE" t1/; cp "$TOP/README.md" "$TOP/LICENSE" t2/
mkfs.jffs2 -l -e 0x10000 -p -r t1 -o one.img 2> /dev/null
mkfs.jffs2 -l -e 0x10000 -p -r t2 -o two.img 2> /dev/null
one=$(printf 0x%x "$(stat -c %s one.img)") two=$(printf 0x%x "$(stat -c %s two.img)")
"$TOP/tests/make/putty" one.img 1 > one.log
"$TOP/tests/make/putty" two.img 1 | sed 's/0x1d0000/0x3b0000/' > two.log

fwtool scan one.log > out 2> err || wrong "a log: $(cat err)"
grep -Eq '^fwtool: note: one.log: U-Boot md log, [0-9]+ lines, no gap, base 0x21000000; [0-9]+ other lines skipped$' err &&
	grep -q 'jffs2 .*proven' out || wrong "a log: $(cat err out)"
cat one.log | fwtool scan - > out 2> err && grep -q 'jffs2 .*proven' out || wrong "in a pipe: $(cat err)"
fwtool scan --fixup none one.log > out 2> err; grep -q 'jffs2' out && wrong "--fixup none"
fwtool scan --fixup unhex one.log > out 2> err && grep -q 'jffs2' out || wrong "--fixup unhex"

# a gap is filled, said with its place, and the status tells
sed 900,901d one.log > gap.log
fwtool scan gap.log > out 2> err
grep -Eq '^fwtool: warning: gap.log:0x003[0-9a-f]{3}: 32 bytes are missing in the log \(line 900\); run "md.b 0x21003[0-9a-f]{3} 0x20"' err ||
	wrong "a gap: $(cat err)"
grep -q 'U-Boot md log, [0-9]* lines, 1 gap, base' err || wrong "a gap is not counted: $(cat err)"

# two partitions read into the same memory: one after the other, and that is said
cat one.log two.log > both.log
fwtool scan both.log > out 2> err || wrong "two dumps: $(cat err)"
grep -q '2 dumps one after the other (bases 0x21000000, 0x21000000)' err || wrong "two dumps: $(cat err)"
fwtool scan --fixup unhex=2 both.log > out 2> err || wrong "unhex=2: $(cat err)"
grep -q 'base 0x21000000; ' err && ! grep -q 'one after' err || wrong "unhex=2: $(cat err)"
fwtool unhex --dump 2 both.log -o b.img 2> err && cmp b.img two.img || wrong "--dump 2: $(cat err) $one $two"
fwtool scan --fixup unhex=3 both.log > out 2> err; [ $? = 2 ] || wrong "unhex=3"
fwtool scan --fixup swap32=3 one.img > out 2> err; [ $? = 2 ] && grep -q 'takes no value; ' err || wrong "swap32=3"

# range counts in the bytes, not in the log
fwtool scan --range 0x10000.. --fixup auto two.log > out 2> err || grep -q nothing out || wrong "--range: $(cat err)"

# a boot log and a picture of bytes are no dumps
printf 'U-Boot 2015.01\r\nDRAM: 64 MiB\r\nStack: 80370000 8037ab10\r\n0x000000000000-0x000000020000 : "u-boot"\r\n' > boot.log
fwtool scan boot.log > out 2> err; grep -q 'md log' err && wrong "a boot log: $(cat err)"

# the same bytes and words whatever the number of workers
for i in $(seq 1 120); do cat two.img; done | head -c 3000000 > big.img
"$TOP/tests/make/putty" big.img 1 | awk 'NR % 9973 == 0 { print "[    1.5] usb: printk" } NR % 30011 != 0' > big.log
for j in 1 2 3; do
	fwtool unhex -j $j big.log -o big$j 2> err$j
	[ $? = 3 ] || wrong "-j $j: status"
	sed -i "s/big$j/big/" err$j
done
cmp big1.part big2.part && cmp err1 err2 && cmp big2.part big3.part && cmp err2 err3 ||
	wrong "workers change the result"
exit $bad
