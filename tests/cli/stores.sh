# stores.sh - flash that is SPI, NAND, a card or mapped; memory that is the loader's
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
acquire() { timeout 200 "$FWTOOL" acquire --uboot "$port" --via md -f "$@" 2> err; }
part() { tail -c +$(($1 + 1)) flash.bin | head -c $(($2)); }

try() { # CASE [SETTING...] - in a folder of its own, beside the others
	mkdir "$work/$*" && cd "$work/$*" && ln -s ../flash.bin . || exit 2
	boot "${@:2}"
	"$@"
	stop
	exit $bad
}

reads() {
	acquire --range 0x20200+0x4200 -o out.bin && part 0x20200 0x4200 | cmp - out.bin ||
		wrong "$*: $(cat err)"
}
nand_parts() {
	acquire -m 'mtdparts=x:256K(one),16K(two),-(rest)' -p two -d . &&
		part 0x40000 0x4000 | cmp - two.bin || wrong "$* -p: $(cat err)"
}
skipped() {
	acquire --range 0+0x4000 -o skipped.bin && wrong "a skipped block is taken"
	grep -q 'skips a bad block' err && [ ! -e skipped.bin ] || wrong "skipped: $(cat err)"
}
careful() {
	acquire --range 0+0x4000 --ram 0x23cff000 -o over.bin && wrong "the loader is overwritten"
	grep -q 'would overwrite the boot loader' err || wrong "--ram: $(cat err)"
	acquire --via sd --range 0+0x4000 && wrong "a card is overwritten unasked"
	acquire --range 0+0x1000 --baud auto -o auto.bin && part 0 0x1000 | cmp - auto.bin ||
		wrong "--baud auto: $(cat err)"
}
# nothing there: what would be typed, to be filled in
nobody() {
	fwtool acquire --uboot "$work/none" --via md -n > lines 2> err &&
		grep -qx 'sf read ${loadaddr} 0x0 ${flashsize}' lines || wrong "-n: $(cat lines)"
	fwtool acquire --uboot "$work/none" --via sd --from nand --ram 0x82000000 --size 8M -n \
		> lines 2> err &&
		printf '%s\n' 'nand info' 'nand read 0x82000000 0x0 0x800000' \
			'mmc write 0x82000000 0x10 0x4000' | cmp - lines || wrong "-n --via sd: $(cat lines)"
}

head -c 1048576 /dev/urandom > flash.bin
jobs=
while read -r words; do
	# shellcheck disable=SC2086
	(try $words) & jobs+=" $!"
done <<< "reads store=nand
reads store=mmc
reads store=flash
reads store=sf old=1
nand_parts store=nand
skipped store=nand bad=1
careful"
nobody
for job in $jobs; do wait "$job" || bad=1; done
exit $bad
