//! One input after the other: what it did, and what is a find.

use crate::alloc::{self, INPUT};
use crate::dice::Dice;
use crate::mutate::input;
use crate::reader::Target;
use crosscut::traces::random::Key;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Most bytes that an input of 1 MiB at most may make a reader take.
pub const MOST_BYTES: usize = 1 << 30;

/// Longest time of one input, after which the process ends with its number.
pub const MOST_TIME: Duration = Duration::from_secs(60);

/// What one input should not have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Find {
    /// A panic, with its place.
    Panic(String),
    /// Bytes taken.
    Memory(usize),
}

/// What the inputs of a target did.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Inputs tried.
    pub inputs: u64,
    /// Inputs that the reader took.
    pub accepted: u64,
    /// Longest time of one.
    pub slowest: Duration,
    /// Most bytes taken by one.
    pub most_bytes: usize,
    /// Finds with the number of the first input of each.
    pub finds: Vec<(u64, Find)>,
}

static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Whether a reader is at work.
static READING: AtomicBool = AtomicBool::new(false);

/// Grows with every input; 0: none is under way.
static STEP: AtomicU64 = AtomicU64::new(0);

/// Keeps what panics say instead of printing it, and ends the process when one input lasts too long.
pub fn watch() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !READING.load(Relaxed) {
            return before(info);
        }
        if let Ok(mut kept) = PANIC.lock() {
            *kept = Some(info.to_string());
        }
    }));
    std::thread::spawn(|| {
        let mut last = (0, Instant::now());
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let step = STEP.load(Relaxed);
            if step == 0 || step != last.0 {
                last = (step, Instant::now());
            } else if last.1.elapsed() > MOST_TIME {
                let input = INPUT.load(Relaxed);
                eprintln!(
                    "input {input} lasts for more than {} s",
                    MOST_TIME.as_secs()
                );
                std::process::exit(1);
            }
        }
    });
}

/// Input number `n` of a target.
pub fn make(target: &Target, seed: u64, n: u64) -> Vec<u8> {
    let key = Key::new(seed).named(target.name).child(n);
    input(
        &target.corpus,
        target.words,
        target.protobuf,
        &mut Dice(key.rng()),
    )
}

/// Gives one input to a target. Whether it was accepted, or a find; and the bytes it took at most.
pub fn one(target: &Target, bytes: &[u8]) -> (Result<bool, Find>, usize) {
    let before = alloc::start();
    READING.store(true, Relaxed);
    let done = catch_unwind(AssertUnwindSafe(|| (target.read)(bytes)));
    READING.store(false, Relaxed);
    let taken = alloc::peak().saturating_sub(before);
    let result = match done {
        Ok(_) if taken > MOST_BYTES => Err(Find::Memory(taken)),
        Ok(accepted) => Ok(accepted),
        Err(_) => {
            let said = PANIC.lock().ok().and_then(|mut p| p.take());
            Err(Find::Panic(
                said.unwrap_or_else(|| "a panic without words".to_string()),
            ))
        }
    };
    (result, taken)
}

/// Reads inputs from number `first` on, until the time is over or a given number is done.
pub fn many(target: &Target, seed: u64, first: u64, time: Duration, most: u64) -> Tally {
    let mut tally = Tally::default();
    let start = Instant::now();
    while start.elapsed() < time && tally.inputs < most {
        let n = first + tally.inputs;
        let bytes = make(target, seed, n);
        INPUT.store(n, Relaxed);
        STEP.fetch_add(1, Relaxed);
        let began = Instant::now();
        let (result, taken) = one(target, &bytes);
        tally.slowest = tally.slowest.max(began.elapsed());
        tally.most_bytes = tally.most_bytes.max(taken);
        tally.inputs += 1;
        match result {
            Ok(accepted) => tally.accepted += u64::from(accepted),
            Err(find) => note(&mut tally, n, find),
        }
    }
    STEP.store(0, Relaxed);
    tally
}

/// Keeps the first find of each place.
fn note(tally: &mut Tally, n: u64, find: Find) {
    let place = |f: &Find| match f {
        Find::Panic(text) => text.lines().next().unwrap_or_default().to_string(),
        Find::Memory(_) => "memory".to_string(),
    };
    if tally.finds.iter().all(|(_, f)| place(f) != place(&find)) {
        tally.finds.push((n, find));
    }
}
