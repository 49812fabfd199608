#!/usr/bin/env bash
# Looks for wrong accesses to memory: tools/sanitize.sh address|miri
#
#   address   the suite of the kernels under AddressSanitizer, with the toolchain in use
#   miri      unit tests of the kernels' input (a nightly toolchain with the component `miri`)
set -euo pipefail
cd "$(dirname "$0")/.."

host=$(rustc -vV | sed -n 's/^host: //p')
case "${1:-}" in
address)
    # The target is named so that build scripts and macros are built without it.
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=target/address \
        cargo test -p crosscut-sim --test func_kernels --target "$host"
    ;;
miri)
    MIRIFLAGS=-Zmiri-disable-isolation CARGO_TARGET_DIR=target/miri \
        cargo +nightly miri test -p crosscut-sim --lib func::kernel::input
    ;;
*)
    sed -n '2,5p' "$0" >&2
    exit 2
    ;;
esac
