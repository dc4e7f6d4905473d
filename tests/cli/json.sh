# json.sh - every document of --json over hostile images, few; more: make soak
exec "$TOP/tests/soak/json" 1
