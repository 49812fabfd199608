//! Training with progress: loss, accuracy and time left on standard error, nothing of the clock in results.

use crate::bar::Bar;
use crosscut::progress::TrainTask;
use crosscut_prune::train::{EpochRecord, Evaluation, TrainStep};
use crosscut_report::format::percent;
use std::time::{Duration, Instant};

/// Shows how a run goes.
#[derive(Debug)]
pub struct Reporter {
    bar: Bar,
    start: Instant,
    /// Steps done before this process.
    first: Option<usize>,
}

fn evaluation(e: Option<Evaluation>) -> String {
    e.map_or(String::new(), |e| {
        format!(", held back {} (loss {:.4})", percent(e.accuracy), e.loss)
    })
}

/// `1 h 02 min`, `3 min 05 s`, `12 s`.
fn duration(d: Duration) -> String {
    let s = d.as_secs();
    match (s / 3600, s / 60 % 60, s % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s:02} s"),
        (h, m, _) => format!("{h} h {m:02} min"),
    }
}

impl Reporter {
    /// Before the first step.
    pub fn new(bar: Bar, what: &str, before: Option<Evaluation>) -> Reporter {
        if before.is_some() {
            bar.line(&format!(
                "{what}: before{}",
                evaluation(before).replacen(',', "", 1)
            ));
        }
        Reporter {
            bar,
            start: Instant::now(),
            first: None,
        }
    }
}

impl TrainTask for Reporter {
    fn step(&mut self, p: &TrainStep) {
        let done = (p.epoch as usize - 1) * p.steps + p.step;
        self.bar
            .set(done as u64, (p.epochs as usize * p.steps) as u64);
        self.first.get_or_insert(done - 1);
        self.bar.say(&format!(
            "epoch {}/{} loss {:.3} {}",
            p.epoch,
            p.epochs,
            p.loss,
            percent(p.accuracy)
        ));
    }

    fn epoch(&mut self, e: &EpochRecord, epochs: u32, steps: usize) {
        let done = e.epoch as usize * steps - self.first.unwrap_or(0);
        let left = (epochs - e.epoch) as usize * steps;
        let left = self
            .start
            .elapsed()
            .mul_f64(left as f64 / done.max(1) as f64);
        let left = if e.epoch < epochs {
            format!(", {} left", duration(left))
        } else {
            format!(", took {}", duration(self.start.elapsed()))
        };
        self.bar.line(&format!(
            "epoch {}/{epochs}: loss {:.4}, accuracy {}{}, rate {:.2e}{left}",
            e.epoch,
            e.loss,
            percent(e.accuracy),
            evaluation(e.held_back),
            e.lr,
        ));
    }
}
