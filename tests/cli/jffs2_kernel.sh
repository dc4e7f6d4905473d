#!/bin/bash
# jffs2_kernel.sh - random logs are read as a Linux kernel reads them
make=$TOP/tests/make seeds=${SEEDS:-$(seq 1 3)}
[ -x "$SHARED/tools/kmount/kmount" ] || { echo "no kmount in $SHARED"; exit 77; }
[ -z "${SAN-}" ] || { echo "the same without sanitizers is enough"; exit 77; }
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
for seed in $seeds; do
	read -r type erase < <(python3 "$make/jffs2random.py" "$seed" -i)
	python3 "$make/jffs2random.py" "$seed" > img || exit 1
	"$make/jffs2kernel" img "$seed" "$type" "$erase" | grep -v ' find: ' > kernel
	"$make/jffs2ours" img "$seed" > ours || cat ours
	# A file all of whose nodes are damaged is an error there, empty here.
	grep -vE -- '-rw.* 0 [0-9]+ [^ ]+ e3b0c44298fc' ours > most
	grep -vE -- '-rw.* 0 [0-9]+ [^ ]+ e3b0c44298fc' kernel | diff - most ||
		{ echo "seed $seed: $type, blocks of $erase"; bad=1; }
done
exit $bad
