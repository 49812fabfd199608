//! A report as one HTML file: everything in it, nothing loaded, made from the report only.
//!
//! Tables are real tables that a few lines of script sort and filter; every picture stands beside the words that say what it
//! shows. With `#selftest` behind its address the page tries its own script and says the outcome in its title.

mod compare;
mod exec;
mod figure;
mod machine;
mod map;
mod profile;
mod run;
mod section;
mod table;

use crate::about::About;
use crate::kind::Kind;
use crate::plot::Plot;
use crate::{CompareReport, ExecReport, MapReport, ProfileReport, PruneReport, Report, RunReport};
use maud::{DOCTYPE, PreEscaped, html};

pub use section::Section;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// Nothing may be loaded from anywhere; the page's own style and script may act.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'";

/// Name of the file beside a saved report.
pub const FILE: &str = "report.html";

/// A report that has a page.
pub trait Paged {
    /// What it is about.
    fn about(&self) -> &About;
    /// Which report it is.
    fn kind(&self) -> Kind;
    /// Its sections, the summary first.
    #[doc(hidden)]
    fn sections(&self) -> Vec<Section>;
}

macro_rules! paged {
    ($($report:ty: $sections:expr;)*) => { $(
        impl Paged for $report {
            fn about(&self) -> &About {
                &self.about
            }

            fn kind(&self) -> Kind {
                self.kind
            }

            fn sections(&self) -> Vec<Section> {
                $sections(self)
            }
        }
    )* };
}

paged! {
    RunReport: run::sections;
    MapReport: map::sections;
    PruneReport: |r: &PruneReport| map::sections(&r.mapping);
    ExecReport: exec::sections;
    ProfileReport: profile::sections;
    CompareReport: compare::sections;
}

/// The page of a saved report and its plots, drawn already. Reports of a training or an import have none.
pub fn of_report(report: &Report, plots: &[Plot]) -> Option<String> {
    let report: &dyn Paged = match report {
        Report::Run(r) => r.as_ref(),
        Report::Map(r) => r.as_ref(),
        Report::Prune(r) => r.as_ref(),
        Report::Exec(r) => r.as_ref(),
        Report::Profile(r) => r.as_ref(),
        Report::Compare(r) => r.as_ref(),
        Report::Train(_) | Report::Import(_) => return None,
    };
    Some(page(report, plots))
}

/// The page of a report and its plots.
pub fn page(report: &dyn Paged, plots: &[Plot]) -> String {
    let (about, kind) = (report.about(), report.kind());
    let mut sections = report.sections();
    if !plots.is_empty() {
        let figures = html! { @for plot in plots { (figure::figure(plot)) } };
        sections.insert(1.min(sections.len()), Section::new("Pictures", figures));
    }
    sections.push(Section::new("Machine", machine::machine(&about.machine)));
    sections.push(Section::new(
        "How to repeat it",
        machine::repeat(about, kind),
    ));
    let title = format!("{} on {}", about.network, about.machine.name);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "crosscut " (about.program_version) };
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (title) }
                    p.lead { "Report of crosscut " (kind.name()) ", version " (about.program_version) "." }
                    nav aria-label="Contents" { ul {
                        @for s in &sections { li { a href={ "#" (s.anchor()) } { (s.title) } } }
                    } }
                }
                main {
                    @for s in &sections {
                        section aria-labelledby=(s.anchor()) {
                            h2 id=(s.anchor()) { (s.title) }
                            (s.body)
                        }
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}
