//! Time wheel: events in order of time, first in first out among equal times.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

const SLOTS: usize = 4096;
/// 64: a word has a bit for each.
const WORDS: usize = SLOTS / 64;

/// A calendar of events. The next `SLOTS` ticks sit in slots with a bitmap, later ones in a heap; a later event moves
/// to its slot as soon as that slot comes into reach, hence before anything can be put there directly.
pub struct Wheel<E> {
    now: u64,
    slots: Vec<Vec<E>>,
    bitmap: [u64; WORDS],
    /// Words of the bitmap that are not 0.
    words: u64,
    later: BinaryHeap<Reverse<Later<E>>>,
    sequence: u64,
}

struct Later<E> {
    time: u64,
    sequence: u64,
    event: E,
}

impl<E> PartialEq for Later<E> {
    fn eq(&self, o: &Self) -> bool {
        (self.time, self.sequence) == (o.time, o.sequence)
    }
}
impl<E> Eq for Later<E> {}
impl<E> PartialOrd for Later<E> {
    fn partial_cmp(&self, o: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(o))
    }
}
impl<E> Ord for Later<E> {
    fn cmp(&self, o: &Self) -> std::cmp::Ordering {
        (self.time, self.sequence).cmp(&(o.time, o.sequence))
    }
}

impl<E> Default for Wheel<E> {
    fn default() -> Self {
        Wheel {
            now: 0,
            slots: (0..SLOTS).map(|_| Vec::new()).collect(),
            bitmap: [0; WORDS],
            words: 0,
            later: BinaryHeap::new(),
            sequence: 0,
        }
    }
}

impl<E> Wheel<E> {
    /// Puts an event at `time`, which must not be in the past. An event for the current tick comes after those
    /// already waiting in it.
    #[inline]
    pub fn push(&mut self, time: u64, event: E) {
        debug_assert!(time >= self.now, "events never go back in time");
        if time < self.now + SLOTS as u64 {
            self.put(time, event);
        } else {
            self.sequence += 1;
            self.later.push(Reverse(Later {
                time,
                sequence: self.sequence,
                event,
            }));
        }
    }

    #[inline]
    fn put(&mut self, time: u64, event: E) {
        let slot = time as usize % SLOTS;
        self.slots[slot].push(event);
        self.bitmap[slot / 64] |= 1 << (slot % 64);
        self.words |= 1 << (slot / 64);
    }

    /// The tick of the next event.
    #[inline]
    pub fn next_time(&self) -> Option<u64> {
        match self.next_slot() {
            Some(ahead) => Some(self.now + ahead),
            None => self.later.peek().map(|l| l.0.time),
        }
    }

    /// Moves all events of the next tick that has any to `events`, in order, and returns that tick. Events pushed at
    /// this tick later come with the next call.
    #[inline]
    pub fn take(&mut self, events: &mut Vec<E>) -> Option<u64> {
        events.clear();
        let time = self.next_time()?;
        self.advance(time);
        let slot = time as usize % SLOTS;
        std::mem::swap(events, &mut self.slots[slot]);
        self.bitmap[slot / 64] &= !(1 << (slot % 64));
        if self.bitmap[slot / 64] == 0 {
            self.words &= !(1 << (slot / 64));
        }
        Some(time)
    }

    /// Whether an event is due at the tick of the last `take`.
    #[inline]
    pub fn due_now(&self) -> bool {
        !self.slots[self.now as usize % SLOTS].is_empty()
    }

    /// All events to come with their times, in no particular order.
    pub fn events(&self) -> impl Iterator<Item = (u64, &E)> {
        let start = self.now as usize % SLOTS;
        let near = self
            .slots
            .iter()
            .enumerate()
            .flat_map(move |(slot, events)| {
                let time = self.now + ((slot + SLOTS - start) % SLOTS) as u64;
                events.iter().map(move |e| (time, e))
            });
        near.chain(self.later.iter().map(|l| (l.0.time, &l.0.event)))
    }

    fn advance(&mut self, time: u64) {
        self.now = time;
        while self
            .later
            .peek()
            .is_some_and(|l| l.0.time < self.now + SLOTS as u64)
        {
            let Reverse(l) = self.later.pop().expect("peeked");
            self.put(l.time, l.event);
        }
    }

    /// Ticks from now to the first slot in use.
    #[inline]
    fn next_slot(&self) -> Option<u64> {
        let start = self.now as usize % SLOTS;
        let (word, bit) = (start / 64, start % 64);
        let ahead = self.bitmap[word] >> bit;
        if ahead != 0 {
            return Some(u64::from(ahead.trailing_zeros()));
        }
        // The words behind it, then, once around, those before it and its own beginning.
        let behind = self.words & (u64::MAX << word << 1);
        let words = if behind != 0 { behind } else { self.words };
        if words == 0 {
            return None;
        }
        let next = words.trailing_zeros() as usize;
        let slot = next * 64 + self.bitmap[next].trailing_zeros() as usize;
        Some(((slot + SLOTS - start) % SLOTS) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_traces::random::Key;

    /// Takes and pushes at random; a heap ordered by (time, order of pushing) must hand out the same sequence.
    #[test]
    fn equals_a_heap_of_time_and_order() {
        for (case, reach) in [(0u64, 3u64), (1, 70), (2, 5000), (3, 100_000)] {
            let mut wheel = Wheel::default();
            let mut heap = BinaryHeap::new();
            let mut id = 0u64;
            let mut push =
                |time, wheel: &mut Wheel<u64>, heap: &mut BinaryHeap<Reverse<(u64, u64)>>| {
                    wheel.push(time, id);
                    heap.push(Reverse((time, id)));
                    id += 1;
                };
            for i in 0..100 {
                push(Key::new(case).bits(i) % reach, &mut wheel, &mut heap);
            }
            let mut events = Vec::new();
            for step in 0..20_000u64 {
                let mut all: Vec<_> = wheel.events().map(|(t, &e)| (t, e)).collect();
                all.sort_unstable();
                if step % 1000 == 0 {
                    let want = heap.clone().into_sorted_vec();
                    assert!(all.iter().eq(want.iter().rev().map(|r| &r.0)));
                }
                let time = wheel.take(&mut events).expect("never empty");
                for &event in &events {
                    let want = heap.pop().map(|r| r.0);
                    assert_eq!(want, Some((time, event)), "case {case}, step {step}");
                    let at = time + Key::new(case).bits(1000 + event) % reach;
                    push(at, &mut wheel, &mut heap);
                }
                assert_eq!(wheel.due_now(), heap.peek().is_some_and(|r| r.0.0 == time));
            }
        }
    }
}
