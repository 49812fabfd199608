//! Options that make up the published method, this crate's own, and the steps from one to the other.

use super::entry::Entry;
use crate::options::{Budget, Order, PruneOptions};
use crate::select::grain::Grain;
use crate::select::solve::Solver;
use crate::select::solve::lgd::Lgd;
use crosscut_sim::map::Adders;

/// The published method on the sampling of `base`.
pub fn paper(base: &PruneOptions) -> PruneOptions {
    PruneOptions {
        grain: Grain::Column,
        kout: 1,
        gemm_kout: 8,
        order: Order::SignedSum,
        budget: Budget::PerOutput,
        solver: Solver::Lgd(Lgd::default()),
        fill: false,
        balance: false,
        adders: Adders::Dense,
        reslice: false,
        dead: false,
        ..base.clone()
    }
}

/// Everything this crate adds to it.
pub fn ours(base: &PruneOptions) -> PruneOptions {
    PruneOptions {
        gemm_kout: 1,
        order: Order::Alike,
        solver: Solver::Greedy,
        balance: true,
        adders: Adders::Arriving,
        reslice: true,
        dead: true,
        ..paper(base)
    }
}

/// What baselines of other papers are rewritten by.
pub(super) fn baseline(base: &PruneOptions) -> PruneOptions {
    PruneOptions {
        dead: true,
        ..base.clone()
    }
}

/// A way to choose pairs, by name and options.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Name in tables.
    pub name: &'static str,
    /// How pairs are chosen and rewritten.
    pub options: PruneOptions,
    /// Whether budgets are set over all layers.
    pub global: bool,
}

impl Recipe {
    /// The method.
    pub fn entry(&self) -> Entry {
        Entry::pairs(self.name, self.options.clone(), self.global)
    }
}

/// The steps from the published method to this crate's own, one change at a time.
pub fn ablation(base: &PruneOptions) -> Vec<Recipe> {
    let mut options = paper(base);
    let mut steps = Vec::new();
    let mut add = |name, global, change: fn(&mut PruneOptions)| {
        change(&mut options);
        let options = options.clone();
        steps.push(Recipe {
            name,
            options,
            global,
        });
    };
    add("paper", false, |_| {});
    add("+ greedy masks", false, |o| o.solver = Solver::Greedy);
    add("+ adders for what arrives", false, |o| {
        o.adders = Adders::Arriving;
    });
    add("+ slices again", false, |o| o.reslice = true);
    add("+ unread maps out", false, |o| o.dead = true);
    add("+ arrays filled", false, |o| {
        o.gemm_kout = 1;
        o.balance = true;
    });
    add("+ alike maps together", false, |o| o.order = Order::Alike);
    add("+ budgets over layers (ours)", true, |_| {});
    steps
}
