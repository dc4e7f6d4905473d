# batch.sh - many inputs: every one accounted for, none can hurt another
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
# A sanitizer wants more memory than any limit leaves it.
batch() { $FWTOOL batch ${SAN:+--memory 0} "$@"; }
lines() { jq -s "$1" "$2"; }

mkdir -p coll/a coll/b coll/old.fw
printf 'hello\n' | gzip -n > coll/a/one.gz
mkdir tree; echo x > tree/f; genromfs -f coll/b/two.romfs -d tree
mkimage -A arm -O linux -T kernel -C none -d tree/f coll/b/three.img > /dev/null
head -c 3000 /dev/zero > "coll/b/blank
name"
printf '\033[31mred' > $'coll/\033[1mbad\xff'
cp coll/a/one.gz coll/same.gz
echo '{}' > coll/old.fw/fwtool.json; cp coll/a/one.gz coll/old.fw/part
ln -s ../tree coll/link; ln -s /etc/passwd coll/pw

batch scan --json -- coll > all.jsonl 2> err; [ $? = 0 ] || wrong "status, $(cat err)"
[ "$(lines length all.jsonl)" = 6 ] || wrong "$(lines length all.jsonl) lines"
[ "$(wc -l < all.jsonl)" = 6 ] || wrong "a document is not one line"
[ "$(lines '[.[] | select(.status == 0)] | length' all.jsonl)" = 4 ] || wrong "found: $(cat all.jsonl)"
for f in a/one.gz b/two.romfs b/three.img; do
	want=$(sha256sum coll/$f | cut -c1-64)
	[ "$(lines "any(.input.name == \"coll/$f\" and .input.sha256 == \"$want\")" all.jsonl)" = true ] ||
		wrong "$f: sha256"
done
[ "$(lines 'any(.input.name == "coll/b/three.img" and .result.found[0].type == "uimage")' all.jsonl)" = true ] ||
	wrong "the command's document"
batch scan -- coll > text 2> err
[ "$(wc -l < text)" = 6 ] || wrong "text: $(cat text)"
LC_ALL=C grep -q $'\033\|\xff' text && wrong "control bytes in text"
grep -q '^ok  *coll/b/three.img' text || wrong "text: $(cat text)"

# Trouble in one is trouble of that one.
batch --timeout 1 verify --json -- coll/a/one.gz /dev/zero > out 2> err < /dev/null
[ $? = 3 ] || wrong "an endless input: $(cat err out)"
[ "$(lines '[.[] | select(.fate == "timeout")] | length' out)" = 1 ] || wrong "no timeout: $(cat out)"
batch scan --json -- coll/a absent > out 2> err
[ $? = 2 ] && [ ! -s out ] && [ "$(wc -l < err)" = 1 ] || wrong "an absent operand: $(cat err)"
printf 'coll/a/one.gz\nabsent\n' | batch --from - scan --json > out 2> err
[ $? = 3 ] && [ "$(lines 'map(.status) | sort == [0, 2]' out)" = true ] || wrong "an absent name: $(cat err out)"
printf 'coll/a/one.gz\0coll/b/blank\nname\0' | batch -q --from - scan --json > out
[ "$(lines length out)" = 2 ] || wrong "names with NUL"
for line in "scan -o x -- coll" "flash -- coll" "scam -- coll" "scan" "" "--shard 5/4 scan -- coll" \
	"--resume scan --json -- coll"; do
	batch $line > out 2> err < /dev/null
	[ $? = 2 ] && [ "$(wc -l < err)" = 1 ] && grep -q '^fwtool: error: .*; ' err || wrong "batch $line: $(cat err)"
done

# Shares make the whole; what is done is not done again.
for k in 1 2 3; do batch -q --shard $k/3 -o s$k.jsonl scan --json -- coll || wrong "shard $k"; done
cat s?.jsonl > shares.jsonl
[ "$(lines 'map(.input.name // .input.name_b64) | sort' shares.jsonl)" = "$(lines 'map(.input.name // .input.name_b64) | sort' all.jsonl)" ] ||
	wrong "the shares are not the whole"
batch -o s1.jsonl scan --json -- coll 2> err; [ $? = 2 ] || wrong "an output is there: not refused"
head -c -30 s1.jsonl > cut.jsonl	# a line that a kill cut off
batch -o cut.jsonl --resume scan --json -- coll 2> err || wrong "resume: $(cat err)"
jq -e . cut.jsonl > /dev/null || wrong "resume left a cut line"
[ "$(lines 'map(.input.sha256) | unique | length' cut.jsonl)" = 5 ] || wrong "resume: not all"
batch -o cut.jsonl --resume scan --json -- coll 2> err
grep -q '0 done, 0 with trouble, 6 known' err || wrong "resume again: $(cat err)"

# Each of the same bytes has its line; what has another name now is known.
jq -c 'select(.input.name != "coll/same.gz")' all.jsonl > twin.jsonl
batch -q -o twin.jsonl --resume scan --json -- coll || wrong "resume with a twin"
[ "$(lines 'map(.input.name // .input.name_b64) | sort' twin.jsonl)" = "$(lines 'map(.input.name // .input.name_b64) | sort' all.jsonl)" ] ||
	wrong "resume: a twin is left out"
cp -r coll moved
batch -o twin.jsonl --resume scan --json -- moved 2> err
grep -q '0 done, 0 with trouble, 6 known' err || wrong "resume elsewhere: $(cat err)"
rm -r moved
truncate -s 20G $'slow\xff'
batch --timeout 1 scan --json -- $'slow\xff' > out 2> err
[ "$(lines 'map(.messages[0].code)' out | tr -d ' \n')" = '["batch.timeout"]' ] || wrong "a late one's message: $(cat out)"
rm $'slow\xff'

# What children write lies apart, whatever the names say.
(cd coll/a && batch -q -d ../../outd carve -- ../b ../same.gz) || wrong "carve"
[ -e outd/__/b/three.img/fwtool.json ] && [ -e outd/__/same.gz/fwtool.json ] || wrong "$(find outd | head)"

# Killed at any moment: only whole lines, or one cut at the end that resume removes.
for i in 1 2 3; do
	rm -f k.jsonl
	$FWTOOL batch ${SAN:+--memory 0} -q -o k.jsonl scan --json -- coll & pid=$!
	sleep 0.0$((i * 2)); kill -9 $pid 2> /dev/null; wait $pid 2> /dev/null
	batch -q -o k.jsonl --resume scan --json -- coll || wrong "after a kill"
	[ "$(lines 'map(.input.sha256) | unique | length' k.jsonl)" = 5 ] || wrong "after a kill: not all"
done

if command -v parallel > /dev/null; then
	seq 3 | parallel --will-cite -j 2 "$FWTOOL batch ${SAN:+--memory 0} -q --shard {}/3 -o p{}.jsonl scan --json -- coll" || wrong "parallel"
	[ "$(cat p?.jsonl | jq -s length)" = 6 ] || wrong "parallel: not all"
fi
exit $bad
