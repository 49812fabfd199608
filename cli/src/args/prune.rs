//! Options of pruning, and of comparing ways to prune.

use super::parse;
use clap::{Args, ValueEnum};
use crosscut_prune::methods::{self, NAMES};
use crosscut_prune::solve::lgd::Lgd;
use crosscut_prune::study::cases::Case;
use crosscut_prune::study::knapsack::Objective;
use crosscut_prune::{Budget, Grain, Order, PruneOptions, Solver};
use crosscut_sim::map::Adders;

/// What one mask bit stands for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum GrainName {
    /// One output feature map of a row group (or --kout of them); what stays is packed together
    Column,
    /// All output feature maps of an array
    Crossbar,
}

/// How masks are found.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SolverName {
    /// Backward elimination
    Greedy,
    /// The published gradient method with random projection
    Lgd,
    /// The best mask, by branch and bound (few row groups)
    Exact,
}

/// Order of input feature maps.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum OrderName {
    /// As in the network
    AsIs,
    /// Published: by signed sum of what a feature map adds
    SignedSum,
    /// Feature maps that matter to the same outputs together
    Alike,
}

/// What adders are sized for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum AddersName {
    /// The partial sums before pruning (published)
    Dense,
    /// The partial sums that arrive
    Arriving,
}

/// Where a ratio applies.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum BudgetName {
    /// To every output (published)
    PerOutput,
    /// To the layer as a whole
    PerLayer,
}

/// What a share is of.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum KeepOf {
    /// Crossbars of all roles
    Crossbars,
    /// Energy of an image (estimated)
    Energy,
}

/// Published choices of ratios.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum CaseName {
    /// Single-layer drop of 1 %
    #[value(name = "1")]
    One,
    /// Single-layer drop of 3 %
    #[value(name = "2")]
    Two,
    /// From 1 % on until drop, ratio or crossbars meet a threshold
    Opt,
}

/// Pruning choices.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pruning")]
pub struct PruneArgs {
    /// Share of (row group, output) pairs to remove from every layer but the first and last
    #[arg(long, value_name = "R", default_value_t = 0.5, value_parser = parse::ratio)]
    pub ratio: f64,
    /// Share to remove from one layer (repeatable)
    #[arg(long = "layer-ratio", value_name = "LAYER=R", value_parser = parse::layer_ratio)]
    pub layer_ratio: Vec<(String, f64)>,
    /// Prune by a named method with all that belongs to it; options of pairs given beside it do not count
    #[arg(long, value_name = "NAME", value_parser = parse::method())]
    pub method: Option<String>,
    /// Come down to this share of what --keep-of counts [method `ours` unless --method says otherwise]
    #[arg(long, value_name = "SHARE", value_parser = parse::keep, conflicts_with_all = ["ratio", "layer_ratio"])]
    pub keep_share: Option<f64>,
    /// What the share is of, for methods with budgets over all layers
    #[arg(long, value_enum, default_value_t = KeepOf::Crossbars)]
    pub keep_of: KeepOf,
    /// Ratios by the published rule, from single-layer sweeps [method `paper` unless --method says otherwise]
    #[arg(long, value_enum, conflicts_with_all = ["ratio", "keep_share"])]
    pub case: Option<CaseName>,
    /// What one decision removes
    #[arg(long, value_enum, default_value_t = GrainName::Column)]
    pub grain: GrainName,
    /// Neighbouring output feature maps of a convolution that share a decision
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub kout: u16,
    /// The same for fully connected layers (published: 8)
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub fc_kout: u16,
    /// How the pairs that stay are chosen
    #[arg(long, value_enum, default_value_t = SolverName::Greedy)]
    pub solver: SolverName,
    /// LGD: candidates beyond r that take part in the draw
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub r0: usize,
    /// LGD: fixed step length [default: 1 / largest eigenvalue]
    #[arg(long, value_name = "X")]
    pub eta: Option<f64>,
    /// Order in which input feature maps are cut into row groups
    #[arg(long, value_enum, default_value_t = OrderName::AsIs)]
    pub order: OrderName,
    /// Where the ratio applies
    #[arg(long, value_enum, default_value_t = BudgetName::PerOutput)]
    pub budget: BudgetName,
    /// Keep the original values of the weights that stay
    #[arg(long)]
    pub no_refit: bool,
    /// Pull of the refit towards the original weights
    #[arg(long, value_name = "X", default_value_t = 0.01)]
    pub ridge: f64,
    /// Output positions sampled per image
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    pub points: u16,
    /// How many of them the refit uses [default: all; published: 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub refit_points: Option<u16>,
    /// Drop surplus pairs so that row groups fill whole arrays (column grain)
    #[arg(long)]
    pub balance: bool,
    /// Fill array columns left empty with the best removed pairs (column grain)
    #[arg(long)]
    pub fill: bool,
    /// What reduce crossbars are sized for after pruning
    #[arg(long, value_enum, default_value_t = AddersName::Dense)]
    pub adders: AddersName,
    /// Choose slice widths again for what is left
    #[arg(long)]
    pub reslice: bool,
    /// Take out feature maps that became constant zero or that nobody reads
    #[arg(long)]
    pub remove_dead: bool,
    #[command(flatten)]
    pub tune: TuneArgs,
}

