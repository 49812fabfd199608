//! Low arguments: what the user types. The command modules turn them into library calls.

mod choice;
mod exec;
mod import;
mod parse;
mod prune;
mod shared;
mod sweep;
mod train;
mod verbs;

pub use exec::{ExecArgs, ProfileArgs, StudyArgs};
pub use import::ImportArgs;
pub use shared::{DataArgs, Global, MachineArgs, MapArgs, NetworkArgs, ThreadArgs};
pub use sweep::{Launch, MergeArgs, SweepArgs, SweepJobArgs, SweepVerb};
pub use train::{TrainArgs, TrainDataArgs};
pub use verbs::{
    ActivityArgs, ArchVerb, CompareArgs, MapVerbArgs, NetworkVerb, PlotArgs, PruneJobArgs,
    PruneVerbArgs, RunArgs, TimeArgs, ValidateArgs, WhyArgs,
};

use clap::{Parser, Subcommand};
use clap_complete::Shell;

/// Cycle-level simulator of crossbar (compute-in-memory) neural-network accelerators, coupled to crossbar-aware
/// pruning.
#[derive(Debug, Parser)]
#[command(
    name = "crosscut",
    version,
    max_term_width = 100,
    after_help = "Examples:
  crosscut compare                                   dense against pruned, all embedded
  crosscut map --arch isaac-ce --network vgg16       crossbars by layer and role
  crosscut run --arch semimap --network vgg8 --json  latency, energy, area as JSON
  crosscut arch check my-machine.toml                explain a machine description

Exit codes: 0 done, 1 ran but a check failed, 2 the input is wrong, 70 a bug in crosscut,
130 interrupted (what was done until then is reported)."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Compare a network before and after pruning on the same machine (the main job)
    Compare(CompareArgs),
    /// Map a network onto a machine: crossbars by layer and role
    Map(MapVerbArgs),
    /// Simulate time, energy and area of a network on a machine
    Run(RunArgs),
    /// Run real images through simulated crossbars: accuracy, and where it is lost
    Exec(ExecArgs),
    /// Show what the ADCs will see on real images, and choose their ranges
    Profile(ProfileArgs),
    /// Prune a network for a machine and write the new weights and mapping
    Prune(PruneVerbArgs),
    /// Train a network, or fine-tune a pruned one with its masks held
    Train(TrainArgs),
    /// Compare simulated figures with those published of chips
    Validate(ValidateArgs),
    /// Say what a figure comes from, and try what would change it
    Why(WhyArgs),
    /// Sweep many designs: every combination of values, or a search among them
    Sweep(Box<SweepArgs>),
    /// Draw the plots of a saved report
    Plot(PlotArgs),
    /// List, show, check and compare machines
    Arch(ArchArgs),
    /// List, show and import networks
    Network(NetworkVerbArgs),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  crosscut completions bash > ~/.local/share/bash-completion/completions/crosscut"
    )]
    Completions {
        /// Shell
        shell: Shell,
    },
}

/// Verbs on machines.
#[derive(Debug, clap::Args)]
pub struct ArchArgs {
    /// What to do.
    #[command(subcommand)]
    pub verb: ArchVerb,
}

/// Verbs on networks.
#[derive(Debug, clap::Args)]
pub struct NetworkVerbArgs {
    /// What to do.
    #[command(subcommand)]
    pub verb: NetworkVerb,
}
