//! Does a trace, parsed back, say what the run says?

use crosscut_arch::load;
use crosscut_sim::cycle::{Limits, Plan, Silent, simulate};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_sim::record::perfetto::{COUNTER, SLICE_BEGIN, SLICE_END, Trace};
use crosscut_sim::record::{Timeline, TimelineWindow};
use crosscut_traces::zoo;
use prost::Message;
use std::collections::BTreeMap;

fn plan() -> Plan {
    let net = zoo::build("lenet5", 0).unwrap();
    let arch = load("reram-64", &[]).unwrap();
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
    Plan::new(&graph, &arch, &mapping).unwrap()
}

fn trace(plan: &Plan, window: TimelineWindow, images: u64) -> (Trace, Option<u64>) {
    let limits = Limits {
        images,
        extrapolate: false,
        ..Limits::default()
    };
    let mut timeline = Timeline::new(plan, window);
    simulate(plan, &limits, &mut timeline, &mut |_, _| {}).unwrap();
    let (bytes, cut) = timeline.finish();
    (Trace::decode(&bytes[..]).unwrap(), cut)
}

/// A slice: name, begin, end.
type Slice = (String, u64, u64);

/// What a viewer sees: slices and values by path of the track.
#[derive(Default)]
struct Seen {
    slices: BTreeMap<String, Vec<Slice>>,
    values: BTreeMap<String, Vec<(u64, i64)>>,
}

fn view(trace: &Trace) -> Seen {
    let (mut names, mut paths) = (BTreeMap::new(), BTreeMap::new());
    let mut open: BTreeMap<u64, (String, u64)> = BTreeMap::new();
    let mut seen = Seen::default();
    for p in &trace.packet {
        assert_eq!(p.trusted_packet_sequence_id, Some(1));
        for n in p.interned_data.iter().flat_map(|d| &d.event_names) {
            let known = names.insert(n.iid, n.name.clone().unwrap());
            assert!(known.is_none(), "a name is written once");
        }
        if let Some(d) = &p.track_descriptor {
            let parent = d.parent_uuid.map(|u| format!("{}/", paths[&u]));
            let path = parent.unwrap_or_default() + d.name.as_deref().unwrap();
            assert!(
                paths.insert(d.uuid.unwrap(), path).is_none(),
                "a track is described once"
            );
        }
        let (Some(e), time) = (&p.track_event, p.timestamp) else {
            continue;
        };
        let (track, time) = (e.track_uuid.unwrap(), time.unwrap());
        let path = paths[&track].clone();
        match e.r#type.unwrap() {
            SLICE_BEGIN => {
                let slice = (names[&e.name_iid].clone(), time);
                assert!(
                    open.insert(track, slice).is_none(),
                    "{path}: slices follow each other"
                );
            }
            SLICE_END => {
                let (name, begin) = open.remove(&track).expect("it began");
                seen.slices
                    .entry(path)
                    .or_default()
                    .push((name, begin, time));
            }
            COUNTER => seen
                .values
                .entry(path)
                .or_default()
                .push((time, e.counter_value.unwrap())),
            other => panic!("event of type {other}"),
        }
    }
    assert!(open.is_empty(), "every slice ends");
    seen
}

#[test]
fn slices_add_up_to_the_run() {
    let plan = plan();
    let run = simulate(&plan, &Limits::default(), &mut Silent, &mut |_, _| {}).unwrap();
    let (trace, cut) = trace(&plan, TimelineWindow::default(), 1);
    assert_eq!(cut, None);
    let seen = view(&trace);
    let mut checked = 0;
    for (station, tally) in plan.stations.iter().zip(&run.usage.stations) {
        let prefix = format!("{} (", station.name);
        let worker = |p: &&String| {
            p.starts_with(&prefix) && (p.ends_with("crossbars") || p.ends_with("unit"))
        };
        let Some(path) = seen.slices.keys().find(worker) else {
            continue;
        };
        let slices = &seen.slices[path];
        let sum = |n: &str| {
            slices
                .iter()
                .filter(|s| s.0 == n)
                .map(|s| s.2 - s.1)
                .sum::<u64>()
        };
        // No firing of this network lies beyond the end of the image.
        assert_eq!((sum("busy"), sum("adc")), (tally.busy, tally.adc), "{path}");
        let w = &tally.waits;
        assert_eq!(
            (sum("upstream"), sum("link")),
            (w.upstream, w.link),
            "{path}"
        );
        assert_eq!((sum("bus"), sum("fetch")), (w.bus, w.fetch), "{path}");
        let mut at = 0;
        for (name, begin, end) in slices {
            assert!(at <= *begin && begin < end, "{path}: {name} at {begin}");
            at = *end;
        }
        checked += 1;
    }
    assert_eq!(
        checked,
        plan.stations.len() - 1,
        "all but the source, which takes no time"
    );
    assert_eq!(
        seen.slices["images"],
        [("image 0".to_string(), 0, run.usage.ticks)]
    );
    // The highest value of each counter is the peak of its edge.
    for (edge, used) in plan.edges.iter().zip(&run.usage.edges) {
        let [from, to] = [edge.from, edge.to].map(|s| &plan.stations[s].name);
        let name = format!("buffer: blocks of {from}");
        let counter = |p: &&String| p.starts_with(&format!("{to} (")) && p.ends_with(&name);
        let path = seen.values.keys().find(counter).expect("a counter");
        let most = seen.values[path].iter().map(|v| v.1).max();
        assert_eq!(most, Some(used.peak as i64), "{path}");
    }
    let hops: u64 = run.usage.links.iter().map(|l| l.busy).sum();
    let links = seen.slices.iter().filter(|s| s.0.starts_with("links/"));
    assert_eq!(
        links.flat_map(|s| s.1).map(|s| s.2 - s.1).sum::<u64>(),
        hops
    );
}

#[test]
fn windows_and_limits_bound_the_trace() {
    let plan = plan();
    let window = TimelineWindow {
        from: 20_000,
        until: 80_000,
        ..TimelineWindow::default()
    };
    let (inside, cut) = trace(&plan, window, 2);
    assert_eq!(cut, None);
    let times: Vec<u64> = inside.packet.iter().filter_map(|p| p.timestamp).collect();
    assert!(times.len() > 100 && times.iter().all(|t| (20_000..=80_000).contains(t)));
    view(&inside);

    let window = TimelineWindow {
        packets: 500,
        ..TimelineWindow::default()
    };
    let (short, cut) = trace(&plan, window, 2);
    // A slice that was begun is ended.
    assert!(
        (500..=501).contains(&short.packet.len()),
        "{}",
        short.packet.len()
    );
    assert!(cut.is_some_and(|tick| tick > 0));
    view(&short);
}
