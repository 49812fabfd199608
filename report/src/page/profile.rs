//! Column sums.

use super::section::Section;
use super::table::facts;
use crate::format;
use crate::profile::ProfileReport;
use maud::html;

/// Sections of a profile.
pub fn sections(r: &ProfileReport) -> Vec<Section> {
    let lines = [
        (
            "images",
            format!("{} of {}", format::count(r.images), r.data),
        ),
        ("preprocessing", r.preprocessing.clone()),
        ("layers", r.adc_profile.len().to_string()),
    ];
    vec![Section::new(
        "Summary",
        html! { (facts("Profile of column sums", &lines)) },
    )]
}
