//! `[dram]`: what a description may say of the memory outside the chips, and what is refused.

use crosscut_arch::{Arch, load};

fn machine(name: &str, set: &[&str]) -> Result<Arch, String> {
    let set: Vec<String> = set.iter().map(ToString::to_string).collect();
    load(name, &set).map_err(|e| e.to_string())
}

#[test]
fn bandwidth_is_per_tick_of_the_clock() {
    // ISAAC: four links of 6.4 GB/s at 1.2 GHz.
    let isaac = machine("isaac-ce", &[]).unwrap();
    let rate = isaac.dram_bytes_per_tick().unwrap();
    assert!((rate - 25.6 / 1.2).abs() < 1e-12, "{rate}");
    assert_eq!(isaac.dram.unwrap().capacity_bytes, None);
    let set = ["dram.bandwidth=2 GiB/s", "dram.capacity=4 GiB"];
    let dram = machine("isaac-ce", &set).unwrap().dram.unwrap();
    assert_eq!(dram.bytes_per_s, Some(2.0 * 1024f64.powi(3)));
    assert_eq!(dram.capacity_bytes, Some(4 << 30));
}

#[test]
fn machines_without_links_are_not_bounded() {
    for name in ["reram-64", "reram-128", "pcm-256", "raella", "semimap"] {
        let arch = machine(name, &[]).unwrap();
        assert_eq!(arch.dram_bytes_per_tick(), None, "{name}");
    }
    let free = machine("isaac-ce", &["dram.bandwidth=unbounded"]).unwrap();
    assert_eq!(free.dram_bytes_per_tick(), None);
    // A machine keeps its memory through JSON.
    let text = serde_json::to_string(&free).unwrap();
    assert_eq!(serde_json::from_str::<Arch>(&text).unwrap(), free);
}

#[test]
fn what_is_no_bandwidth_is_refused_with_what_is_allowed() {
    for (set, words) in [
        ("dram.bandwidth=fast", "a bandwidth"),
        ("dram.bandwidth=25.6 GHz", "GB/s"),
        ("dram.bandwidth=0 B/s", "from 1 kB/s to 1000 TB/s"),
        ("dram.bandwidth=-1 GB/s", "from 1 kB/s to 1000 TB/s"),
        ("dram.capacity=0 B", "dram.capacity"),
        ("dram.bandwith=1 GB/s", "bandwidth"),
    ] {
        let error = machine("isaac-ce", &[set]).unwrap_err();
        assert!(error.contains(words), "{set}: {error}");
    }
}
