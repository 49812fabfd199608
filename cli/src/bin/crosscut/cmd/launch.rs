//! A sweep beyond one machine: the script of an array of shards, and its submission.

use super::Outcome;
use crate::args::{Launch, SweepJobArgs};
use crate::output;
use anyhow::{Context, bail};
use crosscut::sweep::{Plan, Sweep};
use std::path::Path;
use std::process::Command;

/// Options that belong to the launch and not to a shard.
const OWN: [&str; 5] = ["--launch", "--shards", "--cpus", "--memory", "--time"];

/// Checks that the plan can be divided, writes the script, and submits or shows it.
pub fn run(launch: Launch, args: &SweepJobArgs, plan: Plan, out: &Path) -> anyhow::Result<Outcome> {
    let shards = args.launch.shards;
    let points = plan.header.points;
    Sweep::new(plan)
        .shard(1, shards)
        .map_err(crosscut::Error::from)?;
    let program = std::env::current_exe().context("cannot tell where this program is")?;
    let program = program
        .to_str()
        .context("the path of this program is no text")?;
    let folder = out.to_str().context("the output folder is no text")?;
    let own: Option<Vec<String>> = std::env::args_os()
        .skip(1)
        .map(|a| a.into_string().ok())
        .collect();
    let own = own.context("an argument is no text")?;
    let shard = command(program, &without(&own), folder)?;
    let merge = shlex::try_join([program, "sweep", "merge", folder, "--out", folder])?;
    let script = script(args, folder, &shard);
    let path = out.join("sweep.sbatch");
    let shown = path.display().to_string();
    match launch {
        Launch::None => {
            let after = shlex::try_join([shown.as_str()])?;
            let text = format!(
                "{script}\n# Submit it, and the merge after it (it says which shards are missing):\n#   id=$(sbatch --parsable {after})\n#   sbatch --dependency=afterany:$id --wrap={}\n",
                shlex::try_quote(&merge)?
            );
            output::text(&text)?;
        }
        Launch::Slurm => {
            output::prepare_folder(out)?;
            output::path(&path, script.as_bytes())?;
            let id = sbatch(&[&shown])?;
            let (after, wrap) = (
                format!("--dependency=afterany:{id}"),
                format!("--wrap={merge}"),
            );
            let log = format!("--output={folder}/slurm-merge.log");
            let last = sbatch(&[&after, "--job-name=crosscut-merge", &log, &wrap])?;
            let points = points.map_or(String::new(), |n| {
                format!(" of {} points", crosscut_report::format::count(n))
            });
            output::text(&format!(
                "submitted array {id}: {shards} shards{points} into {folder}; job {last} merges them when all have ended"
            ))?;
        }
    }
    Ok(Outcome::Done)
}

/// The arguments of this call without those of the launch and without a folder.
fn without(args: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut skip = false;
    for arg in args {
        let named = |o: &str| arg == o || arg.strip_prefix(o).is_some_and(|r| r.starts_with('='));
        let own = OWN.iter().chain(&["--out"]).find(|o| named(o));
        if skip || own.is_some() {
            skip = !skip && own.is_some_and(|o| arg == o);
        } else {
            kept.push(arg.clone());
        }
    }
    kept
}

/// The command of one shard.
fn command(program: &str, args: &[String], folder: &str) -> anyhow::Result<String> {
    let fixed = [program]
        .into_iter()
        .chain(args.iter().map(String::as_str))
        .chain(["--out", folder]);
    Ok(shlex::try_join(fixed)?)
}

/// The job of one shard.
fn script(args: &SweepJobArgs, folder: &str, shard: &str) -> String {
    let launch = &args.launch;
    let (shards, cpus) = (launch.shards, launch.cpus);
    format!(
        "#!/bin/bash
#SBATCH --job-name=crosscut-sweep
#SBATCH --array=1-{shards}
#SBATCH --cpus-per-task={cpus}
#SBATCH --mem={}
#SBATCH --time={}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={folder}/slurm-%a.log
# A shard that is started again goes on where it stopped.
exec {shard} --threads \"${{SLURM_CPUS_PER_TASK:-{cpus}}}\" --shard \"$SLURM_ARRAY_TASK_ID/{shards}\"
",
        launch.memory, launch.time
    )
}

/// Submits a job; its number.
fn sbatch(args: &[&str]) -> anyhow::Result<String> {
    let result = Command::new("sbatch").arg("--parsable").args(args).output();
    let result = result.context("cannot run `sbatch`; `--launch none` prints the script, and docs/scaling.md has lines for machines without Slurm")?;
    if !result.status.success() {
        bail!(
            "`sbatch` refused the job: {}",
            String::from_utf8_lossy(&result.stderr).trim()
        );
    }
    let said = String::from_utf8_lossy(&result.stdout);
    // A cluster of several adds its name: `12;name`.
    let id = said.trim().split(';').next().unwrap_or_default();
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
        bail!("`sbatch` gave no number of a job: `{}`", said.trim());
    }
    Ok(id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_has_the_arguments_of_the_call_without_those_of_the_launch() {
        let args =
            "sweep plan.toml --launch slurm --shards=8 --set a=1,2 --out x --cpus 2 --estimate";
        let args: Vec<String> = args.split(' ').map(str::to_string).collect();
        assert_eq!(
            without(&args).join(" "),
            "sweep plan.toml --set a=1,2 --estimate"
        );
    }
}
