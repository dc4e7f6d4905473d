# console.sh - flash through a boot loader's console that loses characters,
# turns bits, talks in between, starts anew in the middle
work=$(mktemp -d) || exit 2
trap '[ $BASHPID != $$ ] || { kill $(jobs -p) 2> /dev/null; rm -rf "$work"; }' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
boot() { # SETTING... - a boot loader; its port in $port
	rm -f pty
	python3 "$TOP/tests/emu/fakeboot.py" flash.bin "$@" > pty &
	loader=$!
	for _ in $(seq 1200); do port=$(awk '{ print $2 }' pty 2> /dev/null); [ -n "$port" ] && break; sleep 0.05; done
}
stop() { kill $loader 2> /dev/null; wait $loader 2> /dev/null; }

# two blocks that are the same, a blank one, and some of little
{ head -c 20000 /dev/urandom; head -c 45536 /dev/zero | tr '\0' '\377'
  head -c 65536 "$FWTOOL"; head -c 65536 "$FWTOOL"; seq 4000; } > flash.bin
truncate -s 524288 flash.bin
try() { # SETTINGS [OPTION...] - in a folder of its own, beside the others
	local settings=$1
	shift
	mkdir "$work/$settings" && cd "$work/$settings" && ln -s ../flash.bin . || exit 2
	# shellcheck disable=SC2086
	boot ${settings//_/ }
	timeout 200 "$FWTOOL" acquire --uboot "$port" --via md "$@" -f -o out.bin 2> err ||
		wrong "$settings: $? $(cat err)"
	head -c "$size" flash.bin | cmp - out.bin || wrong "$settings: other bytes"
	stop
	exit $bad
}
all() { for job in $jobs; do wait "$job" || bad=1; done; jobs=; }
jobs= size=524288
for settings in "boot=1 key=ctrlc" "big=1 gap=2 prompt==>_" \
	"boot=1 key=slp delay=3 drop=0.0001" "drop=0.0001 flip=0.00001 printk=300 seed=3" \
	"boot=1 reset=60000 drop=0.0001"; do
	(try "$settings" --size 512K) & jobs+=" $!"
done
(size=100000; try "crc=0" --range 0+100000) & jobs+=" $!"
# every width of md, both byte orders, escape sequences, no crc32, no echo
size=40000
for settings in "w=1 gap=2 big=1" "w=2 colour=1" "w=2 big=1 crc=0 drop=0.0001" \
	"w=4 big=1 gap=3 printk=100" "w=8 gap=2 flip=0.0001" "w=8 big=1 echo=0"; do
	(try "$settings" --range 0+40000 --width "${settings:2:1}") & jobs+=" $!"
done
options() { # what else one may ask for, at one console after the other
	acquire -m 'mtdparts=x:64K(one),128K(two),-(rest)' -p two,one --size 512K -d . &&
		cmp -n 65536 one.bin flash.bin && cmp -n 131072 -i 65536:0 flash.bin two.bin ||
		wrong "-p: $(cat err)"
	acquire -n --range 0x10000+0x20000 > out &&
		grep -q '^sf read 0x21000000 0x10000 0x20000$' out || wrong "-n: $(cat out err)"
	cp flash.bin base.bin
	printf x | dd of=base.bin bs=1 seek=300 conv=notrunc status=none
	acquire --size 512K --base base.bin -o out.bin && cmp out.bin flash.bin &&
		grep -qE '^flash +524288 bytes in [0-9.ms]+, .*B/s, ' err &&
		grep -q '[1-9] known blocks' err || wrong "--base: $(cat err)"
}
# the transcript is a log that unhex reads
transcript() {
	acquire --range 0+0x8000 --no-skip -o part.bin &&
		fwtool unhex part.bin.log -f -o again.bin 2> err2 && cmp again.bin part.bin ||
		wrong "the transcript: $(cat err err2)"
	fwtool acquire --monitor "$port" --loader u-boot --range 0x21000000+0x1000 -f \
		-o mem.bin 2> err && cmp -n 4096 mem.bin flash.bin || wrong "--monitor: $(cat err)"
}
acquire() { timeout 120 "$FWTOOL" acquire --via md --uboot "$port" -f "$@" 2> err; }
alone() {
	mkdir "$work/$1" && cd "$work/$1" && cp ../flash.bin . || exit 2
	boot
	"$1"
	stop
	exit $bad
}
(alone options) & jobs+=" $!"
(alone transcript) & jobs+=" $!"
all
fwtool acquire --uboot "$work/none" 2> err
[ $? = 4 ] && [ "$(grep -c error err)" = 1 ] || wrong "no port: $(cat err)"
exit $bad
