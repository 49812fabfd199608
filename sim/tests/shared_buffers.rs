//! Do all streams that lie in a tile fit its buffer together, as planned and as run?

use crosscut_arch::load;
use crosscut_sim::cycle::Plan;
use crosscut_sim::graph::{DataflowGraph, Mapped, running_bytes};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::time;
use crosscut_traces::zoo;

/// Bytes in each tile where every stream holds `blocks` blocks; running values of pools beside them.
fn bytes(plan: &Plan, running: &[u64], blocks: impl Fn(usize) -> u64) -> Vec<u64> {
    let mut tiles = vec![0; plan.tiles];
    for (n, e) in plan.edges.iter().enumerate() {
        if e.capacity.is_some() {
            for tile in e.tiles.clone() {
                tiles[tile] += blocks(n) * e.tile_bytes + running[n];
            }
        }
    }
    tiles
}

#[test]
fn streams_of_a_tile_fit_its_buffer_together() {
    let mut apart = 0;
    for preset in ["isaac-ce", "isaac-8b", "puma", "forms", "reram-128"] {
        let arch = load(preset, &[]).unwrap();
        for name in ["lenet5", "vgg8", "resnet20", "resnet18"] {
            let net = zoo::build(name, 0).unwrap();
            let packed = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
            let graph = DataflowGraph::build(&net, &arch, &packed).unwrap();
            let mapping = graph.fit(&arch, packed.clone());
            apart += usize::from(mapping.tiles > packed.tiles);
            assert_eq!(mapping.totals(), packed.totals());
            let plan = Plan::new(&graph, &arch, &mapping).unwrap();
            // Spread over the tiles as the blocks are.
            let running: Vec<u64> = plan
                .edges
                .iter()
                .map(|e| {
                    let station = &graph.graph[petgraph::graph::NodeIndex::new(e.to)];
                    running_bytes(station, &arch).div_ceil(e.tiles.len() as u64)
                })
                .collect();
            let case = format!("{name} on {preset}");
            let most = |n: usize| plan.edges[n].capacity.unwrap();
            let planned = bytes(&plan, &running, most);
            assert!(
                planned.iter().all(|&b| b <= arch.tile.buffer_bytes),
                "{case}: {planned:?}"
            );
            let run = time::run(Mapped::new(&graph, &arch, &mapping)).unwrap();
            for (n, edge) in plan.edges.iter().enumerate() {
                let peak = run.result.edges[n].peak;
                assert!(edge.capacity.is_none_or(|c| peak <= c), "{case}");
                assert!(edge.capacity.is_none_or(|c| c >= edge.demand), "{case}");
            }
        }
    }
    assert!(apart > 0, "some layers begin tiles of their own");
}
