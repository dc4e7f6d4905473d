# extract.sh - extract, ls and cat against mkfs.jffs2, tar, a kernel and hostile images
work=$(mktemp -d) || exit 2
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
is() { [ "$1" = "$2" ] || wrong "$3: \"$1\" instead of \"$2\""; }
chmod 755 .
umask 022

# A tree with everything in it; owners, modes and devices come from a table.
mkdir -p r/etc/init.d r/empty r/dev r/bin
printf 'root:x:0:0::/:/bin/sh\n' > r/etc/passwd
: > r/etc/none
head -c 300000 /dev/zero > r/zeroes
seq 20000 > r/bin/numbers
ln -s /tmp/etc/TZ r/etc/TZ
ln -s ../etc/passwd r/bin/link
chmod 400 r/etc/none
ln r/bin/numbers r/bin/hard
mkfifo r/pipe
touch -h -d 2019-02-26T10:53:43Z r/etc/TZ
touch -d 2019-02-26T10:53:43Z r/etc/passwd
find r -mindepth 1 ! -path r/etc/TZ ! -path r/etc/passwd -exec touch -h -d 2020-01-02T03:04:05Z {} +
cat > table <<'END'
/bin/hard f 4751 3 4 - - - - -
/etc d 1777 5 6 - - - - -
/dev/console c 600 0 0 5 1 - - -
/dev/tty c 620 0 5 4 0 0 1 3
/dev/mtdblock b 660 0 6 31 0 0 1 2
END
mkfs.jffs2 -l -e 0x10000 -D table -r r -o j.img || exit 2

fwtool extract j.img -d o > out 2> err < /dev/null || wrong "extract: $? $(cat err)"
[ -s err ] && wrong "stderr: $(cat err)"
is "$(tail -n 1 out)" "5 files in o; owners, modes and 7 device nodes are kept in o.fwmeta" summary
diff -r --no-dereference r o > diff.out
grep -v '^Only in r: pipe$' diff.out && wrong "trees differ"
for f in etc/passwd zeroes bin/hard etc/TZ bin/link etc empty; do
	is "$(stat -c '%Y %F' o/$f)" "$(stat -c '%Y %F' r/$f)" "time and type of $f"
done
is "$(stat -c %a o/bin/numbers)" 751 "no set-id bit on disk"
is "$(stat -c %a o/etc)" 777 "mode of etc"
is "$(stat -c %a o/etc/none)" 600 "u+rw"
is "$(stat -c %h o/bin/hard)" 2 "hard link"
[ "$(stat -c %b o/zeroes)" -lt 100 ] || echo "note: no holes on this disk"
grep -q '^/bin/numbers hard to=/bin/hard$\|^/bin/hard hard to=/bin/numbers$' o.fwmeta || wrong "no hard link in the list"
grep -q ' file 4751 3:4 1577934245 .*size=108894 ' o.fwmeta || wrong "set-id bit and owner are not in the list: $(grep bin/hard o.fwmeta)"
grep -q '^/etc dir 1777 5:6 1577934245 ' o.fwmeta || wrong "etc is not in the list"
grep -q '^/dev/mtdblock1 block 0660 0:6 [0-9]* .*dev=31,1$' o.fwmeta || wrong "no device in the list"

# the same list and bytes whenever and wherever
cp o.fwmeta first; cp -r o o1
fwtool extract -f -j 1 j.img -d o > /dev/null 2> err || wrong "extract -f: $(cat err)"
cmp first o.fwmeta || wrong "another list from the same image"
touch o/mark
fwtool extract j.img -d o > out 2> err && wrong "a second run without -f"
is "$(cat err)" "fwtool: error: o: exists; add -f to replace it, or -d for another place" "second run"
[ -e o/mark ] || wrong "the second run changed something"
mkdir mine; touch mine/precious
fwtool extract -f j.img -d mine > out 2> err && wrong "replaced a directory of somebody else"
[ -e mine/precious ] || wrong "precious is gone"
[ -e mine.fwmeta ] && wrong "a list without its tree"
mkdir -p sub; ln -s "$work/mine" sub/l
fwtool extract -f j.img -d sub/l > out 2> err && wrong "wrote through a link"

