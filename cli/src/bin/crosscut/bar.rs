//! One bar on standard error.

use crate::say::say;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// A bar. It goes when it is dropped.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar over `length` steps; an invisible one only takes lines.
    pub fn new(what: &str, length: u64, visible: bool) -> Bar {
        let target = if visible {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        let style = ProgressStyle::with_template("{msg:28} {bar:30} {pos}/{len} {elapsed}")
            .expect("the template is valid");
        bar.set_style(style);
        bar.set_message(what.to_string());
        if visible {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Bar(bar)
    }

    /// Shows that `done` of `of` steps are done.
    pub fn set(&self, done: u64, of: u64) {
        self.0.set_length(of);
        self.0.set_position(done);
    }

    /// Says what is being done.
    pub fn say(&self, text: &str) {
        self.0.set_message(text.to_string());
    }

    /// A line on standard error that stays, whether the bar is shown or not.
    pub fn line(&self, text: &str) {
        self.0.suspend(|| say!("{text}"));
    }

    /// One step more is done.
    pub fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
