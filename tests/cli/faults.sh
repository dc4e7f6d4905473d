# faults.sh - every fault of programmers and chips, one seed each; more: make soak
[ -z "$SAN" ] || { echo "a preloaded library does not mix with a sanitizer"; exit 77; }
exec "$TOP/tests/soak/faults" 1
