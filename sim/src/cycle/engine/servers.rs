//! Servers that stand once in every tile and serve in turn: buses, buffer ports, digital units.

use std::ops::Range;

/// One server per tile.
#[derive(Debug, Clone)]
pub struct Servers {
    free: Vec<u64>,
    busy: Vec<u64>,
}

impl Servers {
    /// Servers of `tiles` tiles, all free.
    pub fn new(tiles: usize) -> Servers {
        Servers {
            free: vec![0; tiles],
            busy: vec![0; tiles],
        }
    }

    /// Takes each server of a range for `ticks`, from `time` on or when it is free; returns when the last is done.
    #[inline]
    pub fn take(&mut self, tiles: Range<usize>, ticks: u64, time: u64) -> u64 {
        let mut done = time;
        if ticks > 0 {
            for i in tiles {
                self.free[i] = self.free[i].max(time) + ticks;
                self.busy[i] += ticks;
                done = done.max(self.free[i]);
            }
        }
        done
    }

    /// Takes each server of a range for `ticks` of work that came in as it went on and was complete at `time`: it was
    /// done by then unless the server served others. Returns when the last is done.
    #[inline]
    pub fn stream(&mut self, tiles: Range<usize>, ticks: u64, time: u64) -> u64 {
        let mut done = time;
        if ticks > 0 {
            for i in tiles {
                self.free[i] = (self.free[i] + ticks).max(time);
                self.busy[i] += ticks;
                done = done.max(self.free[i]);
            }
        }
        done
    }

    /// Takes all servers of a range together for `ticks`, from `time` on or when all are free; returns the begin.
    #[inline]
    pub fn take_together(&mut self, tiles: Range<usize>, ticks: u64, time: u64) -> u64 {
        let latest = self.free[tiles.clone()].iter().copied().max();
        let begin = latest.unwrap_or(0).max(time);
        self.free[tiles.clone()].fill(begin + ticks);
        self.busy[tiles].iter_mut().for_each(|b| *b += ticks);
        begin
    }

    /// Ticks each server was taken for.
    pub fn busy(&self) -> &[u64] {
        &self.busy
    }

    /// When each is free; those free since before `horizon` all look alike.
    pub fn state(&self, horizon: u64) -> impl Iterator<Item = u64> + '_ {
        self.free.iter().map(move |f| f.max(&horizon) - horizon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_layers_on_one_bus_wait_in_turn() {
        let mut buses = Servers::new(2);
        // The first layer uses tiles 0 and 1, the second only tile 1, three ticks later: it waits until tick 10.
        assert_eq!(buses.take(0..2, 10, 0), 10);
        assert_eq!(buses.take(1..2, 10, 3), 20);
        // Tile 0 has been free since tick 10.
        assert_eq!(buses.take(0..1, 10, 15), 25);
        assert_eq!(buses.busy(), [20, 20]);
    }

    #[test]
    fn a_write_runs_along_with_the_message() {
        let mut ports = Servers::new(1);
        // Complete at tick 20, 4 ticks of work: done at once. The next, complete at 21, has waited for the first.
        assert_eq!(ports.stream(0..1, 4, 20), 20);
        assert_eq!(ports.stream(0..1, 4, 21), 24);
        // A read from tick 22 on comes after both.
        assert_eq!(ports.take(0..1, 3, 22), 27);
        assert_eq!(ports.busy(), [11]);
    }

    #[test]
    fn units_of_several_tiles_work_together() {
        let mut units = Servers::new(2);
        assert_eq!(units.take(0..1, 5, 0), 5);
        assert_eq!(units.take_together(0..2, 7, 2), 5);
        assert_eq!(units.take_together(1..2, 1, 0), 12);
    }
}
