//! Protocol buffers without a schema: enough to write small models and to change one field of a message and keep the
//! lengths around it right. Bytes changed blindly are mostly refused by the first wrong length.

use crate::dice::Dice;

/// A field that holds a number.
pub fn number(field: u32, value: u64) -> Vec<u8> {
    let mut out = varint(u64::from(field) << 3);
    out.extend(varint(value));
    out
}

/// A field that holds bytes, a text or a message.
pub fn bytes(field: u32, value: &[u8]) -> Vec<u8> {
    let mut out = varint(u64::from(field) << 3 | 2);
    out.extend(varint(value.len() as u64));
    out.extend(value);
    out
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// One field as read.
#[derive(Debug, Clone)]
struct Field {
    tag: u64,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    Number(u64),
    Fixed(Vec<u8>),
    Bytes(Vec<u8>),
    Message(Vec<Field>),
}

fn read_varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// The fields of a message, or none if the bytes are no message. Texts are left as bytes.
fn read(message: &[u8], depth: usize) -> Option<Vec<Field>> {
    let (mut fields, mut at) = (Vec::new(), 0);
    while at < message.len() {
        let tag = read_varint(message, &mut at)?;
        let width = match tag & 7 {
            0 => {
                let body = Body::Number(read_varint(message, &mut at)?);
                fields.push(Field { tag, body });
                continue;
            }
            1 => 8,
            5 => 4,
            2 => usize::try_from(read_varint(message, &mut at)?).ok()?,
            _ => return None,
        };
        let inner = message.get(at..at.checked_add(width)?)?;
        at += width;
        let text = inner.iter().all(|b| b.is_ascii_graphic() || *b == b' ');
        let body = match tag & 7 {
            2 if depth > 0 && !inner.is_empty() && !text => match read(inner, depth - 1) {
                Some(fields) => Body::Message(fields),
                None => Body::Bytes(inner.to_vec()),
            },
            2 => Body::Bytes(inner.to_vec()),
            _ => Body::Fixed(inner.to_vec()),
        };
        fields.push(Field { tag, body });
    }
    Some(fields)
}

fn write(fields: &[Field], out: &mut Vec<u8>) {
    for field in fields {
        out.extend(varint(field.tag));
        match &field.body {
            Body::Number(value) => out.extend(varint(*value)),
            Body::Fixed(value) => out.extend(value),
            Body::Bytes(value) => {
                out.extend(varint(value.len() as u64));
                out.extend(value);
            }
            Body::Message(inner) => {
                let mut bytes = Vec::new();
                write(inner, &mut bytes);
                out.extend(varint(bytes.len() as u64));
                out.extend(bytes);
            }
        }
    }
}

/// The message with a few fields changed; the same bytes if they are no message.
pub fn change(message: &[u8], words: &[&str], dice: &mut Dice) -> Vec<u8> {
    let Some(mut fields) = read(message, 8) else {
        return message.to_vec();
    };
    for _ in 0..1 + dice.below(3) {
        one(&mut fields, words, dice);
    }
    let mut out = Vec::new();
    write(&fields, &mut out);
    out
}

fn one(fields: &mut Vec<Field>, words: &[&str], dice: &mut Dice) {
    if fields.is_empty() {
        return;
    }
    let at = dice.below(fields.len());
    // Mostly further down: few fields stand at the top.
    if let Body::Message(inner) = &mut fields[at].body
        && dice.below(8) > 0
    {
        return one(inner, words, dice);
    }
    match dice.below(6) {
        0 => drop(fields.remove(at)),
        1 => {
            let times = [1, 1, 3, 50][dice.below(4)];
            let again = fields[at].clone();
            fields.splice(at..at, std::iter::repeat_n(again, times));
        }
        2 => {
            let other = dice.below(fields.len());
            fields.swap(at, other);
        }
        3 => fields[at].tag ^= (1 + dice.below(15) as u64) << 3,
        _ => match &mut fields[at].body {
            Body::Number(value) => *value = dice.edge(),
            Body::Fixed(value) | Body::Bytes(value) if dice.below(2) == 0 && !value.is_empty() => {
                let i = dice.below(value.len());
                value[i] = dice.below(256) as u8;
            }
            Body::Bytes(value) => *value = words[dice.below(words.len())].as_bytes().to_vec(),
            Body::Fixed(value) => value.fill(0xff),
            Body::Message(inner) => inner.clear(),
        },
    }
}
