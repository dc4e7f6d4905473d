#!/bin/bash
# jffs2_mkfs_read.sh - what mkfs.jffs2 and sumtool write is read back, every byte
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0

mkdir -p t/dir/deep/er t/empty
head -c 300000 "$FWTOOL" > t/dir/program
seq 1 20000 > t/dir/text
head -c 40000 /dev/zero > t/dir/zeros
head -c 20000 /dev/urandom > t/noise
truncate -s 200000 t/sparse
printf end >> t/sparse
: > t/nothing
printf x > t/dir/deep/er/x
printf '#!/bin/sh\n' > t/dir/run
chmod 4755 t/dir/run
chmod 1777 t/empty
ln t/dir/text t/dir/deep/linked
ln -s ../some/where t/link
ln -s "$(printf 'x%.0s' {1..254})" t/dir/long-link
mkfifo t/dir/pipe
touch "t/$(printf 'n%.0s' {1..254})"
for i in {1..40}; do echo "$i" > "t/dir/deep/file $i"; done
touch -d @1500000000 t/dir/text t/noise t/dir
xattrs=
setfattr -n user.note -v value t/noise 2> /dev/null && xattrs=--with-xattr
cat > table << END
/dev d 755 0 0 - - - - -
/dev/tty c 620 3 5 4 64 0 1 4
/dev/sda b 660 0 6 8 0 - - -
END

# What is there, except for directories' times and what needs root to make.
list() {
	(cd "$1" && find . ! -type b ! -type c ! -name . -printf '%y %m %s %T@ %n %p %l\n' |
		sed 's/\.0000000000//; s/^d \([0-9]*\) [0-9]* [0-9.]* [0-9]*/d \1/' |
		sed 's/^\(. [0-9]* [0-9]* [0-9]*\)\.[0-9]*/\1/' | LC_ALL=C sort
	find . -type f ! -name .fwtool-* -exec sha256sum {} + | LC_ALL=C sort)
}

reads() {
	rm -rf out
	mkdir out
	"$FWTOOL" extract --tar - "$1" > tar 2> log || { cat log; return 1; }
	tar -C out --xattrs --exclude './dev' --exclude dev -xpf tar || return 1
	list out > got
	diff want got || return 1
}

check() {
	mkfs.jffs2 -r t -o img -D table "$@" 2> err || { cat err; return 1; }
	reads img || { echo "mkfs.jffs2 $*"; bad=1; }
}

list t > want
check -l -e 0x10000
"$FWTOOL" ls -lR img | grep ' dev/.' | sed 's/ [0-9-]* [0-9:]* dev/ dev/; s/  */ /g' > got
cat > expected << END
brw-rw---- root 6 8, 0 dev/sda
crw--w---- 3 5 4, 64 dev/tty0
crw--w---- 3 5 4, 65 dev/tty1
crw--w---- 3 5 4, 66 dev/tty2
crw--w---- 3 5 4, 67 dev/tty3
END
diff expected got || bad=1
if [ -n "$xattrs" ]; then
	check -l -e 0x20000 --with-xattr
	[ "$(getfattr --only-values -n user.note out/noise)" = value ] ||
		{ echo "the extended attribute is lost"; bad=1; }
fi
check -b -e 0x10000
check -l -e 0x8000 -n
check -l -e 0x20000 -p
check -b -e 0x4000 -s 8192
check -l -e 0x10000 -x zlib
check -l -e 0x10000 -x zlib -x rtime
check -l -e 0x10000 -X lzo -x zlib
check -l -e 0x10000 -X lzo -m size -p
check -l -e 0x10000 -m none -n -p
mkfs.jffs2 -l -e 0x10000 -r t -o plain && sumtool -l -e 0x10000 -i plain -o img -p &&
	{ reads img || { echo sumtool; bad=1; }; }
mkfs.jffs2 -b -e 0x10000 -n -r t -o plain && sumtool -b -n -e 0x10000 -i plain -o img &&
	{ reads img || { echo "sumtool -n"; bad=1; }; }

# An image that stands in the middle of others, behind erased blocks.
{ head -c 131072 /dev/zero | tr '\0' '\377'; cat plain; } > shifted
"$FWTOOL" scan --json shifted | jq -r '.found[] | "\(.type) \(.offset)"' > got
echo jffs2 131072 | diff - got || bad=1
exit $bad
