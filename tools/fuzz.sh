#!/usr/bin/env bash
# Feeds damaged files to every reader for some hours: tools/fuzz.sh [HOURS] [FIRST SEED] [PROCESSES]
#
# Each turn of 10 minutes takes another seed. Finds and the commands that repeat them stand in fuzz-log/; the last lines sum
# up what was tried.
set -euo pipefail
cd "$(dirname "$0")/.."

hours=${1:-8} first=${2:-1000} processes=${3:-$(nproc)}
cargo build --release -p crosscut-fuzz
mkdir -p fuzz-log
end=$(($(date +%s) + hours * 3600))

work() {
    local seed=$((first + $1 * 100000))
    while [ "$(date +%s)" -lt "$end" ]; do
        # A find (1) or an end by the allocator (134) is kept and the next seed tried.
        target/release/crosscut-fuzz --seconds 600 --seed "$seed" >"fuzz-log/$seed.txt" 2>"fuzz-log/$seed.err" || true
        seed=$((seed + 1))
    done
}

for process in $(seq 0 $((processes - 1))); do
    work "$process" &
done
wait

grep -h -A1 found: fuzz-log/*.txt fuzz-log/*.err || echo "nothing was found"
awk 'NF >= 5 && $2 ~ /^[0-9]+$/ { inputs[$1] += $2; accepted[$1] += $3; all += $2 }
    END { for (t in inputs) print t, inputs[t], accepted[t]; print "inputs", all }' fuzz-log/*.txt
