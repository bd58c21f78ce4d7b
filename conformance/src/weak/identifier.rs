//! Identifiers that get one thing wrong.

use super::{How, Idea, Identify, rejection};
use crate::plain;
use crate::plain::rules::{Number, Rules, Where, Wrong};

pub(super) fn all(version: u32) -> Vec<Idea> {
    let identifier = |id: &str, clause, what: &str, identify: Identify| {
        Idea::new(format!("identifier/{id}"), clause, what, How::Identify(identify))
    };
    let read = |id: &str, clause, what: &str, wrong| {
        Idea::new(format!("identifier/{id}"), clause, what, How::Read(Rules::but(wrong)))
    };
    vec![
        read("magic-unchecked", "magic", "The magic is not looked at.", Wrong::Unchecked("magic", Where::Everywhere)),
        identifier("magic-either-way", "magic", "The magic is accepted in either byte order.", |_, file| {
            let turned = file.strip_prefix(b"BMES").map(|rest| [b"SEMB", rest].concat());
            plain::identify(turned.as_deref().unwrap_or(file))
        }),
        identifier("magic-big-endian", "magic", "The magic is expected in the other byte order.", |_, file| match file
            .strip_prefix(b"BMES")
        {
            Some(rest) => plain::identify(&[b"SEMB", rest].concat()),
            None if file.starts_with(b"SEMB") => Err(rejection("bad-magic", 0)),
            None => plain::identify(file),
        }),
        identifier("magic-three-bytes", "magic", "Only three bytes of the magic are compared.", |_, file| {
            plain::identify(&like(file, *b"SEMB", |head| head.starts_with(b"SEM")))
        }),
        identifier("magic-case", "magic", "The magic is compared without regard to case.", |_, file| {
            plain::identify(&like(file, *b"SEMB", |head| head.eq_ignore_ascii_case(b"SEMB")))
        }),
        identifier(
            "magic-behind-byte-order-mark",
            "magic",
            "A byte order mark before the magic is skipped.",
            |_, file| plain::identify(file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file)),
        ),
        identifier("magic-anywhere", "magic", "The magic is searched for.", |_, file| {
            let at = file.windows(4).position(|window| window == b"SEMB").unwrap_or(0);
            plain::identify(&file[at..])
        }),
        identifier("magic-late", "magic", "The version is judged before the magic.", |_, file| {
            match version_of(file) {
                Some(version) if plain::versions().all(|known| known != version) => {
                    Err(rejection("unsupported-version", 4))
                }
                _ => plain::identify(file),
            }
        }),
        identifier(
            "short-is-bad-magic",
            "header-bounds",
            "A file of fewer than four bytes has a wrong magic.",
            |_, file| {
                if file.len() < 4 { Err(rejection("bad-magic", 0)) } else { plain::identify(file) }
            },
        ),
        identifier("short-is-unsupported", "header-bounds", "A version that is cut is an unknown one.", |_, file| {
            plain::identify(file).map_err(|error| match file.len() {
                4..8 if error.class == "truncated" => rejection("unsupported-version", 4),
                _ => error,
            })
        }),
        identifier(
            "eight-bytes-first",
            "header-bounds",
            "A file of fewer than eight bytes is cut, whatever it begins with.",
            |_, file| {
                if file.len() < 8 { Err(rejection("truncated", 0)) } else { plain::identify(file) }
            },
        ),
        identifier("zeros-for-missing-bytes", "header-bounds", "Bytes that are missing count as zero.", |_, file| {
            let mut file = file.to_vec();
            file.resize(file.len().max(8), 0);
            plain::identify(&file)
        }),
        read(
            "version-unchecked",
            "version",
            "A version that is not known is taken for the one that is.",
            Wrong::AnyVersion(version),
        ),
        read(
            "version-low-byte",
            "version",
            "Only the low byte of the version counts.",
            Wrong::Number(Where::Field("version"), Number::Low(8)),
        ),
        read(
            "version-31-bits",
            "version",
            "The highest bit of the version does not count.",
            Wrong::Number(Where::Field("version"), Number::Low(31)),
        ),
        read(
            "version-big-endian",
            "version",
            "The version is read with its most significant byte first.",
            Wrong::Number(Where::Field("version"), Number::BigEndian),
        ),
        identifier("version-below", "version", "Version 0 is accepted.", |_, file| match version_of(file) {
            Some(0) => Ok(0),
            _ => plain::identify(file),
        }),
        identifier(
            "version-reported",
            "version",
            "The number of a version that is not supported is reported.",
            |_, file| {
                plain::identify(file).or_else(|error| match version_of(file) {
                    Some(version) if error.class == "unsupported-version" => Ok(version),
                    _ => Err(error),
                })
            },
        ),
        identifier("whole-file", "identify-alone", "The whole file has to be right.", |_, file| {
            plain::decode(file).map(|decoded| decoded.record.version.number())
        }),
        identifier("more-than-a-header", "identify-alone", "A header alone is not enough.", |_, file| {
            match file.len() {
                8 => Err(rejection("truncated", 8)),
                _ => plain::identify(file),
            }
        }),
    ]
}

/// The file with another head, if its own is close enough.
fn like(file: &[u8], head: [u8; 4], is_close: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    match file.split_first_chunk::<4>() {
        Some((own, rest)) if is_close(own) => [&head[..], rest].concat(),
        _ => file.to_vec(),
    }
}

fn version_of(file: &[u8]) -> Option<u32> {
    let bytes = file.get(4..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
}
