//! Runs that cannot be made or do not end.

/// Why a run was refused or stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CycleError {
    /// The windows of the stations in a tile need more than its buffer.
    #[error(
        "{} {needs} bytes in tile {tile}, whose buffer has {has}: {suggestion}",
        windows(stations)
    )]
    BufferTooSmall {
        /// Layers whose windows lie there, the largest first.
        stations: Vec<String>,
        /// Tile.
        tile: usize,
        /// Bytes needed there by all stations together.
        needs: u64,
        /// Bytes of its buffer.
        has: u64,
        /// What to change.
        suggestion: String,
    },
    /// Nothing can go on although firings are left: every part waits for another one.
    #[error("deadlock at tick {tick}: {}", waits.join("; "))]
    Deadlock {
        /// When.
        tick: u64,
        /// The ring of waits, one sentence each, the key to raise at the end.
        waits: Vec<String>,
    },
}

fn windows(stations: &[String]) -> String {
    match stations {
        [one] => format!("the input window of `{one}` needs"),
        many => format!("the input windows of `{}` need", many.join("`, `")),
    }
}
