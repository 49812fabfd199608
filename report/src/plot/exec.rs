//! Plots of a functional run: errors by layer, and what options asked for.

use super::bars::{Bar, BarChart};
use super::error::PlotError;
use super::words::Plot;
use super::{chips, values};
use crate::ExecReport;
use crosscut_sim::func::run::monte_carlo::Ablation;

/// Every plot the report holds the numbers of.
pub fn plots(r: &ExecReport) -> Result<Vec<Plot>, PlotError> {
    let about = format!("{} on {}", r.about.network, r.about.machine.name);
    let mut plots = vec![Plot::new("error-by-layer.svg", errors(r, &about).svg()?)];
    if let Some(c) = &r.compare {
        plots.push(Plot::new("values.svg", values::svg(c, &about)?));
    }
    if let Some(a) = &r.ablation {
        plots.push(Plot::new("ablation.svg", ablation(a, r, &about).svg()?));
    }
    if let Some(c) = &r.chips {
        plots.push(Plot::new("yield.svg", chips::svg(c, r, &about)?));
    }
    Ok(plots)
}

fn errors(r: &ExecReport, about: &str) -> BarChart {
    let bar = |l: &crate::LayerExec| {
        let values = [l.rms_error_reference, l.rms_error_float];
        Bar::new(l.name.clone(), values.map(|v| 100.0 * v).to_vec())
    };
    BarChart {
        title: "Error of layer outputs".to_string(),
        subtitle: format!("{about}, {} images", r.result.images),
        axis: "Error, root mean square (% of what it is compared with)".to_string(),
        series: vec![
            "crossbars against integer reference".to_string(),
            "crossbars against float network".to_string(),
        ],
        bars: r.result.layers.iter().map(bar).collect(),
        whole: false,
        light: None,
    }
}

fn ablation(a: &Ablation, r: &ExecReport, about: &str) -> BarChart {
    let row = |name: &str, values: [f64; 2]| {
        Bar::new(name.to_string(), values.map(|v| 100.0 * v).to_vec())
    };
    let mut bars = vec![row("none", [a.none.accuracy; 2])];
    bars.extend(
        a.parts
            .iter()
            .map(|p| row(&p.name, [p.alone.accuracy, p.without.accuracy])),
    );
    bars.push(row("all", [a.all.accuracy; 2]));
    BarChart {
        title: "What each non-ideality costs".to_string(),
        subtitle: format!("{about}, {} images", r.result.images),
        axis: "Top-1 accuracy (%)".to_string(),
        series: vec!["with it alone".to_string(), "with all but it".to_string()],
        bars,
        whole: false,
        light: None,
    }
}
