# swap.sh - words reversed as objcopy does it, from files and in pipes
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
exec 3>&1 > /dev/null		# so that the default names are used
wrong() { echo "wrong: $*" >&3; bad=1; }

head -c 1048576 /dev/urandom > sys.img
head -c 262152 "$FWTOOL" > b.bin
for n in 2 4 8; do
	c=swap$((n * 8))
	for f in sys.img b.bin; do
		if command -v objcopy > /dev/null; then
			objcopy -I binary -O binary --reverse-bytes=$n $f want.bin
		else
			python3 -c 'import sys; n = int(sys.argv[2]); d = open(sys.argv[1], "rb").read()
open("want.bin", "wb").write(b"".join(d[i:i+n][::-1] for i in range(0, len(d), n)))' $f $n
		fi
		fwtool $c $f -f -o o.bin 2> err && cmp o.bin want.bin || wrong "$c $f: $(cat err)"
		fwtool $c < $f 2> err | cmp - want.bin || wrong "$c < $f: $(cat err)"
		cat $f | fwtool $c 2> err | cmp - want.bin || wrong "$c in a pipe: $(cat err)"
		fwtool $c o.bin back.bin -f 2> err && cmp back.bin $f || wrong "$c twice: $(cat err)"
	done
	fwtool $c sys.img 2> err && [ -e sys.$c.img ] || wrong "$c: the default name: $(cat err)"
done
cp sys.img plain; fwtool swap32 plain 2> err && [ -e plain.swap32 ] || wrong "no extension"
mkdir a.b; cp sys.img a.b/x; fwtool swap32 a.b/x 2> err && [ -e a.b/x.swap32 ] || wrong "a dot in the folder"

# lengths
head -c 1966083 /dev/zero > odd.img
fwtool swap32 odd.img 2> err; [ $? = 2 ] && [ ! -e odd.swap32.img ] || wrong "odd: status"
[ "$(cat err)" = 'fwtool: error: odd.img: length 1966083 is not a multiple of 4 (3 bytes over); the dump is cut off, or add --tail keep' ] ||
	wrong "odd: $(cat err)"
cat odd.img | fwtool swap32 -o o2.bin 2> err; [ $? = 2 ] && [ ! -e o2.bin ] || wrong "odd in a pipe"
printf 'abcdefg' > t; fwtool swap32 --tail keep t -o t2 2> err && [ "$(cat t2)" = dcbaefg ] || wrong "--tail keep"
fwtool swap32 -o o3.bin < /dev/null 2> err; [ $? = 2 ] && [ ! -e o3.bin ] || wrong "empty: status"
[ "$(cat err)" = 'fwtool: error: standard input is empty; the command before the pipe failed' ] ||
	wrong "empty: $(cat err)"
fwtool swap32 sys.img 2> err; [ $? = 2 ] && grep -q '^fwtool: error: sys.swap32.img: exists; ' err || wrong exists
fwtool swap32 sys.img > /dev/full 2> err; [ $? = 2 ] || wrong "/dev/full"
fwtool swap32 sys.img -n -o dry.bin 2> err && [ ! -e dry.bin ] || wrong "dry run"
fwtool swap32 sys.img x y 2> err; [ $? = 2 ] || wrong "three operands"
fwtool swap23 sys.img 2> err; [ $? = 2 ] || wrong "swap23"

# what each order proves, and what an analysis does about it
if command -v mkfs.jffs2 > /dev/null; then
	mkdir t1; cp "$TOP/LICENSE" t1/; mkfs.jffs2 -l -e 0x10000 -p -r t1 -o j.img 2> /dev/null
	fwtool swap32 j.img -o j32.img 2> err; fwtool swap16 j.img -o j16.img 2> err
	fwtool swap64 j.img -o j64.img 2> err
	for n in 16 32 64; do
		fwtool swap32 --check j$n.img > out 2> err || wrong "--check j$n.img: $(cat err)"
		grep -q "^swap$n  *[0-9][0-9]* jffs2 nodes$" out && [ "$(grep -c ' 0$' out)" = 3 ] ||
			wrong "--check j$n.img: $(cat out)"
		fwtool scan j$n.img > out 2> err || wrong "scan j$n.img"
		grep -q "^fwtool: note: j$n.img: words are byte-swapped (swap$n proves [0-9]* jffs2 nodes, as it is 0); swapped$" err &&
			grep -q "jffs2  *proven" out || wrong "scan j$n.img: $(cat err)"
		fwtool scan --fixup none j$n.img > out 2> err && wrong "scan --fixup none: found"
		fwtool scan --fixup swap$n j$n.img > out 2> err && grep -q proven out || wrong "--fixup swap$n"
	done
	fwtool scan j.img 2> err; [ ! -s err ] || wrong "as it is: $(cat err)"
	xxd -g 1 j32.img > j.log; fwtool scan j.log > out 2> err && grep -q proven out ||
		wrong "a log of swapped words: $(cat err)"
	fwtool swap32 --check --json j32.img > out; jq -e '.orders[2].jffs2_nodes > 0' out > /dev/null ||
		wrong "--check --json"
fi
head -c 65536 /dev/urandom > noise; fwtool swap32 --check noise; [ $? = 1 ] || wrong "--check of noise"
fwtool scan --fixup swab j.img 2> err; [ $? = 2 ] && grep -q -- '--fixup swab: unknown; ' err || wrong "--fixup swab: $(cat err)"
fwtool scan - < /dev/null 2> err; [ $? = 2 ] && grep -q '^fwtool: error: standard input is empty; ' err || wrong "scan of nothing: $(cat err)"
exit $bad
