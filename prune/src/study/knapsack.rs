//! The knapsack: one option for each item, so that savings add up and errors are least.

/// What an option of an item saves, and the error it causes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// Saving, in whole units.
    pub saving: u64,
    /// Error.
    pub error: f64,
}

/// For each item the index of its option, or none, such that the savings add up to `need` at least and the errors are
/// least; `None` if even the largest savings do not.
pub fn choose(items: &[Vec<Offer>], need: u64) -> Option<Vec<Option<usize>>> {
    let need = need as usize;
    let mut least = vec![f64::INFINITY; need + 1];
    least[0] = 0.0;
    let mut taken: Vec<Vec<Option<usize>>> = Vec::new();
    // least[s]: least error with savings of s, all beyond `need` counted as `need`.
    for options in items {
        let mut next = least.clone();
        let mut from = vec![None; need + 1];
        for (o, &Offer { saving, error }) in options.iter().enumerate() {
            for (s, &so_far) in least.iter().enumerate() {
                if so_far.is_finite() {
                    let to = (s + saving as usize).min(need);
                    let sum = so_far + error;
                    if sum < next[to] {
                        next[to] = sum;
                        from[to] = Some(o * (need + 1) + s);
                    }
                }
            }
        }
        taken.push(from);
        least = next;
    }
    if !least[need].is_finite() {
        return None;
    }
    let mut at = need;
    let mut choice = vec![None; items.len()];
    for (i, from) in taken.iter().enumerate().rev() {
        if let Some(code) = from[at] {
            choice[i] = Some(code / (need + 1));
            at = code % (need + 1);
        }
    }
    Some(choice)
}
