# flash.sh - a chip is written where it differs, and nowhere else
work=$(mktemp -d) || exit 2
trap 'kill $(jobs -p) 2> /dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
poke() { printf "$3" | dd of="$1" bs=1 seek=$(($2)) conv=notrunc status=none; }
serve() {
	rm -f port
	EMU_CHIP=$1 EMU_FAULTS=${2-} "$TOP/$O/emu/serprogd" port &
	server=$!
	for _ in $(seq 100); do [ -s port ] && break; sleep 0.02; done
	at=127.0.0.1:$(cat port)
}
stop() { kill $server 2> /dev/null; wait $server 2> /dev/null; }

head -c 1048576 /dev/urandom > old.bin
cp old.bin new.bin
poke new.bin 0x1234 'hello, flash'
poke new.bin 0x40000 '\377\377\377\377'
head -c 70000 /dev/urandom | dd of=new.bin bs=1 seek=$((0x91000)) conv=notrunc status=none
cp old.bin chip.bin
fwtool flash --sim chip.bin new.bin 2> err < /dev/null && wrong "writes without a yes"
grep -q 'add -y' err && cmp chip.bin old.bin || wrong "unconfirmed: $(cat err)"
ls ./*-before.bin > /dev/null 2>&1 || wrong "no backup"
rm -f ./*-before.bin
fwtool flash --sim chip.bin -n new.bin 2> err && cmp chip.bin old.bin || wrong "-n: $(cat err)"
fwtool flash --sim chip.bin -y new.bin 2> err && cmp chip.bin new.bin || wrong "flash: $(cat err)"
cmp ./*-before.bin old.bin || wrong "the backup is not the old content"
fwtool flash --sim chip.bin -y new.bin --backup none 2> err && grep -q 'nothing to do' err ||
	wrong "a second time: $(cat err)"
fwtool flash --sim chip.bin -y --base new.bin old.bin --json > j 2> err && cmp chip.bin old.bin ||
	wrong "--base: $(cat err)"
poke old.bin 0x50000 x
head -c 1048576 /dev/urandom > lie.bin
fwtool flash --sim chip.bin -y --base lie.bin old.bin 2> err && wrong "a lying --base is believed"
grep -q 'does not hold what lie.bin says' err || wrong "a lying --base: $(cat err)"
head -c 4096 new.bin > short.bin
fwtool flash --sim chip.bin -y short.bin 2> err && wrong "a short image is taken"
grep -q 'is 4096 bytes, the chip 1048576; add --range' err || wrong "short: $(cat err)"
cp chip.bin was.bin
fwtool flash --sim chip.bin -y --range 0x8000+4096 short.bin --backup none 2> err &&
	cmp -n 4096 -i 0x8000:0 chip.bin short.bin && cmp -n 32768 chip.bin was.bin &&
	cmp -i 0x9000 chip.bin was.bin || wrong "--range: $(cat err)"
map='mtdparts=x:64K(boot),128K(kernel),-(rest)'
cp chip.bin was.bin
cp chip.bin all.bin
poke all.bin 0x100 brick
poke all.bin 0x12345 kernel
fwtool flash --sim chip.bin -y -m "$map" all.bin --backup none 2> err && wrong "boot is written"
grep -q 'add --include boot' err && cmp chip.bin was.bin || wrong "guard: $(cat err)"
fwtool flash --sim chip.bin -y -m "$map" -p kernel all.bin --backup none 2> err || wrong "-p: $(cat err)"
[ "$(cmp -l chip.bin was.bin | wc -l)" -ge 1 ] && cmp -n 65536 chip.bin was.bin &&
	cmp -n 131072 -i 65536 chip.bin all.bin || wrong "-p kernel writes other bytes"
fwtool flash --sim chip.bin -y -m "$map" --include boot all.bin --backup none 2> err &&
	cmp chip.bin all.bin || wrong "--include: $(cat err)"

# the image is of another chip
fwtool acquire --sim chip.bin -o dump.bin 2> /dev/null
sed -i s/ef4014/c22014/ dump.bin.json
for f in dump.bin dump.new.bin; do
	[ -e $f ] || cp all.bin $f
	poke $f 0xff000 differs
	fwtool flash --sim chip.bin -y $f --backup none 2> err && wrong "$f: another chip is written"
	grep -q 'dump.bin.json says .* id c2 20 14, this chip is ef 40 14; add --include chip' err ||
		wrong "$f: another chip: $(cat err)"
	fwtool flash --sim chip.bin -y --include chip,boot $f --backup none 2> err && cmp $f chip.bin ||
		wrong "$f: --include chip: $(cat err)"
done

# over a wire, flashrom reading what we wrote; protection; and few bytes
head -c 2097152 /dev/urandom > chip.bin
cp chip.bin new.bin
poke new.bin 0x123456 'one sector'
cp chip.bin old.bin
serve file=chip.bin,id=ef4015,sr1=1c
fwtool flash --serprog "$at" -y new.bin --backup none 2> err && wrong "protection is ignored"
grep -q 'status register protects .*; add --unprotect' err || wrong "protection: $(cat err)"
fwtool flash --serprog "$at" -y --unprotect --base old.bin new.bin --json > j 2> err &&
	cmp chip.bin new.bin || wrong "--unprotect: $(cat err)"
grep -q 'protection  as it was (status 1c)' err || wrong "protection is not put back: $(cat err)"
fwtool flash --serprog "$at" -y old.bin --backup none 2> err && wrong "the protection is gone"
[ "$(jq .wire.bytes j)" -lt 60000 ] || wrong "one sector costs $(jq .wire.bytes j) bytes"
if command -v flashrom > /dev/null; then
	flashrom -p serprog:ip="$at" -c W25Q16.V -v new.bin > out 2>&1 || wrong "flashrom -v: $(tail -n 2 out)"
fi
stop

# Ctrl-C ends it between sectors, with the protection put back
cp old.bin chip.bin
serve file=chip.bin,id=ef4015,sr1=1c,busy=40
head -c 2097152 /dev/urandom > new.bin
python3 - "$at" > out 2>&1 << 'PY' || wrong "Ctrl-C: $(cat out)"
import signal, subprocess, sys, time
p = subprocess.Popen(["fwtool", "flash", "--serprog", sys.argv[1], "-y", "--unprotect", "--base",
                      "old.bin", "new.bin"], stderr=subprocess.PIPE, text=True)
for line in p.stderr:
    if line.startswith("protection"):
        break
time.sleep(0.1)
p.send_signal(signal.SIGINT)
rest = p.stderr.read()
print(p.wait(), rest)
sys.exit(p.returncode != -signal.SIGINT or "as it was (status 1c)" not in rest or "resume" not in rest)
PY
fwtool flash --serprog "$at" -y --unprotect --base old.bin new.bin 2> err && cmp chip.bin new.bin &&
	grep -q 'as it was (status 1c)' err && [ ! -e new.bin.flash ] || wrong "after Ctrl-C: $(cat err)"
stop

# killed at some moment, run again: the chip holds the image
cp old.bin chip.bin
head -c 2097152 /dev/urandom > new.bin
for delay in 0.02 0.05 0.1; do
	fwtool flash --sim chip.bin -y --base old.bin new.bin > /dev/null 2>&1 &
	sleep $delay
	kill -9 $! 2> /dev/null
	wait $! 2> /dev/null
done
fwtool flash --sim chip.bin -y --base old.bin new.bin > out 2>&1 || wrong "resume: $(cat out)"
cmp chip.bin new.bin && [ ! -e new.bin.flash ] || wrong "after kills the chip holds something else"

# --erase: a range, a partition, all; kept, asked for, verified
head -c 1048576 /dev/urandom > chip.bin; cp chip.bin was.bin; rm -f ./*-before.bin erased.flash
fwtool flash --sim chip.bin --erase 2> err < /dev/null && wrong "erases without a yes"
grep -q 'add -y' err && cmp chip.bin was.bin || wrong "--erase unconfirmed: $(cat err)"
rm -f ./*-before.bin
fwtool flash --sim chip.bin --erase -y --range 0x10000+64K 2> err || wrong "--erase --range: $(cat err)"
cmp ./*-before.bin was.bin || wrong "--erase: the backup is not the old content"
{ head -c 65536 was.bin; head -c 65536 /dev/zero | tr '\0' '\377'; tail -c +131073 was.bin; } > want.bin
cmp chip.bin want.bin || wrong "--erase --range erases other bytes"
fwtool flash --sim chip.bin --erase -y --range 0x10000+64K --backup none 2> err && grep -q 'erased already' err ||
	wrong "--erase again: $(cat err)"
fwtool flash --sim chip.bin --erase -y -m "$map" --backup none 2> err && wrong "--erase: boot is erased"
fwtool flash --sim chip.bin --erase -y -m "$map" -p kernel --backup none 2> err || wrong "--erase -p: $(cat err)"
fwtool flash --sim chip.bin --erase -y --backup none 2> err || wrong "--erase: $(cat err)"
[ "$(tr -d '\377' < chip.bin | wc -c)" = 0 ] && [ ! -e erased.flash ] || wrong "--erase leaves bytes"
fwtool flash --sim chip.bin --erase -y was.bin 2> err; [ $? = 2 ] && grep -q 'takes no IMAGE; ' err || wrong "--erase IMAGE: $(cat err)"
fwtool flash --uboot /dev/null --erase 2> err; [ $? = 2 ] && grep -q 'sf erase' err || wrong "--erase --uboot: $(cat err)"

# verify --against a chip: simulated, and over a wire
fwtool flash --sim chip.bin -y was.bin --backup none 2> err || wrong "verify: $(cat err)"
fwtool verify was.bin --against --sim=chip.bin > out 2> err || wrong "against a chip: $(cat out err)"
grep -q '^was.bin: 1048576 bytes, identical to the chip$' out || wrong "against a chip: $(cat out)"
poke chip.bin 0x4321 '\0other'
fwtool verify was.bin --against --sim=chip.bin --json > out 2> err
[ $? = 1 ] && jq -e '.same == false and .first == 17185 and .b == "the chip"' out > /dev/null || wrong "against another: $(cat out err)"
serve file=was.bin,id=ef4014
fwtool verify was.bin --against --serprog="$at" > out 2> err || wrong "against serprog: $(cat out err)"
head -c 65536 was.bin > part.bin
fwtool verify part.bin --against "--serprog=$at" > out 2> err
[ $? = 1 ] && grep -q '; they are 65536 and 1048576 bytes long' out || wrong "against a larger one: $(cat out err)"
stop
fwtool verify was.bin --against --nonsense 2> err; [ $? = 2 ] && grep -q 'is not known; give ch341a' err || wrong "a programmer of no name: $(cat err)"
fwtool verify was.bin --against --uboot=/dev/ttyUSB9 2> err; [ $? = 2 ] && grep -q 'console is too slow.*; read it' err || wrong "a console: $(cat err)"
fwtool verify was.bin --against --serprog=127.0.0.1:1 2> err; [ $? = 4 ] || wrong "nobody there is no 4: $(cat err)"
exit $bad
