//! Which points no other beats.

/// Positions of the points that no other beats, in order: `costs` gives the figures of a point, less being better. A point
/// without a figure is on no front; of points with equal figures the first is.
pub fn front(points: usize, costs: &dyn Fn(usize) -> Vec<f64>) -> Vec<usize> {
    let all = (0..points).map(|n| (n, costs(n)));
    let mut whole: Vec<(usize, Vec<f64>)> = all
        .filter(|(_, c)| !c.is_empty() && c.iter().all(|v| v.is_finite()))
        .collect();
    // Nobody is beaten by one that comes later.
    whole.sort_by(|(m, a), (n, b)| {
        let different = a.iter().zip(b).map(|(a, b)| a.total_cmp(b));
        different
            .into_iter()
            .find(|o| o.is_ne())
            .unwrap_or(m.cmp(n))
    });
    let mut front = Front::default();
    let mut found: Vec<usize> = Vec::new();
    for (n, costs) in whole {
        if front.admits(&costs) {
            front.0.push(costs);
            found.push(n);
        }
    }
    found.sort_unstable();
    found
}

/// A front that grows point by point.
#[derive(Debug, Clone, Default)]
pub struct Front(Vec<Vec<f64>>);

impl Front {
    /// Adds a point unless one of the front is at least as good in everything; drops those that it beats.
    pub fn add(&mut self, costs: Vec<f64>) {
        if !costs.iter().any(|v| v.is_nan()) && self.admits(&costs) {
            self.0.retain(|other| !no_worse(&costs, other));
            self.0.push(costs);
        }
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The least first figure.
    pub fn least(&self) -> Option<f64> {
        let first = self.0.iter().filter_map(|c| c.first().copied());
        first.filter(|v| v.is_finite()).min_by(f64::total_cmp)
    }

    fn admits(&self, costs: &[f64]) -> bool {
        !self.0.iter().any(|other| no_worse(other, costs))
    }
}

/// Whether `a` is nowhere worse than `b`.
pub fn no_worse(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: [[f64; 2]; 7] = [
        [3.0, 1.0],
        [1.0, 3.0],
        [2.0, 2.0],
        [2.0, 2.0],
        [3.0, 3.0],
        [1.0, 4.0],
        [f64::NAN, 0.0],
    ];

    #[test]
    fn the_front_is_what_nothing_beats_and_each_point_once() {
        let found = front(POINTS.len(), &|n| POINTS[n].to_vec());
        // By definition: nobody is as good or better in both and different; of equals the first.
        let beaten = |n: usize| {
            POINTS.iter().enumerate().any(|(m, p)| {
                let q = POINTS[n];
                p[0] <= q[0] && p[1] <= q[1] && (*p != q || m < n) && m != n
            })
        };
        let by_definition: Vec<usize> = (0..6).filter(|&n| !beaten(n)).collect();
        assert_eq!(found, by_definition);
        let mut grown = Front::default();
        POINTS.iter().for_each(|p| grown.add(p.to_vec()));
        assert_eq!(grown.len(), found.len());
        assert_eq!(grown.least(), Some(1.0));
    }
}
