//! How much memory does a programmed network take, next to what its cells' conductances alone would take?
//!
//! Counts every allocation of `FuncModel::prepare`: what the finished model holds, and the most that was held on the way.
//! The measure is 4 bytes (one 32-bit float) for each cell that holds a part of a weight. Two threads program.

mod clipping;

use clipping::{NOISE, SPREAD, WIRES, image, mapped};
use crosscut_sim::func::{FuncModel, FuncSession};
use crosscut_traces::exec::int;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: hands everything on to the system's allocator and counts bytes.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(live, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(live, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes held now, and from here on the most.
fn begin() -> usize {
    let live = LIVE.load(Relaxed);
    MOST.store(live, Relaxed);
    live
}

fn main() {
    println!(
        "network    scheme        physics      cells (M)   model/conductances   peak   peak of a run   programmed (s)"
    );
    let networks = std::env::args().skip(1).filter(|a| !a.starts_with('-'));
    let mut networks: Vec<String> = networks.collect();
    if networks.is_empty() {
        networks = ["resnet20", "vgg8", "vgg16"].map(String::from).to_vec();
    }
    for network in &networks {
        for scheme in ["offset", "differential"] {
            for physics in ["exact", "clipped", "spread", "noise"] {
                measure(network, scheme, physics);
            }
            // Solved read by read: large networks are refused.
            if network == "resnet20" {
                measure(network, scheme, "noise, wires");
            }
        }
    }
}

fn measure(network: &str, scheme: &str, physics: &str) {
    let signed = match scheme {
        "offset" => "format.signed.offset={unit_column=true}",
        _ => "format.signed.differential={}",
    };
    let more: &[&str] = match physics {
        "exact" => &["adc.sar.bits=12"],
        "clipped" => &[],
        "spread" => &[SPREAD],
        "noise" => &[SPREAD, NOISE],
        _ => &[SPREAD, NOISE, WIRES],
    };
    let mut set = vec![signed, "device.reram.on=100 uS", "device.reram.off=10 uS"];
    set.extend(more);
    let (arch, mapping, qnet) = mapped(network, &set);
    let signs = if scheme == "offset" { 1 } else { 2 };
    let weights: usize = qnet.layers.values().map(|l| l.weights.len()).sum();
    let cells = weights * arch.weight_slices() as usize * signs;
    let image = image(&qnet, 9);

    let before = begin();
    let begun = std::time::Instant::now();
    let model = FuncModel::prepare(&arch, &mapping, &qnet).expect("formats agree");
    let relative = |bytes: usize| bytes as f64 / (4 * cells) as f64;
    let seconds = begun.elapsed().as_secs_f64();
    let held = relative(LIVE.load(Relaxed) - before);
    let peak = relative(MOST.load(Relaxed) - before);
    let mut session = FuncSession::new(&model).without_comparison();
    begin();
    let run = if physics.contains("wires") {
        // A run would take minutes.
        "-".to_string()
    } else {
        int::run(&qnet, &image, &mut session).expect("a fitting image");
        format!("{:.2}", relative(MOST.load(Relaxed) - before))
    };
    println!(
        "{network:<10} {scheme:<13} {physics:<12} {:>9.1} {held:>20.2} {peak:>6.2} {run:>15} {seconds:>16.2}",
        cells as f64 / 1e6
    );
}
