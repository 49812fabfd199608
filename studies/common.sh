# Shared by the studies: how to call the program and where results go. Sourced, not run.
#
# CROSSCUT   program (default: a release build of this checkout)
# DATA       folder with `models/`, `mnist/`, `cifar10-jpeg/` (needed by the studies on those)
# OUT        where results go (default: results/)
# IMAGES     held-back images to measure on; CALIBRATION training images to choose and fit on; EPOCHS of fine-tuning,
#            0 for none; KEEP budgets; METHODS methods; THREADS
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${CROSSCUT:-}" ]; then
    cargo build --release --quiet --manifest-path "$here/../Cargo.toml" -p crosscut
    CROSSCUT="$here/../target/release/crosscut"
fi
OUT=${OUT:-results}
IMAGES=${IMAGES:-1000}
CALIBRATION=${CALIBRATION:-1000}
EPOCHS=${EPOCHS:-0}
KEEP=${KEEP:-0.7,0.5,0.35,0.25}
METHODS=${METHODS:-ours,paper,paper-crossbar,filter-l1,channel-lasso,thinet,group-lasso,taylor,cluster,random,magnitude}
THREADS=${THREADS:-$(nproc)}

# study NAME ARGUMENTS... : one comparison, its report, plots and time
study() {
    name=$1
    shift
    tune=""
    if [ "$EPOCHS" -gt 0 ]; then
        tune="--finetune $EPOCHS"
    fi
    mkdir -p "$OUT/$name"
    start=$(date +%s)
    # shellcheck disable=SC2086
    "$CROSSCUT" compare --images "$IMAGES" --calibration-images "$CALIBRATION" --calibration-per-class \
        --methods "$METHODS" --keep "$KEEP" --keep-share "${KEEP%%,*}" $tune --threads "$THREADS" \
        --out "$OUT/$name" "$@" > "$OUT/$name/table.txt" 2> "$OUT/$name/notes.txt"
    echo "$name: $(($(date +%s) - start)) s with $THREADS threads, $CALIBRATION calibration images, $EPOCHS epochs" | tee "$OUT/$name/time.txt"
    sed -n '/ways to prune/,$p' "$OUT/$name/table.txt"
}

need_data() {
    if [ -z "${DATA:-}" ] || [ ! -d "$DATA/models" ]; then
        echo "skipped: set DATA to a folder with models/ and images" >&2
        exit 0
    fi
}
