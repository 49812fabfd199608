//! "Did you mean": the known name nearest to one that is not known.

/// The candidate nearest to `name`, upper case or lower, if one is near enough to be meant.
fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let few = (name.chars().count() / 3).max(1);
    let name = name.to_lowercase();
    let slip = |c: &str| strsim::osa_distance(&name, &c.to_lowercase());
    candidates
        .into_iter()
        .filter(|c| slip(c) <= few || strsim::jaro_winkler(&name, &c.to_lowercase()) > 0.85)
        .min_by_key(|c| slip(c))
}

/// The end of a sentence that names the nearest candidate; empty if none is near. For names of layers, networks, methods
/// and data sets; all crates above take their hints from here.
pub fn hint<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, candidates).map_or_else(String::new, |n| format!("; did you mean `{n}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_names_are_not() {
        let known = ["conv1", "conv2", "fc"];
        assert_eq!(hint("conv_1", known), "; did you mean `conv1`?");
        assert_eq!(hint("Conv2", known), "; did you mean `conv2`?");
        assert_eq!(hint("pool", known), "");
    }
}
