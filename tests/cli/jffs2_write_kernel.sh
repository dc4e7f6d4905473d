# jffs2_write_kernel.sh - a Linux kernel mounts what we write, patch and make smaller
km=$SHARED/tools/kmount/kmount
[ -x "$km" ] || { echo "no kernel to mount with: $km"; exit 77; }
command -v mkfs.jffs2 > /dev/null || { echo "mkfs.jffs2 is not installed"; exit 77; }
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

# All but the times of directories: a log tells them by its newest name.
look() {	# IMAGE TYPE
	"$km" "$1" "$2" -e 0x10000 > seen 2>&1 || wrong "$1: not mounted: $(tail -3 seen)"
	sed -n '/^==KM list/,/^==KM end/p' seen | awk -F'|' -v OFS='|' '
		/^==|^mtd|^jffs2: notice|^Filesystem/ { next }
		/^d/ { $6 = "-" }
		{ print }' | sort
	grep -i 'jffs2: \(warning\|error\)\|crc' seen
}

mkdir -p t/sub/deep t/gone/below
seq 20000 > t/text; head -c 300000 "$FWTOOL" > t/elf; head -c 200000 /dev/zero > t/zeros
seq 30000 | gzip -n > t/packed; echo a > t/sub/a; ln t/text t/sub/hard; : > t/empty
mkfifo t/fifo; ln -s ../text t/sub/deep/link; echo b > t/gone/below/b
for i in $(seq 300); do seq "$i" > "t/sub/n$i"; done
[ "$(id -u)" != 0 ] || { mknod t/dev c 4 64; mknod t/wide b 300 5; }
find t -exec touch -hd @1000000000 {} +
mkfs.jffs2 -l -p -e 0x10000 -r t -o plain.img
fwtool mkfs.jffs2 -l -r t -o wide.img
look wide.img jffs2 > want
grep -q '|12c,5|' want || [ "$(id -u)" != 0 ] || wrong "device 300, 5: $(grep wide want)"
for order in l b; do
	type=jffs2; [ $order = l ] || type=jffs2be
	fwtool mkfs.jffs2 -$order --smaller -r t -o smaller.img
	look smaller.img $type > got
	diff want got || wrong "--smaller -$order"
	[ "$(stat -c %s smaller.img)" -lt "$(stat -c %s wide.img)" ] || wrong "not smaller"

	# Changes to an image of mkfs.jffs2, put into its log.
	rm -rf x x.fwmeta e
	fwtool mkfs.jffs2 -$order -p -r t -o was.img
	fwtool extract was.img -d x > log 2>&1 || wrong "extract: $(cat log)"
	for i in $(seq 3); do
		for d in x $([ "$i" = 1 ] && { cp -a t e; echo e; } || echo e); do
			rm -rf $d/gone $d/sub/n7$i $d/fifo; echo "new $i" > $d/sub/new$i
			sed -i "s/^1${i}000$/changed/" $d/text
			seq $((i * 3000)) > $d/packed; : > $d/sub/n2$i
			echo more >> $d/elf; rm -f $d/sub/deep/link
			ln -s "to$i" $d/sub/deep/link; mkdir -p $d/more/$i; echo x > $d/more/$i/f
			find $d -newermt 2015-01-01 -exec touch -hd @1500000000 {} +
		done
		fwtool repack --original was.img x -f -o now.img > log 2>&1 || wrong "$(cat log)"
		grep -q 'nodes reused' log || wrong "laid out anew: $(cat log)"
		fwtool mkfs.jffs2 -$order -r e -o fresh.img
		look now.img $type | grep -v '|\./fifo$' > got
		look fresh.img $type | grep -v '|\./fifo$' > again
		diff again got > diffs || { wrong "-$order, step $i"; head -20 diffs; }
	done
done
exit $bad