# as somebody else
if [ "$(id -u)" = 0 ] && command -v setpriv > /dev/null; then
	mkdir -m 777 open
	setpriv --reuid 65534 --regid 65534 --clear-groups "$FWTOOL" extract j.img -d open/o \
		> out 2> err || wrong "extract as nobody: $(cat err)"
	diff -r --no-dereference o1 open/o || wrong "nobody has another tree"
	diff <(sed 's/ path=[^ ]*//' first) <(sed 's/ path=[^ ]*//' open/o.fwmeta) || wrong "nobody has another list"
	fwtool extract --devices j.img -d dev > out 2> err || wrong "--devices: $(cat err)"
	is "$(stat -c %F,%t,%T dev/dev/mtdblock1)" "block special file,1f,1" --devices
fi

# tar, read by others
fwtool extract j.img --tar t.tar > out 2> err || wrong "--tar: $(cat err)"
fwtool extract j.img --tar - 2> err | cmp - t.tar || wrong "--tar - gives other bytes"
TZ=UTC tar --full-time --numeric-owner -tvf t.tar > tar.txt 2> tar.err || wrong "GNU tar: $(cat tar.err)"
[ -s tar.err ] && wrong "GNU tar: $(cat tar.err)"
for line in '-rwsr-x--x 3/4 +108894 2020-01-02 03:04:05 bin/hard' \
	'drwxrwxrwt 5/6 +0 2020-01-02 03:04:05 etc/' 'crw--w---- 0/5 +4,2 .* dev/tty2' \
	'brw-rw---- 0/6 +31,1 .* dev/mtdblock1' 'prw-r--r-- .* pipe' \
	'hrwsr-x--x 3/4 +0 .* bin/numbers link to bin/hard' \
	'lrwxrwxrwx .* 2019-02-26 10:53:43 etc/TZ -> /tmp/etc/TZ'; do
	grep -Eq "^$line\$" tar.txt || wrong "GNU tar does not show $line: $(cat tar.txt)"
done
if command -v bsdtar > /dev/null; then
	mkdir bsd; bsdtar -C bsd --no-same-owner --exclude 'dev/*' -xf t.tar || wrong "bsdtar: cannot read"
	diff -r --no-dereference r bsd | grep -v '/pipe\|: dev$' && wrong "bsdtar unpacks something else"
fi

# ls and cat
is "$(fwtool ls j.img)" "$(cd r && ls -pA | sed 's/pipe|/pipe/')" ls
is "$(fwtool ls -l j.img bin/hard)" "-rwsr-x--x 3    4     108894 2020-01-02 03:04 hard" "ls -l"
fwtool ls -l j.img etc | grep -qx 'lrwxrwxrwx root root      11 2019-02-26 10:53 TZ -> /tmp/etc/TZ' || wrong "ls -l of a link"
fwtool ls -l j.img dev | grep -qx 'crw------- root root    5, 1 2[-0-9: ]* console' || wrong "ls -l of a device: $(fwtool ls -l j.img dev)"
fwtool ls -R0 j.img | tr '\0' '\n' | sort > have
(cd r && find . -mindepth 1 | sed 's/^..//'; printf '%s\n' dev/console dev/tty{0,1,2} dev/mtdblock{0,1}) | sort | diff - have || wrong "ls -R -0"
is "$(fwtool ls -R --by-size j.img | head -n 1 | tr -s ' ')" " 293.0 KiB zeroes" "ls --by-size"
fwtool cat j.img bin/hard etc/passwd | cmp - <(cat r/bin/hard r/etc/passwd) || wrong cat
for p in none etc etc/TZ dev/console; do
	fwtool cat j.img $p > out 2> err; is "$? $(wc -c < out) $(wc -l < err)" "2 0 1" "cat $p"
