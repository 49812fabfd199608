//! Lists and ranges of values as text: `64,128,256`, `4..8`, `64..1024*2`, `0.1..0.9+0.2`.

/// Most values of one axis.
pub const MOST: usize = 1_000_000;

/// Cuts at commas outside brackets and quotes.
pub fn list(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut depth, mut quote) = (Vec::new(), 0, 0i32, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

/// The values of an item of a list: those of a range, else the item itself.
///
/// # Errors
/// If it is a range without values, or with too many.
pub fn values(item: &str) -> Result<Vec<String>, String> {
    let Some((from, rest)) = item.split_once("..") else {
        return Ok(vec![item.to_string()]);
    };
    let Ok(from) = from.trim().parse::<f64>() else {
        return Ok(vec![item.to_string()]);
    };
    let cut = |at: char| rest.split_once(at);
    let (to, step) = match (cut('*'), rest.rsplit_once('+')) {
        (Some((to, factor)), _) => (to, Step::Times(number(factor)?)),
        (None, Some((to, step))) if !to.ends_with(['e', 'E']) && !to.is_empty() => {
            (to, Step::Plus(number(step)?))
        }
        _ => (rest, Step::Plus(1.0)),
    };
    range(from, number(to)?, step)
}

fn number(text: &str) -> Result<f64, String> {
    let number = text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    number.ok_or_else(|| {
        format!("`{text}` must be a number: a range is `4..8`, `64..512+64` or `64..1024*2`")
    })
}

/// How a range goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// By adding.
    Plus(f64),
    /// By multiplying.
    Times(f64),
    /// In this many values, evenly.
    Points(usize),
    /// In this many values, evenly in ratio.
    Ratios(usize),
}

/// The values from one end to the other, both ends included where they are met.
///
/// # Errors
/// If there are none, or more than [`MOST`].
pub fn range(from: f64, to: f64, step: Step) -> Result<Vec<String>, String> {
    let shown = format!("{from}..{to}");
    let goes = from <= to;
    if !goes {
        return Err(format!(
            "the range {shown} is empty: its end lies below its beginning"
        ));
    }
    let count = match step {
        Step::Plus(by) if by > 0.0 => ((to - from) / by + 1e-9).floor() + 1.0,
        Step::Plus(_) => return Err(format!("the step of {shown} must be above 0")),
        Step::Times(by) if by > 1.0 && from > 0.0 => {
            ((to / from).ln() / by.ln() + 1e-9).floor() + 1.0
        }
        Step::Times(_) => {
            return Err(format!(
                "the factor of {shown} must be above 1, and its beginning above 0"
            ));
        }
        Step::Points(n) | Step::Ratios(n) if n < 2 => {
            return Err(format!("the range {shown} needs at least 2 points"));
        }
        Step::Ratios(_) if from <= 0.0 => {
            return Err(format!("the beginning of {shown} must be above 0"));
        }
        Step::Points(n) | Step::Ratios(n) => n as f64,
    };
    if count > MOST as f64 {
        return Err(format!(
            "the range {shown} has {count:.0} values, more than {MOST}"
        ));
    }
    let last = count - 1.0;
    let at = |i: usize| {
        let i = i as f64;
        match step {
            Step::Plus(by) => from + i * by,
            Step::Times(by) => from * by.powf(i),
            Step::Points(_) => from + (to - from) * i / last,
            Step::Ratios(_) => from * (to / from).powf(i / last),
        }
    };
    Ok((0..count as usize).map(|i| plain(at(i))).collect())
}

/// A number as a user would write it: what adding up leaves behind the twelfth digit is dropped.
fn plain(x: f64) -> String {
    let digits = format!("{x:.11e}").parse::<f64>().unwrap_or(x);
    format!("{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        values(text).expect("a range")
    }

    #[test]
    fn ranges_hold_both_ends() {
        assert_eq!(all("4..8"), ["4", "5", "6", "7", "8"]);
        assert_eq!(all("64..1024*2"), ["64", "128", "256", "512", "1024"]);
        assert_eq!(all("64..256+64"), ["64", "128", "192", "256"]);
        assert_eq!(all("0.1..0.5+0.1"), ["0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(all("../my.toml"), ["../my.toml"]);
        assert_eq!(
            range(1.0, 100.0, Step::Ratios(3)),
            Ok(vec!["1".into(), "10".into(), "100".into()])
        );
        for wrong in ["8..4", "4..8+0", "4..8*1", "0..8*2", "4..x", "0..1+1e-9"] {
            assert!(values(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn commas_in_brackets_and_quotes_belong_to_values() {
        assert_eq!(list("64, 128"), ["64", "128"]);
        assert_eq!(
            list("{a=1, b=2},\"x,y\",[1,2]"),
            ["{a=1, b=2}", "\"x,y\"", "[1,2]"]
        );
    }
}
