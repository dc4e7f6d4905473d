# matrix.sh - chips and programmers in turn, flashrom reading and writing too
[ -z "$SAN" ] || { echo "a preloaded library does not mix with a sanitizer"; exit 77; }
exec "$TOP/tests/soak/matrix" quick
