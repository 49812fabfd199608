//! Every example of every help text runs as it stands.

mod common;

use assert_cmd::Command;
use std::path::{Path, PathBuf};

const VERBS: [&[&str]; 20] = [
    &[],
    &["compare"],
    &["map"],
    &["run"],
    &["exec"],
    &["profile"],
    &["prune"],
    &["train"],
    &["validate"],
    &["why"],
    &["sweep"],
    &["plot"],
    &["arch"],
    &["arch", "show"],
    &["arch", "new"],
    &["arch", "check"],
    &["network"],
    &["network", "show"],
    &["network", "import"],
    &["completions"],
];

/// Command lines of the help texts, without the remarks behind them.
fn examples() -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for verb in VERBS {
        let help = common::text(&[verb, &["--help"]].concat());
        let examples = help.lines().skip_while(|l| !l.starts_with("Example"));
        // A line that is wrapped would be run in part, and cannot be copied either.
        let wrapped = examples.clone().find(|l| l.starts_with("  --"));
        assert_eq!(wrapped, None, "{verb:?}");
        for line in examples.filter_map(|l| l.strip_prefix("  crosscut ")) {
            let line = line.split_once("  ").map_or(line, |(command, _)| command);
            if !lines.iter().any(|l| l == line) {
                lines.push(line.to_string());
            }
        }
    }
    lines
}

/// A small trained model and its images, where they are.
fn model_and_images() -> Option<(PathBuf, PathBuf)> {
    let near = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_string();
    let data = Path::new(&std::env::var("CROSSCUT_SHARED").unwrap_or(near)).join("data");
    let (model, images) = (data.join("onnx/cntk_mnist.onnx"), data.join("mnist"));
    (model.exists() && images.exists()).then_some((model, images))
}

#[test]
#[cfg(unix)]
fn examples_run() {
    let examples = examples();
    assert!(examples.len() > 20, "{examples:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let with_model = model_and_images();
    if let Some((model, images)) = &with_model {
        std::fs::copy(model, folder.path().join("model.onnx")).expect("copied");
        for name in ["images", "mnist"] {
            std::os::unix::fs::symlink(images, folder.path().join(name)).expect("linked");
        }
    } else {
        eprintln!("skipped: the examples with model.onnx, as there is none");
    }
    // What one example writes, another reads.
    let (first, rest): (Vec<&String>, Vec<&String>) = examples
        .iter()
        .filter(|e| with_model.is_some() || !e.contains("model.onnx"))
        .partition(|e| e.contains('>') || *e == "compare" || e.starts_with("arch new"));
    for example in first.into_iter().chain(rest) {
        let (command, file) = example.split_once('>').unwrap_or((example, ""));
        let output = Command::cargo_bin("crosscut")
            .expect("the program is built")
            .args(shlex::split(command).expect("quotes in pairs"))
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        assert_eq!(
            output.status.code(),
            Some(0),
            "crosscut {example}: {}",
            common::stderr(&output)
        );
        if file.trim().ends_with(".toml") {
            std::fs::write(folder.path().join(file.trim()), &output.stdout).expect("written");
        }
    }
}

#[test]
fn completions_name_the_verbs() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = common::text(&["completions", shell]);
        for verb in ["compare", "exec", "prune", "--max-firings"] {
            let bare = verb.trim_start_matches('-');
            assert!(script.contains(bare), "{shell}: {verb}");
        }
    }
}
