//! How often each column sum occurs.

/// Counts by whole number, over the range seen.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    /// Value of the first entry.
    first: i64,
    counts: Vec<u64>,
}

/// The same counts, whatever room is kept at either end.
impl PartialEq for Histogram {
    fn eq(&self, o: &Histogram) -> bool {
        self.iter().eq(o.iter())
    }
}

impl Eq for Histogram {}

/// Entries added at an end at once: sums come in any order, and growing one by one would copy too often.
const MARGIN: i64 = 64;

impl Histogram {
    /// Counts `n` more of `value`.
    #[inline]
    pub fn add(&mut self, value: i64, n: u64) {
        let at = value - self.first;
        if at >= 0 && at < self.counts.len() as i64 {
            self.counts[at as usize] += n;
        } else {
            self.grow(value);
            self.counts[(value - self.first) as usize] += n;
        }
    }

    #[cold]
    fn grow(&mut self, value: i64) {
        if self.counts.is_empty() {
            self.first = value;
        }
        if value < self.first {
            let more = self.first - value + MARGIN;
            let grown = vec![0; more as usize];
            self.counts.splice(0..0, grown);
            self.first -= more;
        }
        let needed = value - self.first + 1;
        if needed > self.counts.len() as i64 {
            self.counts.resize((needed + MARGIN) as usize, 0);
        }
    }

    /// Values that occur and how often, ascending.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (i64, u64)> + '_ {
        let entries = (self.first..).zip(self.counts.iter().copied());
        let entries: Vec<(i64, u64)> = entries.filter(|e| e.1 > 0).collect();
        entries.into_iter()
    }

    /// All values counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.total() == 0
    }

    /// Adds another histogram.
    pub fn merge(&mut self, o: &Histogram) {
        o.iter().for_each(|(value, n)| self.add(value, n));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_do_not_depend_on_the_order() {
        let values = [5, -300, 5, 7, 10_000, -301, 5];
        let (mut a, mut b) = (Histogram::default(), Histogram::default());
        values.iter().for_each(|&v| a.add(v, 1));
        values.iter().rev().for_each(|&v| b.add(v, 1));
        let want = [(-301, 1), (-300, 1), (5, 3), (7, 1), (10_000, 1)];
        assert_eq!(a.iter().collect::<Vec<_>>(), want);
        assert_eq!(b.iter().collect::<Vec<_>>(), want);
        b.merge(&a);
        assert_eq!((b.total(), a.is_empty()), (14, false));
        assert_eq!(b.iter().nth(2), Some((5, 6)));
    }
}
