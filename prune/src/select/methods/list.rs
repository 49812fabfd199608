//! The named methods, each named once.

use super::channels::{Channels, Criterion};
use super::cluster::Cluster;
use super::entry::Entry;
use super::filters::{Filters, Scores};
use super::magnitude::Magnitude;
use super::random::Random;
use super::recipes::{baseline, ours, paper};
use crate::options::PruneOptions;
use crate::select::grain::Grain;

/// A method that can be asked for by name.
pub struct NamedMethod {
    /// Name, as on the command line.
    pub name: &'static str,
    /// One line on it.
    pub about: &'static str,
    /// The method, its options founded on those given. Scores of filters are computed only if it asks for them.
    make: fn(&PruneOptions, &mut dyn FnMut() -> Scores) -> Entry,
}

/// All of them.
pub const METHODS: &[NamedMethod] = &[
    NamedMethod {
        name: "ours",
        about: "pairs by backward elimination, arrays filled, adders and slices fitted, budgets over all layers",
        make: |base, _| Entry::pairs("ours", ours(base), true),
    },
    NamedMethod {
        name: "paper",
        about: "pairs by LGD with RPP at column grain, input maps by signed sum (Liang et al. 2018)",
        make: |base, _| Entry::pairs("paper", paper(base), false),
    },
    NamedMethod {
        name: "paper-crossbar",
        about: "the same at crossbar grain",
        make: |base, _| {
            let options = PruneOptions {
                grain: Grain::Crossbar,
                ..paper(base)
            };
            Entry::pairs("paper-crossbar", options, false)
        },
    },
    NamedMethod {
        name: "magnitude",
        about: "single weights by magnitude (Han et al. 2015): few crossbars become free",
        make: |base, _| Entry::new(Magnitude, baseline(base)),
    },
    NamedMethod {
        name: "filter-l1",
        about: "whole filters by L1 norm (Li et al. 2017)",
        make: |base, _| Entry::new(Filters::l1(), baseline(base)),
    },
    NamedMethod {
        name: "taylor",
        about: "whole filters by first-order Taylor expansion of the loss (Molchanov et al. 2019)",
        make: |base, scores| Entry::new(Filters::scored("taylor", scores()), baseline(base)),
    },
    NamedMethod {
        name: "channel-lasso",
        about: "input channels by LASSO (He et al. 2017)",
        make: |base, _| Entry::new(Channels(Criterion::Lasso), baseline(base)),
    },
    NamedMethod {
        name: "thinet",
        about: "input channels by greedy reconstruction (Luo et al. 2017)",
        make: |base, _| Entry::new(Channels(Criterion::Greedy), baseline(base)),
    },
    NamedMethod {
        name: "group-lasso",
        about: "input channels by group lasso (SSL, Wen et al. 2016)",
        make: |base, _| Entry::new(Channels(Criterion::GroupLasso), baseline(base)),
    },
    NamedMethod {
        name: "cluster",
        about: "clusters of inputs and outputs as arrays (after TraNNsformer, Ankit et al. 2017)",
        make: |base, _| Entry::new(Cluster, baseline(base)),
    },
    NamedMethod {
        name: "random",
        about: "pairs at random",
        make: |base, _| Entry::new(Random, baseline(base)),
    },
];

/// The method of a name, its options founded on `base` (sampling, refit, seed); `None` if there is none of that name.
/// `scores` is asked only by `taylor`.
pub fn by_name(
    name: &str,
    base: &PruneOptions,
    scores: &mut dyn FnMut() -> Scores,
) -> Option<Entry> {
    let named = METHODS.iter().find(|m| m.name == name)?;
    Some((named.make)(base, scores))
}
