//! Pages of reports: self-contained, readable without a script, and sound in a browser where there is one.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// A browser that runs without a screen.
fn browser() -> Option<&'static str> {
    let runs = |name: &&str| {
        let version = Command::new(name).arg("--version").output();
        version.is_ok_and(|o| o.status.success())
    };
    BROWSERS.into_iter().find(runs)
}

/// What the page says of itself when opened with `#selftest`, and what the browser's console said.
fn opened(browser: &str, page: &Path) -> (String, String) {
    let profile = tempfile::tempdir().expect("a folder");
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--virtual-time-budget=20000",
            "--enable-logging=stderr",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}#selftest", page.display()))
        .output()
        .expect("the browser runs");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let title = dom.split("<title>").nth(1).unwrap_or_default();
    let title = title.split("</title>").next().unwrap_or_default();
    let console = common::stderr(&output);
    let console: Vec<&str> = console.lines().filter(|l| l.contains("CONSOLE")).collect();
    (title.to_string(), console.join("\n"))
}

/// Pages of a run, a mapping, an evaluation, a profile and a comparison.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let verbs: [&[&str]; 5] = [
        &["run", "--arch", "isaac-ce", "--network", "resnet18"],
        &["map", "--network", "vgg8", "--arch", "semimap"],
        &["exec", "--images", "20", "--calibration-images", "16"],
        &[
            "profile",
            "--profile-images",
            "4",
            "--calibration-images",
            "16",
        ],
        &[
            "compare",
            "--methods",
            "none",
            "--ratio",
            "0.5",
            "--images",
            "20",
            "--calibration-images",
            "16",
        ],
    ];
    let page = |args: &&[&str]| {
        let out = folder.join(args[0]);
        let out_text = out.to_str().expect("text").to_string();
        common::text(&[args, &["--out", &out_text][..]].concat());
        out.join("report.html")
    };
    verbs.iter().map(page).collect()
}

#[test]
fn pages_hold_all_they_need() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = pages(folder.path());
    for page in &pages {
        let name = page.display();
        let text = std::fs::read_to_string(page).expect("a page");
        assert!(text.contains("default-src 'none'"), "{name}");
        for outside in ["src=\"http", "href=\"http", "url(", "@import", "<link"] {
            assert!(!text.contains(outside), "{name}: {outside}");
        }
        let count = |what: &str| text.matches(what).count();
        assert_eq!(count("<table"), count("<caption>"), "{name}");
        assert_eq!(count("<figure"), count("role=\"img\""), "{name}");
        assert_eq!(count("<figure"), count("<figcaption>"), "{name}");
        assert_eq!(count("<h2"), count("<li><a href=\"#"), "{name}");
        assert!(text.len() < 3_000_000, "{name}: {}", text.len());
    }
    // Made from the saved report alone.
    let (saved, page) = (pages[0].with_file_name("report.json"), &pages[0]);
    let again = folder.path().join("again");
    let out = again.to_str().expect("text");
    common::text(&["plot", saved.to_str().expect("text"), "--out", out]);
    let read = |p: &Path| std::fs::read(p).expect("a page");
    assert_eq!(read(page), read(&again.join("report.html")));
    let Some(browser) = browser() else {
        eprintln!("skipped: opening the pages, as no browser is installed");
        return;
    };
    for page in &pages {
        let (title, console) = opened(browser, page);
        assert!(
            title.starts_with("selftest passed"),
            "{}: {title}",
            page.display()
        );
        assert_eq!(console, "", "{}", page.display());
    }
}
