//! "Did you mean": the known name nearest to one that is not known.

/// The candidate nearest to `name`, if one is near enough to be meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let few = (name.chars().count() / 3).max(1);
    let slip = |c: &str| strsim::osa_distance(name, c);
    candidates
        .into_iter()
        .filter(|c| slip(c) <= few || strsim::jaro_winkler(name, c) > 0.85)
        .min_by_key(|c| slip(c))
}

/// The question that names the nearest candidate, a line of its own in an error; none if none is near.
pub fn question<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|known| format!("did you mean `{known}`?"))
}
