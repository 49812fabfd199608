//! Options of pruning, and of comparing ways to prune.

use super::choice::choice;
use super::parse;
use clap::Args;
use crosscut::workload::PROBED;
use crosscut_prune::select::methods::METHODS;
use crosscut_prune::select::solve::lgd::Lgd;
use crosscut_prune::study::Objective;
use crosscut_prune::study::cases::Case;
use crosscut_prune::{Budget, Grain, Order, PruneOptions, Solver};
use crosscut_sim::map::Adders;

/// Pruning choices.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pruning")]
pub struct PruneArgs {
    /// Remove this share of the (row group, output) pairs of every layer but the first and the last
    #[arg(long, value_name = "R", default_value_t = 0.5, value_parser = parse::ratio)]
    pub ratio: f64,
    /// Remove this share of one layer (repeatable)
    #[arg(long = "layer-ratio", value_name = "LAYER=R", value_parser = parse::layer_ratio)]
    pub layer_ratio: Vec<(String, f64)>,
    /// Prune by a named method and its own options; options that choose pairs are then ignored
    #[arg(long, value_name = "NAME", value_parser = parse::method())]
    pub method: Option<String>,
    /// Keep this share of what --keep-of counts [method: `ours`, unless --method names another]
    #[arg(long, value_name = "SHARE", value_parser = parse::keep, conflicts_with_all = ["ratio", "layer_ratio"])]
    pub keep_share: Option<f64>,
    /// Choose what --keep-share counts, for methods with budgets over all layers
    #[arg(long, value_parser = choice::<Objective>(), default_value_t = Objective::Crossbars)]
    pub keep_of: Objective,
    /// Choose ratios by the published rule, from single-layer sweeps [method: `paper`, unless --method names another]
    #[arg(long, value_parser = choice::<Case>(), conflicts_with_all = ["ratio", "keep_share"])]
    pub case: Option<Case>,
    /// Choose what one decision removes
    #[arg(long, value_parser = choice::<Grain>(), default_value_t = Grain::Column)]
    pub grain: Grain,
    /// Let N neighbouring output feature maps of a convolution share a decision
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = super::parse::positive::<u16>)]
    pub kout: u16,
    /// Let N neighbouring outputs of a fully connected layer share a decision (published: 8)
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = super::parse::positive::<u16>)]
    pub fc_kout: u16,
    /// Choose the solver that finds the pairs to keep
    #[arg(long, value_parser = choice::<Solver>(), default_value_t = Solver::Greedy)]
    pub solver: Solver,
    /// LGD: draw from N candidates more than are kept
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub r0: usize,
    /// LGD: use a fixed step length [default: 1 / largest eigenvalue]
    #[arg(long, value_name = "X")]
    pub eta: Option<f64>,
    /// Choose the order in which input feature maps are cut into row groups
    #[arg(long, value_parser = choice::<Order>(), default_value_t = Order::AsIs)]
    pub order: Order,
    /// Choose where the ratio applies
    #[arg(long, value_parser = choice::<Budget>(), default_value_t = Budget::PerOutput)]
    pub budget: Budget,
    /// Keep the original values of the weights that stay
    #[arg(long)]
    pub no_refit: bool,
    /// Pull the refit towards the original weights with this strength
    #[arg(long, value_name = "X", default_value_t = 0.01)]
    pub ridge: f64,
    /// Sample N output positions per image
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = super::parse::positive::<u16>)]
    pub points: u16,
    /// Use N of the sampled positions in the refit [default: all; published: 2]
    #[arg(long, value_name = "N", value_parser = super::parse::positive::<u16>)]
    pub refit_points: Option<u16>,
    /// Drop surplus pairs so that row groups fill whole arrays (column grain)
    #[arg(long)]
    pub balance: bool,
    /// Fill array columns left empty with the best removed pairs (column grain)
    #[arg(long)]
    pub fill: bool,
    /// Choose what reduce crossbars are sized for after pruning
    #[arg(long, value_parser = choice::<Adders>(), default_value_t = Adders::Dense)]
    pub adders: Adders,
    /// Choose slice widths again for what is left
    #[arg(long)]
    pub reslice: bool,
    /// Remove feature maps that became constant zero or that no layer reads
    #[arg(long)]
    pub remove_dead: bool,
    #[command(flatten)]
    pub tune: TuneArgs,
}

/// How a budget over all layers is approached.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pruning")]
pub struct TuneArgs {
    /// Approach a budget in N rounds of pruning, refit and fine-tuning
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = super::parse::at_most::<20, u16>)]
    pub rounds: u16,
    /// Probe single layers with N training images that do not calibrate
    #[arg(long, value_name = "N", default_value_t = PROBED, value_parser = super::parse::positive::<u32>)]
    pub probe_images: u32,
}

impl PruneArgs {
    /// As the library takes them.
    pub fn options(&self) -> PruneOptions {
        let points = usize::from(self.points);
        PruneOptions {
            grain: self.grain,
            kout: usize::from(self.kout),
            gemm_kout: usize::from(self.fc_kout),
            order: self.order,
            ratio: self.ratio,
            ratios: self.layer_ratio.iter().cloned().collect(),
            budget: self.budget,
            solver: match self.solver {
                Solver::Lgd(lgd) => Solver::Lgd(Lgd {
                    relaxation: self.r0,
                    eta: self.eta,
                    ..lgd
                }),
                other => other,
            },
            refit: !self.no_refit,
            ridge: self.ridge,
            points,
            refit_points: self.refit_points.map_or(points, usize::from),
            balance: self.balance,
            fill: self.fill,
            adders: self.adders,
            reslice: self.reslice,
            dead: self.remove_dead,
            ..PruneOptions::default()
        }
    }
}

/// Several ways to prune, at several budgets.
#[derive(Debug, Args)]
#[command(next_help_heading = "Methods side by side")]
pub struct MethodsArgs {
    /// Bring these methods to the budgets of --keep: names, `all`, or `none` [default: ours,paper,filter-l1 with the network `digits`, else none]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = parse::methods())]
    pub methods: Option<Vec<String>>,
    /// Compare methods at these budgets: shares of the crossbars of all roles
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = parse::keep, default_values_t = [0.5, 0.3, 0.15])]
    pub keep: Vec<f64>,
    /// Add one line for every step from the published method to ours
    #[arg(long)]
    pub ablation: bool,
}

impl MethodsArgs {
    /// Names of methods, in the order given.
    pub fn names(&self, digits: bool) -> Vec<String> {
        let default = || {
            let all = ["ours", "paper", "filter-l1"];
            all.iter()
                .filter(|_| digits && !self.ablation)
                .map(|n| n.to_string())
                .collect()
        };
        let Some(given) = &self.methods else {
            return default();
        };
        let mut names = Vec::new();
        for name in given {
            match name.as_str() {
                "all" => names.extend(METHODS.iter().map(|m| m.name.to_string())),
                "none" => {}
                name => names.push(name.to_string()),
            }
        }
        let mut once = Vec::new();
        for name in names {
            if !once.contains(&name) {
                once.push(name);
            }
        }
        once
    }
}
