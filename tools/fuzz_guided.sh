#!/usr/bin/env bash
# Feeds inputs that coverage leads to, to one reader or to each in turn: tools/fuzz_guided.sh [SECONDS] [TARGET...]
#
# Needs a nightly toolchain and a C++ compiler. cargo-fuzz runs the same targets:
#   cargo +nightly fuzz run --fuzz-dir fuzz/guided onnx
# Inputs that reached new code are kept in fuzz-log/guided/TARGET/, finds in fuzz-log/guided/finds/.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-600}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for file in fuzz/guided/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

log=$PWD/fuzz-log/guided
mkdir -p "$log/finds"
cargo run -q -p crosscut-fuzz -- --corpus "$log"
# What cargo-fuzz asks for. SANITIZER=address finds wrong accesses too, at half the speed.
flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing
    ${SANITIZER:+-Zsanitizer=$SANITIZER}"
cp Cargo.lock fuzz/guided/Cargo.lock
host=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS=$(echo $flags) cargo +nightly build -q --release --manifest-path fuzz/guided/Cargo.toml --target "$host"

found=0
for target in "${targets[@]}"; do
    echo "$target"
    "fuzz/guided/target/$host/release/$target" "$log/$target" -dict="$log/$target.dict" -artifact_prefix="$log/finds/$target-" \
        -max_total_time="$seconds" -max_len=65536 -timeout=20 -malloc_limit_mb=400 -rss_limit_mb=2048 -print_final_stats=1 \
        2>&1 | tee "$log/$target.txt" | grep -E "^(==|SUMMARY|stat::number|#[0-9]+.DONE)|panicked" || true
    grep -q "SUMMARY" "$log/$target.txt" && found=1
done
exit $found
