# streams.sh - every command into a full disk, a closed pipe and an open one
cd "$(mktemp -d)" || exit 2
trap 'chmod -R u+w "$PWD"; rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
"$TOP"/tests/make/flash mstar dump.bin pieces > /dev/null || { echo "no flash image"; exit 2; }
cp dump.bin other.bin; printf x | dd of=other.bin bs=1 seek=16777000 conv=notrunc 2> /dev/null
head -c 4096 dump.bin | xxd > log
head -c 540672 dump.bin > nand.bin
$FWTOOL extract dump.bin -d project > /dev/null 2>&1

lines='scan dump.bin|scan --json dump.bin|scan --jsonl dump.bin|ls -R dump.bin|cat dump.bin KERNEL
env dump.bin|verify dump.bin|verify dump.bin --against other.bin|carve dump.bin -n -d new|carve dump.bin -d new
extract dump.bin -d new|repack project -o -|report dump.bin -o -|clean project|diff dump.bin other.bin
swap16 dump.bin -o -|swap32 dump.bin -o -|swap64 dump.bin -o -|swap32 --check dump.bin|unhex log -o -
nand --page 2048+64 nand.bin -o -|join dump.bin -o -|acquire --file dump.bin|acquire --sim dump.bin|acquire --list
flash --sim dump.bin -n --json other.bin --backup none|batch scan -- dump.bin|formats|help|help wiring
completion bash|completion zsh|completion fish|--version|--help'
echo "$lines" | tr '|' '\n' > lines
$FWTOOL --help | sed '/^options/,$d' | awk '/^  [a-z0-9]+ / { print $1 }' | while read -r c; do
	grep -q "^$c\b" lines || echo "$c"
done > untried
[ ! -s untried ] || wrong "not tried: $(cat untried)"
n=0
while read -r line; do
	rm -rf new
	$FWTOOL $line > /dev/full 2> err < /dev/null
	[ $? = 2 ] && [ "$(grep -c '^fwtool: error: .*; ' err)" = 1 ] || wrong "$line > /dev/full: $(cat err)"
	rm -rf new
	{ $FWTOOL $line 2> err < /dev/null; echo $? > status; } | head -n 1 > /dev/null
	case $(cat status) in 0 | 1 | 141) ;; *) [ "${line%% *}" = flash ] || wrong "$line | head: $(cat status)" ;; esac
	grep -q '^fwtool: error' err && [ "${line%% *}" != flash ] && wrong "$line | head: $(cat err)"
	n=$((n + 1))
	case $line in *"-o -" | cat* | acquire\ --[fs]*) continue ;; esac
	rm -rf new
	$FWTOOL $line 2>&1 < /dev/null | LC_ALL=C grep -q $'[\033\r]' && wrong "$line: an escape in a pipe"
done < lines
[ $n -ge 35 ] || wrong "$n lines"
exit $bad
