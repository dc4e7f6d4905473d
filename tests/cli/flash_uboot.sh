# flash_uboot.sh - a flash written through a boot loader that loses characters,
# turns bits, starts anew in the middle; lrzsz and curl are its other ends
command -v rb > /dev/null || { echo "lrzsz is not installed"; exit 77; }
work=$(mktemp -d) || exit 2
trap '[ $BASHPID != $$ ] || { kill $(jobs -p) 2> /dev/null; rm -rf "$work"; }' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
poke() { printf "$3" | dd of="$1" bs=1 seek=$(($2)) conv=notrunc status=none; }
boot() { # SETTING... - a boot loader with flash.bin; its port in $port
	rm -f pty
	python3 "$TOP/tests/emu/fakeboot.py" flash.bin "$@" > pty &
	loader=$!
	for _ in $(seq 1200); do port=$(awk '{ print $2 }' pty 2> /dev/null); [ -n "$port" ] && break; sleep 0.05; done
}
stop() { kill $loader 2> /dev/null; wait $loader 2> /dev/null; }
flash() { timeout 200 "$FWTOOL" flash --uboot "$port" "$@" 2> err < /dev/null; }
try() { # CASE [SETTING...] - in a folder of its own, beside the others
	mkdir "$work/$*" && cd "$work/$*" && cp ../*.bin . && cp old.bin flash.bin || exit 2
	boot "${@:2}"
	"$1" "${@:2}"
	stop
	exit $bad
}

plan() {
	flash new.bin && wrong "writes without a yes"
	grep -q 'add -y' err && cmp flash.bin old.bin || wrong "unconfirmed: $(cat err)"
	flash -n new.bin > lines && cmp flash.bin old.bin || wrong "-n: $(cat err)"
	grep -q ' && sf erase 0x30000 0x10000 && sf write 0x21000000 0x30000 0x10000$' lines &&
		grep -q '^loady 0x21000000$' lines || wrong "-n prints: $(cat lines)"
}
whole() {
	flash -y new.bin && cmp flash.bin new.bin || wrong "flash: $(cat err)"
	cmp ./*-before.bin old.bin || wrong "the backup is not the old content"
	[ ! -e new.bin.flash ] || wrong "the journal stays"
	flash -y new.bin && grep -q 'nothing to do' err || wrong "a second time: $(cat err)"
	flash -y short.bin && wrong "a short image is taken"
	grep -q 'add --range 0+1000' err || wrong "short: $(cat err)"
}
range() {
	flash -y --backup none --range 0x20010+0x3e8 short.bin || wrong "--range: $(cat err)"
	dd if=short.bin of=old.bin bs=1 seek=$((0x20010)) conv=notrunc status=none
	cmp flash.bin old.bin || wrong "--range writes other bytes"
}
guard() {
	local map='mtdparts=x:64K(boot),-(rest)'

	cp old.bin all.bin
	poke all.bin 0x10 brick
	flash -y --backup none all.bin && wrong "the first block is written"
	grep -q 'add --include boot' err && cmp flash.bin old.bin || wrong "guard: $(cat err)"
	flash -y --backup none -m "$map" all.bin && wrong "boot is written"
	grep -q '"boot".*add --include boot' err || wrong "guard by map: $(cat err)"
	flash -y --backup none -m "$map" -p rest all.bin && cmp flash.bin old.bin &&
		grep -q 'nothing to do' err || wrong "-p: $(cat err)"
	flash -y --backup none -m "$map" --include boot all.bin && cmp flash.bin all.bin ||
		wrong "--include: $(cat err)"
}
# faults of the line and of the device: the right bytes, or a failure that says so
faulty() {
	poke old.bin 0x31234 faults
	poke old.bin 0x5ffff yz
	flash -y --backup none --size 1M --via loady old.bin
	case $?:$* in
	0:locked=1) wrong "a locked flash is called written" ;;
	4:locked=1) flash -y --backup none --size 1M --via loady --unprotect old.bin &&
		cmp flash.bin old.bin || wrong "--unprotect: $(cat err)" ;;
	0:*) cmp flash.bin old.bin || wrong "$*: silently wrong" ;;
	*) wrong "$*: $(cat err)" ;;
	esac
}
# killed in the middle, run again
killed() {
	"$FWTOOL" flash --uboot "$port" -y --via loady --backup keep.bin new.bin > /dev/null 2>&1 &
	for _ in $(seq 400); do [ -e new.bin.flash ] && break; sleep 0.05; done
	sleep 0.7
	kill -9 $! 2> /dev/null
	wait $! 2> /dev/null
	cmp keep.bin old.bin || wrong "the backup before a kill"
	stop; boot
	flash -y --via loady new.bin && cmp flash.bin new.bin && [ ! -e new.bin.flash ] ||
		wrong "resume: $(cat err)"
}
network() {
	local net="--serverip 127.0.0.1 --ipaddr 127.0.0.1 --tftp-port $((20000 + RANDOM % 20000))"

	# shellcheck disable=SC2086
	timeout 100 "$FWTOOL" acquire --uboot "$port" --via tftp $net --size 1M -o up.bin 2> err
	cmp up.bin old.bin || wrong "acquire --via tftp, $*: $(cat err)"
	# shellcheck disable=SC2086
	flash -y --via tftp $net --size 1M new.bin && cmp flash.bin new.bin &&
		cmp ./*-before.bin old.bin || wrong "flash --via tftp, $*: $(cat err)"
}
# other stores: their own words, and no block is moved by a bad one
from() {
	local store=${1#store=}

	flash -y --from "$store" --size 1M --via loady --range 0x40000+0x40000 new.bin ||
		wrong "$*: $(cat err)"
	cmp -n 262144 -i 262144 flash.bin new.bin && cmp -n 262144 flash.bin old.bin ||
		wrong "$*: other bytes"
	cmp -n 262144 -i 262144:0 old.bin ./*-before.bin || wrong "$*: backup"
	grep -q "$store write" flash-*.log || wrong "$*: no transcript"
	flash -n --from "$store" --size 1M --range 0x40000+0x40000 old.bin > lines ||
		wrong "$* -n: $(cat err)"
	case $store in
	nand) grep -q '&& nand erase 0x40000 0x40000 && nand write 0x21000000 0x40000 0x40000$' lines ;;
	mmc) grep -q '&& mmc write 0x21000000 0x280 0x100$' lines ;;
	esac || wrong "$* -n: $(cat lines)"
	[ "$store" = mmc ] || { stop; boot "$@" bad=1; flash -y --from "$store" --size 1M \
		--via loady --backup none --range 0x40000+0x40000 old.bin && wrong "$*: skipped"; }
}
card() {
	flash -y --via sd --size 1M --backup none new.bin && cmp flash.bin new.bin ||
		wrong "--via sd: $(cat err)"
}

head -c 1048576 /dev/urandom > old.bin
head -c 1000 old.bin > short.bin
cp old.bin new.bin
poke new.bin 0x31234 'hello, flash'
poke new.bin 0x52345 x
head -c 7000 /dev/urandom | dd of=new.bin bs=1000 seek=390 conv=notrunc status=none

jobs=
while read -r words; do
	# shellcheck disable=SC2086
	(try $words) & jobs+=" $!"
done <<< "plan
whole
range
guard
killed
faulty lose=0.00002 seed=2
faulty drop=0.0001 seed=5
faulty dead=2
faulty weak=1
faulty locked=1
from store=nand
from store=mmc
card card=."
if curl --version 2> /dev/null | grep -q tftp; then
	(try network tftp=1) & jobs+=" $!"
	(try network tftp=vendor) & jobs+=" $!"
fi
for job in $jobs; do wait "$job" || bad=1; done
exit $bad
