//! `crosscut-fuzz [--seconds N] [--seed N] [--target NAME] [--only N]`: all readers in turn, or one of them.
//!
//! `--corpus DIR` writes the inputs that each starts from, and the words of its format, for libFuzzer.
//!
//! Exit code 1 if something was found, with the command that repeats it.

use crosscut_fuzz::alloc::Counted;
use crosscut_fuzz::{Target, one, run, target};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: Counted = Counted;

fn main() -> ExitCode {
    match asked(std::env::args().skip(1)) {
        Ok(asked) => go(&asked),
        Err(what) => {
            eprintln!(
                "error: {what}\nusage: crosscut-fuzz [--seconds N] [--seed N] [--target NAME] [--only N] [--corpus DIR]"
            );
            ExitCode::from(2)
        }
    }
}

struct Asked {
    seconds: u64,
    seed: u64,
    target: Option<String>,
    only: Option<u64>,
    corpus: Option<PathBuf>,
}

fn asked(mut args: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked {
        seconds: 60,
        seed: 0,
        target: None,
        only: None,
        corpus: None,
    };
    while let Some(option) = args.next() {
        let value = args
            .next()
            .ok_or_else(|| format!("`{option}` needs a value"))?;
        let number = || {
            value
                .parse()
                .map_err(|_| format!("`{value}` is no whole number"))
        };
        match option.as_str() {
            "--seconds" => asked.seconds = number()?,
            "--seed" => asked.seed = number()?,
            "--only" => asked.only = Some(number()?),
            "--corpus" => asked.corpus = Some(value.into()),
            "--target" => asked.target = Some(value),
            _ => return Err(format!("`{option}` is not an option")),
        }
    }
    Ok(asked)
}

fn go(asked: &Asked) -> ExitCode {
    let wanted = |name: &str| asked.target.as_deref().is_none_or(|t| t == name);
    let makers: Vec<_> = target::ALL
        .iter()
        .filter(|(name, _)| wanted(name))
        .collect();
    if makers.is_empty() {
        eprintln!("error: no such target; there are {}", target::names());
        return ExitCode::from(2);
    }
    if let Some(folder) = &asked.corpus {
        for (_, make) in makers {
            if let Err(e) = corpus(folder, &make()) {
                eprintln!("error: cannot write below `{}`: {e}", folder.display());
                return ExitCode::from(2);
            }
        }
        return ExitCode::SUCCESS;
    }
    run::watch();
    let time = Duration::from_secs(asked.seconds) / makers.len() as u32;
    let mut found = false;
    println!(
        "target          inputs   accepted  slowest ms   most MB   (seed {})",
        asked.seed
    );
    for (_, make) in makers {
        let target: Target = make();
        if let Some(n) = asked.only {
            let bytes = run::make(&target, asked.seed, n);
            let path = std::env::temp_dir().join(format!("crosscut-fuzz-{}-{n}", target.name));
            match std::fs::write(&path, &bytes) {
                Ok(()) => println!("written to {}", path.display()),
                Err(e) => println!("cannot write `{}`: {e}", path.display()),
            }
            println!("{:?}", one(&target, &bytes));
            continue;
        }
        // Named first: an input that ends the process leaves this line.
        eprintln!("{}: from input 0 on", target.name);
        let tally = run::many(&target, asked.seed, 0, time, u64::MAX);
        println!(
            "{:12} {:>9} {:>10} {:>11.1} {:>9.1}",
            target.name,
            tally.inputs,
            tally.accepted,
            tally.slowest.as_secs_f64() * 1e3,
            tally.most_bytes as f64 / 1e6
        );
        for (n, find) in &tally.finds {
            found = true;
            println!(
                "  found: --target {} --seed {} --only {n}: {find:?}",
                target.name, asked.seed
            );
        }
    }
    ExitCode::from(u8::from(found))
}

/// Writes the inputs of a target to `NAME/` and its words to `NAME.dict`.
fn corpus(folder: &Path, target: &Target) -> std::io::Result<()> {
    let inputs = folder.join(target.name);
    std::fs::create_dir_all(&inputs)?;
    for (i, bytes) in target.corpus.iter().enumerate() {
        std::fs::write(inputs.join(i.to_string()), bytes)?;
    }
    let quoted = |word: &&str| {
        let escaped: String = word.bytes().map(|b| format!("\\x{b:02x}")).collect();
        format!("\"{escaped}\"\n")
    };
    let words: String = target.words.iter().map(quoted).collect();
    std::fs::write(folder.join(format!("{}.dict", target.name)), words)
}