/// How a budget over all layers is approached.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pruning")]
pub struct TuneArgs {
    /// Rounds of pruning, refit and fine-tuning in which a budget is approached
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=20))]
    pub rounds: u16,
    /// Training images, beyond those calibrated on, that single layers are probed with
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    pub probe_images: u32,
}

impl PruneArgs {
    /// As the library takes them.
    pub fn options(&self, images: usize, seed: u64) -> PruneOptions {
        let points = usize::from(self.points);
        PruneOptions {
            grain: match self.grain {
                GrainName::Column => Grain::Column,
                GrainName::Crossbar => Grain::Crossbar,
            },
            kout: usize::from(self.kout),
            gemm_kout: usize::from(self.fc_kout),
            order: match self.order {
                OrderName::AsIs => Order::AsIs,
                OrderName::SignedSum => Order::SignedSum,
                OrderName::Alike => Order::Alike,
            },
            ratio: self.ratio,
            ratios: self.layer_ratio.iter().cloned().collect(),
            budget: match self.budget {
                BudgetName::PerOutput => Budget::PerOutput,
                BudgetName::PerLayer => Budget::PerLayer,
            },
            solver: match self.solver {
                SolverName::Greedy => Solver::Greedy,
                SolverName::Lgd => Solver::Lgd(Lgd {
                    relaxation: self.r0,
                    eta: self.eta,
                    ..Lgd::default()
                }),
                SolverName::Exact => Solver::Exact,
            },
            refit: !self.no_refit,
            ridge: self.ridge,
            points,
            refit_points: self.refit_points.map_or(points, usize::from),
            balance: self.balance,
            fill: self.fill,
            adders: match self.adders {
                AddersName::Dense => Adders::Dense,
                AddersName::Arriving => Adders::Arriving,
            },
            reslice: self.reslice,
            dead: self.remove_dead,
            images,
            seed,
            ..PruneOptions::default()
        }
    }

    /// What a share is of.
    pub fn objective(&self) -> Objective {
        match self.keep_of {
            KeepOf::Crossbars => Objective::Crossbars,
            KeepOf::Energy => Objective::Energy,
        }
    }

    /// The published case, if asked.
    pub fn case(&self) -> Option<Case> {
        self.case.map(|c| match c {
            CaseName::One => Case::One,
            CaseName::Two => Case::Two,
            CaseName::Opt => Case::Opt,
        })
    }
}

/// Several ways to prune, at several budgets.
#[derive(Debug, Args)]
#[command(next_help_heading = "Methods side by side")]
pub struct MethodsArgs {
    /// Methods to bring to the budgets of --keep: names, `all`, or `none` [default: ours,paper,filter-l1 with the network `digits`, else none]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = parse::methods())]
    pub methods: Option<Vec<String>>,
    /// Budgets: shares of the crossbars of all roles
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = parse::keep, default_values_t = [0.5, 0.3, 0.15])]
    pub keep: Vec<f64>,
    /// Add a line for every step from the published method to ours
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
                "all" => names.extend(NAMES.iter().map(|(n, _)| n.to_string())),
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

/// Steps from the published method to ours: a name, options, and whether budgets are set over all layers.
pub fn steps(base: &PruneOptions) -> Vec<(&'static str, PruneOptions, bool)> {
    let mut options = methods::paper(base);
    let mut steps = vec![("paper", options.clone(), false)];
    let mut add = |name, change: &dyn Fn(&mut PruneOptions), global| {
        change(&mut options);
        steps.push((name, options.clone(), global));
    };
    add("+ greedy masks", &|o| o.solver = Solver::Greedy, false);
    add(
        "+ adders for what arrives",
        &|o| o.adders = Adders::Arriving,
        false,
    );
    add("+ slices again", &|o| o.reslice = true, false);
    add("+ unread maps out", &|o| o.dead = true, false);
    add(
        "+ arrays filled",
        &|o| {
            o.gemm_kout = 1;
            o.balance = true;
        },
        false,
    );
    add("+ alike maps together", &|o| o.order = Order::Alike, false);
    add("+ budgets over layers (ours)", &|_| {}, true);
    steps
}
