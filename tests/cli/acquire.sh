# acquire.sh - chips, cards and uploads, with faults; flashrom is the judge
work=$(mktemp -d) || exit 2
trap 'kill $(jobs -p) 2> /dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }

serve() { # CHIP [FAULTS] - a serprog programmer; its address in $at
	rm -f port
	EMU_CHIP=$1 EMU_FAULTS=${2-} "$TOP/$O/emu/serprogd" port &
	server=$!
	for _ in $(seq 100); do [ -s port ] && break; sleep 0.02; done
	at=127.0.0.1:$(cat port)
}
stop() { kill $server 2> /dev/null; wait $server 2> /dev/null; }

head -c 2097152 /dev/urandom > chip.bin
fwtool acquire --sim chip.bin -o a.bin 2> err || wrong "sim: $(cat err)"
cmp a.bin chip.bin || wrong "sim reads other bytes"
jq -e --arg s "$(sha256sum < chip.bin | cut -d' ' -f1)" '.schema == "fwtool.acquired/1" and .sha256 == $s and
	.chip.id == "ef4015" and .reads == 2 and .size == 2097152 and .unproven == []' a.bin.json > /dev/null ||
	wrong "the sidecar: $(cat a.bin.json)"
echo '{"mine": 1}' > b.bin.json
fwtool acquire --sim chip.bin -o b.bin 2> err && cmp b.bin chip.bin && grep -q mine b.bin.json ||
	wrong "somebody's b.bin.json is overwritten"
rm -f b.bin*
fwtool acquire --sim chip.bin 2> /dev/null | cmp - chip.bin || wrong "in a pipe"
fwtool acquire --sim chip.bin --range 0x1000+0x234 -o r.bin 2> err &&
	cmp -n 564 -i 4096:0 chip.bin r.bin && [ "$(stat -c %s r.bin)" = 564 ] ||
	wrong "--range: $(cat err)"
fwtool acquire --sim chip.bin -o a.bin 2> err && wrong "overwrites without -f"
fwtool acquire --sim chip.bin -m 'mtdparts=x:64K(one),128K(two/../x),-(three)' \
	-p two/../x,one -d . 2> err || wrong "-p: $(cat err)"
cmp -n 65536 one.bin chip.bin && cmp -n 131072 -i 65536:0 chip.bin two____x.bin ||
	wrong "-p reads other bytes"
fwtool acquire --file chip.bin --range 0x10s+0x20s -o f.bin 2> err &&
	cmp -n 16384 -i 8192:0 chip.bin f.bin || wrong "--file: $(cat err)"
fwtool acquire 2> err && wrong "no source"
fwtool help wiring | grep -q '^CS#  *1  *CS  *D3' || wrong "help wiring"
fwtool acquire --sim chip.bin --json -o j.bin 2> /dev/null | jq -e '.ok and .size == 2097152' \
	> /dev/null || wrong "--json"

serve file=chip.bin,id=ef4015
fwtool acquire --serprog "$at" -o s.bin 2> err && cmp s.bin chip.bin || wrong "serprog: $(cat err)"
if command -v flashrom > /dev/null; then
	flashrom -p serprog:ip="$at" -c W25Q16.V -r fr.bin > out 2>&1 && cmp fr.bin s.bin ||
		wrong "flashrom reads other bytes: $(tail -n 3 out)"
fi
stop
serve file=chip.bin,id=ef4015 nak=20,seed=7
fwtool acquire --serprog "$at" -o n.bin 2> err && cmp n.bin chip.bin || wrong "NAKs: $(cat err)"
stop
for seed in 1 2 3 4; do
	serve file=chip.bin,id=ef4015 flip=3e-6,lose=2e-6,seed=$seed
	fwtool acquire --serprog "$at" -f -o x.bin 2> err
	case $? in
	0) cmp x.bin chip.bin || wrong "seed $seed: silently wrong" ;;
	3)
		[ -s x.bin.part ] && grep -q 'add --resume' err || wrong "seed $seed: $(cat err)"
		jq -e '.unproven | length > 0' x.bin.part.json > /dev/null || wrong "seed $seed: no unproven range"
		;;
	*) wrong "seed $seed: status $?: $(cat err)" ;;
	esac
	stop
	rm -f x.bin*
done
serve file=chip.bin,id=ef4015 float=1
fwtool acquire --serprog "$at" -o x.bin 2> err
[ $? = 4 ] && grep -q 'nobody answers; check pin 1' err || wrong "a loose clip: $(cat err)"
[ ! -e x.bin ] && [ ! -e x.bin.part ] || wrong "a loose clip leaves a file"
stop

# what one chip left is not gone on with at another
serve file=chip.bin,id=ef4015 flip=1e-3,seed=5
fwtool acquire --serprog "$at" -f -o z.bin 2> err
[ $? = 3 ] && [ -e z.bin.part ] || wrong "noise: $(cat err)"
stop
serve file=chip.bin,id=c22015
fwtool acquire --serprog "$at" --resume -o z.bin 2> err && wrong "another chip's part is gone on with"
grep -q 'is of another range or chip' err || wrong "another chip's part: $(cat err)"
stop
serve file=chip.bin,id=ef4015
fwtool acquire --serprog "$at" --resume -o z.bin 2> err && cmp z.bin chip.bin || wrong "gone on: $(cat err)"
[ ! -e z.bin.part ] && [ ! -e z.bin.part.map ] && [ ! -e z.bin.part.json ] || wrong "the parts stay"
stop

if curl --version 2> /dev/null | grep -q tftp; then
	for n in 0 511 512 1024 70000 2097152; do
		head -c $n chip.bin > up.bin
		port=$((20000 + RANDOM % 20000))
		fwtool acquire --tftp=127.0.0.1 --tftp-port $port --wait 10 -f -o t.bin 2> err &
		sleep 0.3
		curl -s -m 20 -T up.bin "tftp://127.0.0.1:$port/dump.bin" > /dev/null || wrong "curl $n"
		wait $! || wrong "tftp of $n bytes: $(cat err)"
		cmp up.bin t.bin || wrong "tftp of $n bytes gives others"
	done
fi
exit $bad
