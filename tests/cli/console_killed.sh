# console_killed.sh - a console read that is killed at any moment goes on where it was
work=$(mktemp -d) || exit 2
trap 'kill $(jobs -p) 2> /dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
head -c 200000 /dev/urandom > flash.bin
truncate -s 262144 flash.bin
python3 "$TOP/tests/emu/fakeboot.py" flash.bin "$@" > pty &
for _ in $(seq 1200); do port=$(awk '{ print $2 }' pty 2> /dev/null); [ -n "$port" ] && break; sleep 0.05; done
for try in $(seq 60); do
	"$FWTOOL" acquire --uboot "$port" --via md --size 256K --resume -o out.bin 2> err &
	for _ in $(seq $((try + 3))); do
		sleep 0.12
		kill -0 $! 2> /dev/null || break
	done
	kill -9 $! 2> /dev/null
	wait $! 2> /dev/null && break
	[ -e out.bin ] || continue
	# Between the name and the end only the journal is left to remove.
	cmp out.bin flash.bin || wrong "half a file has its name"
	rm -f out.bin.part.map
	break
done
[ "$try" -gt 1 ] && [ "$try" -lt 60 ] || wrong "$try tries: $(cat err)"
cmp out.bin flash.bin || wrong "other bytes"
grep -q '^resumed *[1-9]' err || wrong "nothing was kept: $(cat err)"
[ ! -e out.bin.part ] && [ ! -e out.bin.part.map ] || wrong "the journal stays"
exit $bad
