#!/bin/sh
# The embedded digits network on two machines: every method at several budgets, and the steps from the published method
# to ours. Needs nothing but the program.
IMAGES=${IMAGES:-360}
CALIBRATION=${CALIBRATION:-512}
KEEP=${KEEP:-0.5,0.3,0.2,0.12}
. "$(dirname "$0")/common.sh"
for arch in ${ARCHS:-reram-64 semimap isaac-8b}; do
    study "digits-$arch" --arch "$arch" --ablation
done
