#!/bin/sh
# Starts a Slurm of one node on this machine: slurm-up.sh DIR. As root, with slurmctld, slurmd, slurm-client and munge installed.
set -eu
D=$(mkdir -p "$1" && cd "$1" && pwd)
HOST=$(hostname -s)
mkdir -p "$D/state" "$D/spool" "$D/log"
install -d -o munge -g munge -m 755 /run/munge
install -d -o munge -g munge -m 700 /var/log/munge /var/lib/munge
cat > "$D/slurm.conf" <<C
ClusterName=loop
SlurmctldHost=$HOST(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool
SlurmctldPidFile=$D/slurmctld.pid
SlurmdPidFile=$D/slurmd.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd.log
SlurmctldPort=16817
SlurmdPort=16818
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=100000,batch_sched_delay=0,bf_interval=5
MaxArraySize=1001
MinJobAge=300
KillWait=5
NodeName=$HOST NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=4000 State=UNKNOWN
PartitionName=local Nodes=ALL Default=YES MaxTime=INFINITE State=UP
C
export SLURM_CONF="$D/slurm.conf"
runuser -u munge -- /usr/sbin/munged --num-threads=2 --pid-file=/run/munge/munged.pid
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF"
for _ in $(seq 40); do
    if sinfo -h -o %T | grep -q idle; then
        echo "export SLURM_CONF=$D/slurm.conf"
        exit 0
    fi
    sleep 0.25
done
echo "no idle node after 10 s; see $D/log" >&2
exit 1
