#!/bin/sh
# Ends what slurm-up.sh DIR started.
set -eu
for pid in "$1/slurmd.pid" "$1/slurmctld.pid" /run/munge/munged.pid; do
    if [ -f "$pid" ]; then kill "$(cat "$pid")" || true; fi
done
