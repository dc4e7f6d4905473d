# unhex_cases.sh - logs with one trait or fault each end right or say where not
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
make=$TOP/tests/make
bad=0
wrong() { echo "wrong: $*"; bad=1; }

# Code, text, blanks and erased bytes: what a flash has.
{
	head -c 20000 "$FWTOOL"; head -c 6000 "$TOP/LICENSE"
	head -c 4000 /dev/zero | tr '\0' '\377'; head -c 500 /dev/zero | tr '\0' ' '
	head -c 9004 "$TOP/README.md"
} > made.bin
truncate -s 36000 made.bin	# md prints whole words
judged() { # TRUTH CASE SEED WHOLE
	"$make/mdcase" "$1" "$2" "$3" > "$2.log"
	said=$("$make/judge" "$1" "$2.log" 2>&1) || wrong "$1 seed $3 $said"
	[ -z "$4" ] || [ "$said" = "0 faults, 0 bytes missing, 0 in doubt" ] ||
		wrong "$1 $2: $said"
}
whole="md.b session 2-space 1-space 3-space 5-space md.l-le md.l-be md.w-le
	md.w-2-space md.q-le md.q-be far unpadded lf cr-before cr-only mixed-ends
	bom ansi blank-before trimmed syslog ts nuls"
for c in $whole; do judged made.bin $c 1 yes; done
for c in lost-line drops flips printk first-lost last-lost; do
	judged made.bin $c 1 ""
	judged made.bin $c 2 ""
done

# The eleven cases over a real log whose bytes are known.
real=$SHARED/corpus/logs/ufinstant
[ -e "$real/boot.bin" ] || exit $bad
cp "$real/boot.bin" real.bin
cp "$real/boot.md.txt" real.log
chmod u+w real.bin real.log
"$make/judge" real.bin real.log > out 2>&1 || wrong "the real log: $(cat out)"
for c in session 2-space md.l-le md.l-be md.w-le nuls; do judged real.bin $c 1 yes; done
for c in lost-line drops flips printk; do judged real.bin $c 1 ""; done
exit $bad
