//! Runs that cannot be made or do not end.

/// Why a run was refused or stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CycleError {
    /// The windows of the stations in a tile need more than its buffer.
    #[error(
        "the input window of `{station}` needs {needs} bytes in tile {tile}, whose buffer has {has}: {suggestion}"
    )]
    BufferTooSmall {
        /// Layer whose window does not fit.
        station: String,
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
