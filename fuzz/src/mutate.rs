//! Input number `n`: an entry of the corpus with a few changes.

use crate::dice::{Dice, EDGES};

/// Longest input.
const MOST: usize = 1 << 20;

/// Numbers as text.
const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1",
    "65536",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "1e308",
    "-1e308",
    "1e-308",
    "nan",
    "0.5",
    "null",
];

/// An input from the corpus and the words of a format. Of a protocol buffer most changes leave the lengths right.
pub fn input(corpus: &[Vec<u8>], words: &[&str], protobuf: bool, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = dice.pick(corpus).clone();
    if protobuf && dice.below(4) > 0 {
        return crate::wire::change(&bytes, words, dice);
    }
    // Mostly few changes: many together are refused by the first check.
    let changes = [1, 1, 1, 2, 2, 3, 5, 9][dice.below(8)];
    for _ in 0..changes {
        change(&mut bytes, corpus, words, dice);
    }
    bytes.truncate(MOST);
    bytes
}

fn change(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], words: &[&str], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let left = bytes.len() - at;
    match dice.below(12) {
        0 if left > 0 => bytes[at] ^= 1 << dice.below(8),
        1 if left > 0 => bytes[at] = dice.below(256) as u8,
        2 => {
            // A number of some width, either end first.
            let (edge, width) = (*dice.pick(&EDGES), *dice.pick(&[1usize, 2, 4, 8]));
            let mut field = edge.to_le_bytes()[..width].to_vec();
            if dice.below(2) == 0 {
                field.reverse();
            }
            replace(bytes, at, width, &field);
        }
        3 => bytes.truncate(at),
        4 => {
            let length = dice.below(left.min(64) + 1);
            bytes.drain(at..at + length);
        }
        5 => {
            // A piece again, some times.
            let length = dice.below(left.min(256) + 1);
            let piece = bytes[at..at + length].to_vec();
            let times = *dice.pick(&[1, 1, 2, 16, 200]);
            insert(bytes, at, &piece.repeat(times));
        }
        6 => {
            // A piece of another entry.
            let other = dice.pick(corpus);
            let from = dice.below(other.len() + 1);
            let length = dice.below((other.len() - from).min(512) + 1);
            let piece = other[from..from + length].to_vec();
            let gone = dice.below(2) * length;
            replace(bytes, at, gone, &piece);
        }
        7 if !words.is_empty() => {
            let word = *dice.pick(words);
            insert(bytes, at, word.as_bytes());
        }
        // A number written in digits becomes another.
        8 | 9 => number(bytes, at, dice),
        // A word of the format becomes another.
        10 if words.len() > 1 => {
            let (old, new) = (*dice.pick(words), *dice.pick(words));
            let found = bytes[at..]
                .windows(old.len().max(1))
                .position(|w| w == old.as_bytes());
            if let Some(found) = found {
                replace(bytes, at + found, old.len(), new.as_bytes());
            }
        }
        _ => {
            // A line goes to another place.
            let line = |from: usize| {
                bytes[from..]
                    .iter()
                    .position(|b| *b == b'\n')
                    .map(|n| from + n + 1)
            };
            if let Some((start, end)) = line(at).and_then(|s| Some((s, line(s)?))) {
                let moved: Vec<u8> = bytes.drain(start..end).collect();
                let to = dice.below(bytes.len() + 1);
                insert(bytes, to, &moved);
            }
        }
    }
}

fn replace(bytes: &mut Vec<u8>, at: usize, gone: usize, new: &[u8]) {
    let end = (at + gone).min(bytes.len());
    if bytes.len() + new.len() <= MOST {
        bytes.splice(at..end, new.iter().copied());
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    replace(bytes, at, 0, new);
}

fn number(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let Some(first) = bytes[at..].iter().position(u8::is_ascii_digit) else {
        return;
    };
    let start = at + first;
    let digits = |b: &u8| b.is_ascii_digit() || *b == b'.';
    let length = bytes[start..].iter().take_while(|b| digits(b)).count();
    let new = *dice.pick(&NUMBERS);
    replace(bytes, start, length, new.as_bytes());
}
