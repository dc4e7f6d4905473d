# monitors.sh - memory through consoles that are no U-Boot's: every dialect, with
# lost and changed characters, resets, no echo; XMODEM from lrzsz's sx
work=$(mktemp -d) || exit 2
trap '[ $BASHPID != $$ ] || { kill $(jobs -p) 2> /dev/null; rm -rf "$work"; }' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
boot() { # SETTING... - a boot loader; its port in $port
	rm -f pty
	python3 "$TOP/tests/emu/fakeboot.py" mem.bin base=0x7f0e0000 "$@" > pty &
	loader=$!
	for _ in $(seq 1200); do port=$(awk '{ print $2 }' pty 2> /dev/null); [ -n "$port" ] && break; sleep 0.05; done
}
stop() { kill $loader 2> /dev/null; wait $loader 2> /dev/null; }

# what confuses text columns: blanks, 0x7f, dots, what looks like a prompt
{ head -c 3000 /dev/urandom; head -c 600 /dev/zero; printf ' two  blanks \177\177 . ~ CFE> '
  seq 900; } > mem.bin
truncate -s 6400 mem.bin
try() { # NAME SETTING... - in a folder of its own, beside the others
	mkdir "$work/$1" && cd "$work/$1" && ln -s ../mem.bin . || exit 2
	boot "${@:2}"
	timeout 200 "$FWTOOL" acquire --monitor "$port" --range 0x7f0e0000+6400 $via -f \
		-o out.bin 2> err || wrong "$1: $? $(cat err)"
	cmp out.bin mem.bin || wrong "$1: other bytes"
	stop
	exit $bad
}
all() { for job in $jobs; do wait "$job" || bad=1; done; jobs=; }
noise="drop=0.0001 flip=0.0001"
for settings in "cfe" "redboot boot=1 $noise" "realtek boot=1 flip=0.0003" "btcode $noise" \
	"zyxel $noise" "tcboot colour=1 boot=1 $noise" "netos boot=1" "netos echo=0 $noise" \
	"brnboot boot=1 $noise" "cfe reset=9000"; do
	via=
	# shellcheck disable=SC2086
	(try "$settings" loader=$settings) & jobs+=" $!"
done
if command -v sx > /dev/null; then
	via="--via xmodem"
	for settings in "k=1" "sum=1" "drop=0.0003 flip=0.0003"; do
		# shellcheck disable=SC2086
		(try "xmodem $settings" loader=zyxel $settings) & jobs+=" $!"
	done
else
	echo "no sx: XMODEM is not tried"
fi
# lines of no text: others tell the order of the words, or it is said to be guessed
wordless() { # LOADER
	mkdir "$work/wordless $1" && cd "$work/wordless $1" || exit 2
	python3 -c 'import random; print("".join(chr(random.randrange(160, 255)) for i in range(20480)), end="")' |
		iconv -t latin1 > none.bin
	{ cat none.bin; seq 1000; } > mem.bin
	for size in 24373 20480; do
		boot loader="$1"
		timeout 200 "$FWTOOL" acquire --monitor "$port" --range 0x7f0e0000+$size -f -o out.bin 2> err
		if [ $size = 24373 ]; then
			cmp out.bin mem.bin || wrong "wordless $1: other bytes: $(cat err)"
		else
			grep -q 'tells the order of bytes in its words; taken as' err || wrong "wordless $1: $(cat err)"
			cmp -s out.bin none.bin || fwtool swap32 out.bin | cmp - none.bin || wrong "guessed, $1"
		fi
		stop
	done
	exit $bad
}
for loader in netos btcode; do
	wordless $loader & jobs+=" $!"
done
# what never reads twice alike is said with its place, and kept
flicker() {
	mkdir "$work/flicker" && cd "$work/flicker" && ln -s ../mem.bin . || exit 2
	boot loader=cfe flicker=0x7f0e1010
	timeout 200 "$FWTOOL" acquire --monitor "$port" --range 0x7f0e0000+6400 -f -o odd.bin 2> err
	[ $? = 3 ] && grep -q ':0x7f0e1000: 1 of 2 sectors' err || wrong "flicker: $(cat err)"
	cmp -n 4096 odd.bin.part mem.bin && jq -e '.unproven[0].offset == 2131628032' \
		odd.bin.part.json > /dev/null || wrong "flicker: $(cat odd.bin.part.json)"
	stop
	exit $bad
}
flicker & jobs+=" $!"
# the keys that stop an autoboot come slowly enough
boot loader=realtek boot=1 keys=keys
timeout 200 "$FWTOOL" acquire --monitor "$port" --range 0x7f0e0000+64 -f -o out.bin 2> err
[ "$(cat keys)" -le 100 ] || wrong "$(cat keys) keys in a second"
stop
all
fwtool acquire --monitor "$work/none" --loader nonsense 2> err
exit $bad
