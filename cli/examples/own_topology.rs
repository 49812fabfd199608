//! A network between tiles that no machine file names: a star, all routers around one hub.
//!
//!     cargo run --release --example own_topology

use crosscut::arch::topology::{Router, Step, Topology};
use crosscut::report::RunReport;
use crosscut::{Copies, Error, Setting};

/// Router (n, 0) serves slot n; the hub is (0, 1). No packet waits for one that goes inwards while it goes outwards, so
/// one class of queues will do.
#[derive(Debug)]
struct Star;

const HUB: Router = (0, 1);

impl Topology for Star {
    fn router(&self, slot: u64) -> Router {
        (slot, 0)
    }

    fn route(&self, from: Router, to: Router) -> Vec<Step> {
        let step = |from, to| Step {
            from,
            to,
            class: 0,
            chip_link: false,
        };
        if from == to {
            return Vec::new();
        }
        vec![step(from, HUB), step(HUB, to)]
    }
}

/// ResNet-20 on the machine's own mesh and on the star, tiles placed for each.
pub fn run() -> Result<[RunReport; 2], Error> {
    let setting = Setting::load("isaac-8b", "resnet20")?;
    let mesh = setting.copies(Copies::One).map()?;
    let star = mesh.on_topology(Star)?;
    let found = [mesh.time()?, star.time()?];
    for (name, report) in ["mesh", "star"].iter().zip(&found) {
        println!(
            "{name}: {:.0} ns, {:.0} pJ an image",
            report.latency_ns,
            report.energy_pj.unwrap_or(f64::NAN)
        );
    }
    Ok(found)
}

#[allow(dead_code)] // A test runs `run`.
fn main() -> Result<(), Error> {
    run().map(|_| ())
}