done
fwtool ls j.img nothing > out 2> err; is "$? $(cat err)" "2 fwtool: error: nothing: is not there; see fwtool ls" "ls of nothing"
fwtool extract j.img etc/passwd bin/numbers -d p > out 2> err || wrong "extract PATH: $(cat err)"
is "$(cd p && find . -type f | sort | xargs)" "./bin/numbers ./etc/passwd" "extract PATH"
cmp p/bin/numbers r/bin/numbers || wrong "a link without its file has no content"
fwtool extract j.img etc/nothing -d q > out 2> err; is "$?" 2 "extract of a missing path"
[ -e q ] && wrong "something was left of a failed extract"
fwtool extract --symlinks relative j.img -d rel > /dev/null 2>&1; is "$(readlink rel/etc/TZ)" ../tmp/etc/TZ "--symlinks relative"
fwtool extract --symlinks skip j.img -d skip > /dev/null 2>&1; [ -L skip/etc/TZ ] && wrong "--symlinks skip"
fwtool extract -n j.img -d dry > out 2> err || wrong "dry run"; [ -e dry ] && wrong "a dry run wrote something"

fwtool extract j.img > out 2> err || wrong "into a project: $(cat err)"
is "$(tail -n 1 out)" "5 files in j.img.fw/fs; owners, modes and 7 device nodes are kept in jffs2.fwmeta" "into a project"
cmp j.img.fw/parts/* j.img || wrong "the part is not the input"
diff -r --no-dereference j.img.fw/fs/jffs2 o1 || wrong "another tree in a project"
fwtool extract -f < j.img > out 2> err; is "$? $(ls -d dump.fw)" "0 dump.fw" "from standard input"

# what can go wrong
fwtool ls -R j.img > /dev/full 2> err; is "$? $(wc -l < err)" "2 1" "ls > /dev/full"
fwtool cat j.img zeroes > /dev/full 2> err; is "$? $(wc -l < err)" "2 1" "cat > /dev/full"
fwtool extract j.img --tar /dev/full > out 2> err; is "$? $(wc -l < err)" "2 1" "--tar /dev/full"
fwtool extract --max-bytes 100K j.img -d big > out 2> err; is "$? $(wc -l < err)" "2 1" --max-bytes
fwtool extract --max-files 5 j.img -d big > out 2> err; is "$? $(wc -l < err)" "2 1" --max-files
[ -e big ] && wrong "a limit left something behind"
head -c 65536 /dev/urandom > noise
fwtool extract noise -d big > out 2> err; is "$? $(wc -l < err)" "2 1" "extract of noise"
cp j.img hurt.img; printf 'XXXX' | dd of=hurt.img bs=1 seek=$((0x2000)) conv=notrunc status=none
fwtool extract hurt.img -d hurt > out 2> err; is "$? $(wc -l < err)" "2 1" "a damaged image: $(cat err)"
[ -e hurt ] && wrong "something was written of a damaged image"
grep -Eq '^fwtool: error: hurt.img:0x[0-9a-f]+: .*--partial' err || wrong "damage: $(cat err)"
fwtool extract --partial hurt.img -d hurt > out 2> err; is "$?" 3 "--partial"
cmp hurt/etc/passwd r/etc/passwd || wrong "--partial lost what is good"
ls -A | grep '^\.' && wrong "temporary files are left"

# kill -9 at any moment: both names with the right content, or not there
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	rm -rf k k.fwmeta .k.*
	fwtool extract j.img -d k > /dev/null 2>&1 & sleep 0.00$((i * 7 % 10))$i; kill -9 $! 2> /dev/null
	wait $! 2> /dev/null
	[ ! -e k ] || { diff -r --no-dereference k o1 && [ -e k.fwmeta ]; } || wrong "killed: a wrong tree"
	[ ! -e k.fwmeta ] || diff <(sed 's/ path=[^ ]*//' k.fwmeta) <(sed 's/ path=[^ ]*//' first) || wrong "killed: a wrong list"
done
rm -rf k k.fwmeta .k.*

