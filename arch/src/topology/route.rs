//! What a topology is: the router of each slot, and the links on the route between any two routers.

/// A router: (x, y) on a grid, (number, level) on a tree.
pub type Router = (u64, u64);

/// One link of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// Router before.
    pub from: Router,
    /// Router behind.
    pub to: Router,
    /// Which of the queues behind the link a packet takes: routes that could wait for each other in a ring use
    /// different ones.
    pub class: u32,
    /// Whether it joins two chips.
    pub chip_link: bool,
}

/// A shape of the network between tiles.
///
/// Tiles sit in slots. Slots are numbered through the chips, [`Grid::tiles_per_chip`](super::Grid::tiles_per_chip) on
/// each. The engines ask [`Topology::router`] for slots of chips in use only, and [`Topology::route`] for routers that
/// `router` returned only. A topology must keep these promises; `crosscut_sim::place::check_topology` tests them for every
/// pair of slots.
///
/// 1. A route is connected: it starts at `from`, ends at `to`, each step begins where the one before ended. It is empty if
///    and only if `from == to`.
/// 2. The same question has the same answer every time.
/// 3. No ring of waits. A packet that holds a place in the queue of one step waits for a place in the queue of the next. A
///    queue is a pair of link and class; over all routes, the relation "is followed by" must have no cycle. A ring of
///    links needs two classes and a border at which packets change over (Dally and Seitz, IEEE Trans. Computers C-36,
///    1987).
///
/// Routes need not be the shortest ones. A message to several tiles passes the common beginning of its routes once; where
/// routes part and meet again, it passes the links behind once for each. All queues are of the same length, all links of a chip take the same time, and
/// links between chips (`chip_link`) take theirs.
///
/// A machine names its topology (`[noc.ring]`). A topology of your own needs no name: hand it to
/// `crosscut::Experiment::on_topology`, or to `crosscut_sim::cycle::Plan::with_topology` and
/// `crosscut_sim::place::place_on`.
pub trait Topology: std::fmt::Debug + Send + Sync {
    /// Router that serves a slot.
    fn router(&self, slot: u64) -> Router;

    /// Links from one router to another, in order.
    fn route(&self, from: Router, to: Router) -> Vec<Step>;

    /// A faster way to count the links of messages between the first `slots` slots, if there is one. A search for places
    /// asks millions of times; without, it walks routes and keeps them.
    fn counter(&self, slots: u64) -> Option<Box<dyn CountLinks>> {
        let _ = slots;
        None
    }
}

/// Links of a message: those of its routes, shared beginnings once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkCount {
    /// All links.
    pub links: u64,
    /// Those between chips.
    pub chip_links: u64,
}

/// Counts links as the routes of a topology have them.
pub trait CountLinks {
    /// Links of a message from the tile in one slot to those in others.
    fn count(&mut self, from: u32, to: &[u32]) -> LinkCount;
}
