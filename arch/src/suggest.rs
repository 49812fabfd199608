//! "Did you mean": the nearest known word.

/// The known word nearest to `word`, if any is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(distance, k)| *distance <= 1 + word.len().min(k.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

/// Turns serde's "expected one of `a`, `b`" into advice for an unknown name.
pub(crate) fn from_serde_message(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if !message.starts_with("unknown ") {
        return None;
    }
    let word = quoted.next()?;
    nearest(word, quoted.collect::<Vec<_>>()).map(|k| format!("did you mean `{k}`?"))
}
