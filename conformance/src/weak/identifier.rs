//! Identifiers that get one thing wrong.

use super::{How, Weakening, rejection};
use crate::plain::rules::{Number, Rules, Where, Wrong};
use crate::plain::{self, Rejection};

pub(super) fn all() -> Vec<Weakening> {
    let identifier = |id: &str, clause, what: &str, identify: fn(&[u8]) -> Result<u32, Rejection>| {
        Weakening::new(format!("identifier/{id}"), clause, what, How::Identify(identify))
    };
    let read = |id: &str, clause, what: &str, wrong| {
        Weakening::new(format!("identifier/{id}"), clause, what, How::Read(Rules::but(wrong)))
    };
    vec![
        read(
            "magic-unchecked",
            "v1-magic",
            "The magic is not looked at.",
            Wrong::Unchecked("v1-magic", Where::Everywhere),
        ),
        identifier("magic-either-way", "v1-magic", "The magic is accepted in either byte order.", |file| {
            let turned = file.strip_prefix(b"BMES").map(|rest| [b"SEMB", rest].concat());
            plain::identify(turned.as_deref().unwrap_or(file))
        }),
        identifier("magic-big-endian", "v1-magic", "The magic is expected in the other byte order.", |file| match file
            .strip_prefix(b"BMES")
        {
            Some(rest) => plain::identify(&[b"SEMB", rest].concat()),
            None if file.starts_with(b"SEMB") => Err(rejection("bad-magic", 0)),
            None => plain::identify(file),
        }),
        identifier("magic-three-bytes", "v1-magic", "Only three bytes of the magic are compared.", |file| {
            plain::identify(&like(file, *b"SEMB", |head| head.starts_with(b"SEM")))
        }),
        identifier("magic-case", "v1-magic", "The magic is compared without regard to case.", |file| {
            plain::identify(&like(file, *b"SEMB", |head| head.eq_ignore_ascii_case(b"SEMB")))
        }),
        identifier(
            "magic-behind-byte-order-mark",
            "v1-magic",
            "A byte order mark before the magic is skipped.",
            |file| plain::identify(file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file)),
        ),
        identifier("magic-anywhere", "v1-magic", "The magic is searched for.", |file| {
            let at = file.windows(4).position(|window| window == b"SEMB").unwrap_or(0);
            plain::identify(&file[at..])
        }),
        identifier("magic-late", "v1-magic", "The version is judged before the magic.", |file| {
            match version_of(file) {
                Some(version) if version != 1 => Err(rejection("unsupported-version", 4)),
                _ => plain::identify(file),
            }
        }),
        identifier(
            "short-is-bad-magic",
            "v1-header-bounds",
            "A file of fewer than four bytes has a wrong magic.",
            |file| {
                if file.len() < 4 { Err(rejection("bad-magic", 0)) } else { plain::identify(file) }
            },
        ),
        identifier("short-is-unsupported", "v1-header-bounds", "A version that is cut is an unknown one.", |file| {
            plain::identify(file).map_err(|error| match file.len() {
                4..8 if error.class == "truncated" => rejection("unsupported-version", 4),
                _ => error,
            })
        }),
        identifier(
            "eight-bytes-first",
            "v1-header-bounds",
            "A file of fewer than eight bytes is cut, whatever it begins with.",
            |file| {
                if file.len() < 8 { Err(rejection("truncated", 0)) } else { plain::identify(file) }
            },
        ),
        identifier("zeros-for-missing-bytes", "v1-header-bounds", "Bytes that are missing count as zero.", |file| {
            let mut file = file.to_vec();
            file.resize(file.len().max(8), 0);
            plain::identify(&file)
        }),
        read(
            "version-unchecked",
            "v1-version",
            "Any version is taken for 1.",
            Wrong::Unchecked("v1-version", Where::Everywhere),
        ),
        read(
            "version-low-byte",
            "v1-version",
            "Only the low byte of the version counts.",
            Wrong::Number(Where::Field("version"), Number::Low(8)),
        ),
        read(
            "version-31-bits",
            "v1-version",
            "The highest bit of the version does not count.",
            Wrong::Number(Where::Field("version"), Number::Low(31)),
        ),
        read(
            "version-big-endian",
            "v1-version",
            "The version is read with its most significant byte first.",
            Wrong::Number(Where::Field("version"), Number::BigEndian),
        ),
        identifier("version-below", "v1-version", "Versions up to 1 are accepted: 0, too.", |file| {
            match version_of(file) {
                Some(0) => Ok(0),
                _ => plain::identify(file),
            }
        }),
        identifier(
            "version-reported",
            "v1-version",
            "The number of a version that is not supported is reported.",
            |file| {
                plain::identify(file).or_else(|error| match version_of(file) {
                    Some(version) if error.class == "unsupported-version" => Ok(version),
                    _ => Err(error),
                })
            },
        ),
        identifier("whole-file", "v1-identify-alone", "The whole file has to be right.", |file| {
            plain::decode(file).map(|decoded| decoded.record.version.number())
        }),
        identifier("more-than-a-header", "v1-identify-alone", "A header alone is not enough.", |file| {
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
