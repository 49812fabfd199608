//! Pictures within a page: the SVG itself, what it shows in words, and where its figures stand.

use crate::plot::Plot;
use maud::{Markup, PreEscaped, html};

/// What each plot shows, by the name of its file.
const WORDS: [(&str, &str, &str); 14] = [
    (
        "energy-by-part.svg",
        "Energy by part",
        "Energy of one image by kind of part; light: power that is drawn whether anything acts or not. Figures: the table of parts.",
    ),
    (
        "area-by-part.svg",
        "Area by part",
        "Area of whole tiles, routers and chip parts in use, by kind of part. Figures: the table of parts.",
    ),
    (
        "crossbars-by-layer.svg",
        "Crossbars by layer",
        "Crossbars that each layer occupies. Figures: the table of layers.",
    ),
    (
        "layers-over-time.svg",
        "Layers over time",
        "What each layer does while one image passes alone: work, and what it waits for. Figures: the table of stalls.",
    ),
    (
        "images-over-time.svg",
        "Images over time",
        "When each layer works on which image, images as close behind each other as the machine takes them.",
    ),
    (
        "stalls-by-layer.svg",
        "Waiting by layer",
        "Ticks of each layer while one image passes alone, by what it waits for. Figures: the table of stalls.",
    ),
    (
        "use-of-parts.svg",
        "Use of parts",
        "Share of the interval that each kind of part is busy, and that of the busiest one. Figures: the table of use.",
    ),
    (
        "links.svg",
        "Links",
        "Routers and links, coloured by the share of the interval that their flits take. Figures: the table of links.",
    ),
    (
        "floorplan.svg",
        "Floor plan",
        "Tiles where they sit, coloured by layer and filled as far as their cells hold weights. Figures: the table of layers.",
    ),
    (
        "error-by-layer.svg",
        "Error by layer",
        "Error of each layer on simulated crossbars: of it alone, against the integer reference, against the float network. Figures: the table of layers.",
    ),
    (
        "adc-ranges.svg",
        "Column sums and ADC ranges",
        "Column sums seen in each layer and weight slice, and the limits chosen for the converter.",
    ),
    (
        "accuracy-by-crossbars.svg",
        "Accuracy by crossbars",
        "Accuracy on simulated crossbars against crossbars of all roles, by method, with 95 % intervals. Figures: the table of methods.",
    ),
    (
        "accuracy-by-energy.svg",
        "Accuracy by energy",
        "Accuracy on simulated crossbars against energy of an image, by method, with 95 % intervals. Figures: the table of methods.",
    ),
    (
        "accuracy-over-chips.svg",
        "Accuracy over chips",
        "Accuracy of many chips of the machine, each with errors of its own.",
    ),
];

/// A plot with its words.
pub fn figure(plot: &Plot) -> Markup {
    let name = plot.file.trim_end_matches(".svg");
    let known = WORDS.iter().find(|w| w.0 == plot.file);
    let (title, words) = known.map_or((name, ""), |w| (w.1, w.2));
    // What comes before the element (a declaration) has no place within a page.
    let start = plot.svg.find("<svg").unwrap_or(0);
    let svg = plot.svg[start..].replacen(
        "<svg",
        &format!("<svg role=\"img\" aria-label=\"{title}\""),
        1,
    );
    html! {
        figure id=(name) {
            div.plot { (PreEscaped(svg)) }
            figcaption { b { (title) ". " } (words) }
        }
    }
}
