//! A method with all that goes with it.

use super::both::Both;
use crate::options::PruneOptions;
use crate::select::method::Method;
use crate::select::pairs::Pairs;

/// Shares of filters that budgets over all layers may take out of a layer before its pairs.
const FILTERS: [f64; 3] = [0.3, 0.5, 0.7];

/// A method and the options that go with it.
pub struct Entry {
    /// The method.
    pub method: Box<dyn Method>,
    /// Options of sampling, refit and rewriting.
    pub options: PruneOptions,
    /// Further methods that budgets over all layers may choose for a layer.
    pub others: Vec<Box<dyn Method>>,
    /// Whether ratios are set layer by layer for the whole budget, instead of one ratio for all.
    pub global: bool,
    /// Whether the method itself decides by `options`, so that other options make another method.
    pub by_options: bool,
}

impl Entry {
    /// A method of one's own, one ratio for all layers. `options` say how its decisions are refitted and rewritten.
    pub fn new(method: impl Method + 'static, options: PruneOptions) -> Entry {
        Entry {
            method: Box::new(method),
            options,
            others: Vec::new(),
            global: false,
            by_options: false,
        }
    }

    /// Pairs chosen and rewritten by `options`.
    pub fn pairs(name: &str, options: PruneOptions, global: bool) -> Entry {
        let pairs = Pairs {
            options: options.clone(),
            name: name.to_string(),
        };
        let after_filters = |&filters: &f64| -> Box<dyn Method> {
            let pairs = pairs.clone();
            Box::new(Both { filters, pairs })
        };
        let others = if global && options.dead {
            FILTERS.iter().map(after_filters).collect()
        } else {
            Vec::new()
        };
        Entry {
            method: Box::new(pairs),
            others,
            options,
            global,
            by_options: true,
        }
    }

    /// The method (0), or one of the others (from 1).
    pub fn alternative(&self, by: usize) -> &dyn Method {
        match by.checked_sub(1) {
            None => self.method.as_ref(),
            Some(k) => self.others[k].as_ref(),
        }
    }

    /// The same method with other options; a method that does not decide by them takes them for the rewrite alone.
    pub fn with(self, options: PruneOptions) -> Entry {
        if self.by_options {
            Entry::pairs(&self.method.name(), options, self.global)
        } else {
            Entry { options, ..self }
        }
    }
}
