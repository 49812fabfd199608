use crosscut_sim::cycle::{Silent, plan::Plan};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::zoo;
fn main() {
    for (n, a) in [
        ("vgg8", "reram-64"),
        ("vgg8", "isaac-ce"),
        ("vgg8", "isaac-8b"),
        ("vgg16", "isaac-ce"),
        ("resnet18", "isaac-ce"),
        ("vgg16", "semimap"),
    ] {
        let net = zoo::build(n, 0).unwrap();
        let arch = crosscut_arch::load(a, &[]).unwrap();
        let t0 = std::time::Instant::now();
        let m = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
        let t1 = std::time::Instant::now();
        let g = DataflowGraph::build(&net, &arch, &m).unwrap();
        let t2 = std::time::Instant::now();
        let plan = Plan::new(&g, &arch, &m).unwrap();
        let t3 = std::time::Instant::now();
        let e = crosscut_sim::estimate::run(&plan, &mut Silent);
        let t4 = std::time::Instant::now();
        let r = crosscut_sim::cycle::run(&g, &arch, &m, &mut |_, _| {});
        println!(
            "{n} {a}: firings {} est {e:?} engine {} {} | map {:?} graph {:?} plan {:?} est {:?} engine {:?}",
            plan.firings(),
            r.latency_ticks,
            r.interval_ticks,
            t1 - t0,
            t2 - t1,
            t3 - t2,
            t4 - t3,
            t4.elapsed()
        );
    }
}
