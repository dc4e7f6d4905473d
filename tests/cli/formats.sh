# formats.sh - the list of formats, and the schemas inside the program
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }

fwtool formats > list || wrong "formats: $?"
for name in $(fwtool --version | sed -n 's/^formats: //p'); do
	grep -q "^$name  *yes " list || wrong "$name is not in the list"
done
[ "$(awk 'length > 100' list | wc -l)" = 0 ] || wrong "long lines: $(cat list)"
fwtool formats jffs2 | grep -q '^jffs2 ' || wrong "one name"
[ "$(fwtool formats jffs2 | wc -l)" = 2 ] || wrong "one name is not one line"
fwtool formats --json | jq -e '.formats | length > 5' > /dev/null || wrong "--json"
fwtool formats jfs2 > out 2> err; [ $? = 2 ] || wrong "an unknown name"
grep -q 'did you mean "jffs2"' err || wrong "no suggestion: $(cat err)"

# Every schema is in the program, as it is in the tree.
for f in "$TOP"/share/schema/*.json; do
	name=${f##*/fwtool.}; name=${name%.json}
	fwtool formats --schema "$name" | cmp - "$f" ||
		wrong "the schema of $name"
	fwtool formats --schema "fwtool.$name" | cmp -s - "$f" || wrong "fwtool.$name"
	jq -e . "$f" > /dev/null || wrong "$f is no JSON"
done
fwtool formats --schema scam > out 2> err; [ $? = 2 ] && [ ! -s out ] || wrong "scam"
grep -q 'did you mean scan' err || wrong "no suggestion: $(cat err)"
exit $bad