# images that no honest tool writes
nasty() { "$TOP"/tests/make/jffs2nasty "$@"; }
mkdir away h
nasty names n.img && fwtool extract n.img -d h/n > out 2> err || wrong "names: $(cat err)"
is "$(find h/n -type f | wc -l)" 13 names
fwtool ls -lR n.img > out 2> err; is "$(wc -l < out)" 12 "a line for each name"
LC_ALL=C grep -q '[^[:print:]]' <(grep -v grün out) && wrong "control bytes on the terminal"
grep -qF "'bad\\x1b[2Jname'" out || wrong "ESC is not shown escaped"
fwtool repack h/n -o n2.img > out 2> err && cmp n.img n2.img || wrong "names do not come back: $(cat err)"
fwtool extract n.img --tar n.tar > out 2> err || wrong "names --tar: $(cat err)"
is "$(tar -tf n.tar 2> err | wc -l)" 13 "GNU tar lists names: $(cat err)"
mkdir nt; tar -C nt -xf n.tar 2> err; diff -r nt h/n || wrong "GNU tar unpacks other names: $(cat err)"
for kind in leave deep loop bomb holes; do
	nasty $kind $kind.img
	fwtool extract $kind.img -d h/$kind > out 2> err; is "$? $(wc -l < err)" "2 1" "$kind: $(cat err)"
	[ -e h/$kind ] && wrong "$kind: something was written"
done
fwtool extract --partial leave.img -d h/leave > out 2> err; is "$?" 3 "leave --partial"
cmp h/leave/good <(echo good) || wrong "leave --partial"
fwtool extract --partial deep.img -d h/deep > out 2> err; is "$?" 3 "deep --partial: $(tail -n 1 err)"
fwtool extract --partial holes.img -d h/holes > out 2> err; is "$?" 2 "375 GiB of holes"
fwtool extract --partial --max-bytes 1000G holes.img -d h/holes > out 2> err; is "$?" 3 "375 GiB of holes, allowed"
[ "$(du -s h/holes | cut -f 1)" -lt 1000 ] || wrong "holes are not kept"
for kind in through twice; do
	nasty $kind $kind.img "$work/away"
	fwtool extract --partial $kind.img -d h/$kind > out 2> err
	fwtool extract --partial --symlinks relative $kind.img -d h/$kind.r > out 2> err
done
is "$(ls -A away)" "" "nothing outside"
is "$(find . -name '*evil*' | wc -l)" 0 "nothing evil"

# what a Linux kernel and other readers see in images made elsewhere
cat > truth.py <<'END'
import hashlib, json, os, subprocess, sys
image, man = sys.argv[1:]
doc = json.loads(subprocess.run([os.environ["FWTOOL"], "ls", "-R", "--json", image],
                                capture_output=True).stdout)
have = {e["path"]: e for e in doc["entries"]}
bad = 0
for line in open(man, errors="surrogateescape"):
    if line.startswith("#") or line.count("|") < 2 or line.startswith(".|"):
        continue
    path, facts, rest = line.rstrip("\n").split("|", 2)
    mode, uid, gid, size, mtime, links = facts.split()
    e = have.pop(path[2:], None)
    if not e:
        print(f"{path}: not listed"); bad = 1; continue
    mine = [e["mode"], str(e["uid"]), str(e["gid"]), str(e.get("mtime", 0))]
    if mode[0] == "d":        # a kernel shows the time of the last name in it
        mtime = mine[3]
    if mine != [mode, uid, gid, mtime]:
        print(f"{path}: {mine} instead of {facts}"); bad = 1
    if mode[0] == "l" and "-> " + e["target"] != rest:
        print(f"{path}: leads to {e['target']} instead of {rest}"); bad = 1
    if mode[0] == "-":
        data = subprocess.run([os.environ["FWTOOL"], "cat", image, path[2:]],
                              capture_output=True).stdout
        if hashlib.md5(data).hexdigest() != rest or len(data) != int(size):
            print(f"{path}: other content"); bad = 1
    if mode[0] in "bc" and f"{e['major']},{e['minor']}" not in rest:
        print(f"{path}: {e['major']},{e['minor']} instead of {rest}"); bad = 1
for path in have:
    print(f"{path}: not in {man}"); bad = 1
sys.exit(bad)
END
for man in "$SHARED"/corpus/truth/*jffs2*.kernel.man; do
	image=${man##*/}; image=$SHARED/corpus/images/${image%.kernel.man}
	[ -e "$image" ] || continue
	python3 truth.py "$image" "$man" || wrong "$image is not what ${man##*/} says"
done
exit $bad
