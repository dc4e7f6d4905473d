# schemas.sh - what --json prints is what share/schema says, well or ill
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
python3 -c 'import jsonschema' 2> /dev/null || { echo "no python3-jsonschema"; exit 77; }
cat > validate.py <<'END'
import json, sys, jsonschema
bad = 0
for path in sys.argv[2:]:
    text = open(path).read()
    try:
        doc = json.loads(text)
        name = doc["schema"].split("/")[0]
        schema = json.load(open(f"{sys.argv[1]}/{name}.json"))
        jsonschema.Draft202012Validator.check_schema(schema)
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(doc))
    except Exception as e:
        errors = [e]
    for e in errors[:3]:
        print(f"{path}: {getattr(e, 'json_path', '')} {str(e)[:300]}")
        bad = 1
sys.exit(bad)
END
"$TOP"/tests/make/flash mstar dump.bin pieces || { echo "no flash image"; exit 2; }
"$TOP"/tests/make/putty pieces/conf.jffs2 > putty.log
head -c 4500000 dump.bin > short.bin
{ head -c 0x400000 dump.bin; } > cut.bin 2> /dev/null || head -c 4194304 dump.bin > cut.bin
head -c 65536 /dev/urandom > noise.bin
cp "$FWTOOL" program.bin
run() { # NAME COMMAND...
	local name=$1; shift
	fwtool "$@" --json > "$name.json" 2> "$name.err" < /dev/null
	[ -s "$name.json" ] || echo "$name: no document ($(head -n 1 "$name.err"))"
}
n=0
for f in dump.bin putty.log cut.bin noise.bin program.bin absent; do
	n=$((n + 1))
	run scan$n scan $f
	run carve$n carve $f -d d$n
	run extract$n extract $f -d e$n
	run ls$n ls $f
	run env$n env $f
	run verify$n verify $f
	run unhex$n unhex $f -o u$n.bin
	run swap$n swap32 $f -o s$n.bin
	run join$n join $f -o j$n.bin
	run nand$n nand $f -o n$n.bin
	run repack$n repack e$n -o r$n.bin
done
run formats formats
run check swap32 --check dump.bin
python3 validate.py "$TOP/share/schema" ./*.json
