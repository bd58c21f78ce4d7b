//! Cases with requests whose attributes are different but have the same text, checksum or beginning, and with requests
//! that have the same attributes in another order.

use bmes::Version;

use super::super::shared_out;
use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, refuse};

const APART: &[&str] = &["attribute-sets", "duplicate-request", "check-accepts", "writer-accepts"];

pub(super) fn cases(version: Version) -> Vec<Described> {
    let texts = vec![
        accept(
            "sets-joined",
            "attributes that become the same text if separators join them that their strings also contain",
            APART,
            joined(version),
        ),
        accept(
            "sets-by-parts",
            "sets of attributes that share their keys, their values, the sums of both, or all attributes but one",
            APART,
            by_parts(version),
        ),
    ];
    let in_digits = accept(
        "sets-with-lengths-in-digits",
        "attributes that become the same text if each string follows its length in digits, without a separator",
        APART,
        digits(version),
    );
    shared_out(version, [texts, lengths(version), another_order(version), vec![in_digits]].concat())
}

/// Separators with which a program may join two strings. The last ones are characters that rarely occur in a name.
const SEPARATORS: [&str; 34] = [
    "",
    ",",
    ";",
    "&",
    "|",
    "/",
    ":",
    "=",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\0\0",
    "\u{1}",
    "\u{1E}",
    "\u{1F}",
    ", ",
    "\",\"",
    "\", \"",
    "\u{FFFD}",
    "\u{FFFE}",
    "\u{FFFF}",
    "\u{10FFFF}",
    "\", ",
    "\",",
    "\" ",
    "', '",
    "','",
    "', ",
    "; ",
    ")(",
    "],[",
    "\\0",
];
const EQUALS: [&str; 18] = [
    "", "=", ":", " ", "\0", ",", "=>", ": ", "\":\"", "\": \"", "=\"", "\u{1F}", "\u{FFFF}", ": \"", "':'", "': '",
    "='", " = ",
];

fn joined(version: Version) -> Module {
    let mut start = module(version);
    for (number, separator) in SEPARATORS.into_iter().enumerate() {
        for (index, equals) in EQUALS.into_iter().enumerate() {
            let specifier = format!("./{number}-{index}");
            let value = format!("1{separator}b{equals}2");
            let key = format!("a{equals}1{separator}b");
            let of_specifier = format!("{specifier}{separator}a{equals}1");
            start = start
                .request_with(&specifier, &[("a", "1"), ("b", "2")])
                .request_with(&specifier, &[("a", &value)])
                .request_with(&specifier, &[("a", "1")])
                .request_with(&specifier, &[(&key, "2")])
                .request(&of_specifier);
        }
    }
    start
}

fn by_parts(version: Version) -> Module {
    let mut start = module(version)
        .request_with("./x", &[("a", "1"), ("b", "2")])
        .request_with("./x", &[("a", "2"), ("b", "1")])
        .request_with("./x", &[("b", "a"), ("1", "2")])
        .request_with("./x", &[("1", "a"), ("2", "b")])
        .request_with("./x", &[("a", "1")])
        .request_with("./x", &[("b", "2")])
        .request_with("./x", &[("a", "")])
        .request_with("./x", &[("", "a")])
        .request_with("./x", &[("", "")])
        .request_with("./x", &[("ab", "")])
        .request_with("./x", &[("a", "b")])
        .request_with("./x", &[("", "ab")])
        .request("./x")
        // An exclusive or of all strings of a request does not distinguish these requests, because some strings cancel
        // each other.
        .request_with("./y", &[("a", "1"), ("b", "1")])
        .request_with("./y", &[("a", "2"), ("b", "2")])
        .request_with("./y", &[("a", "a")])
        .request_with("./y", &[("b", "b")]);
    // Requests with many attributes: in one of them, a value differs (the first, one in the middle, or the last), or
    // there is one more attribute.
    for number in (1..=36).chain([63, 64, 65]) {
        let specifier = &format!("./{number}");
        let keys: Vec<_> = (0..=number).map(|key| format!("k{key:02}")).collect();
        let all = || keys.iter().take(number).map(|key| (key.as_str(), "v"));
        start = start.request_with(specifier, &all().collect::<Vec<_>>());
        let mut places = vec![0, number / 2, number - 1];
        places.dedup();
        for place in places {
            let other = all().enumerate().map(|(at, (key, value))| (key, if at == place { "w" } else { value }));
            start = start.request_with(specifier, &other.collect::<Vec<_>>());
        }
        let more: Vec<_> = keys.iter().map(|key| (key.as_str(), "v")).collect();
        start = start.request_with(specifier, &more);
    }
    start
}

/// Returns a module with different attributes that become the same text if a program puts the length of each string, in
/// digits, before the string. For example, the length 1 before the string `1` looks like the length 11 of a string of
/// eleven characters. If the digits are hexadecimal, `11` is the length of seventeen characters.
fn digits(version: Version) -> Module {
    [11, 17].into_iter().fold(module(version), |module, length| {
        let [both, keys] = ["both", "keys"].map(|what| format!("./{what}-{length}"));
        let rest = "x".repeat(length - 2);
        module
            .request_with(&both, &[("1", &format!("{rest}1z"))])
            .request_with(&both, &[(&format!("11{rest}"), "z")])
            .request_with(&keys, &[("1", &format!("xx{rest}z"))])
            .request_with(&keys, &[(&format!("xx{rest}"), "z")])
    })
}

/// A way to write a length: its name, its number of bytes, and the function that returns these bytes.
type Form = (&'static str, usize, fn(usize) -> Vec<usize>);

/// Returns cases with different attributes that become the same bytes if a program writes the length of each string
/// before it, but in only 8 or 16 bits. The bytes of the length come in either order.
fn lengths(version: Version) -> Vec<Described> {
    const FORMS: [Form; 3] = [
        ("8-bits", 1, |length| vec![length]),
        ("16-bits", 2, |length| vec![length, length >> 8]),
        ("16-bits-turned", 2, |length| vec![length >> 8, length]),
    ];
    let case = |(how, size, bytes): Form| {
        let wrap = 1 << (8 * size);
        let prefix = |length: usize| bytes(length).into_iter().map(ascii).collect::<String>();
        // If a program writes these three attributes with such lengths, they become a text of exactly `wrap` bytes,
        // whose own length is then written as 0. All bytes of the lengths are ASCII.
        let rest = wrap - 3 * (2 * size + 1);
        let third = rest / 3 / 256 * 256;
        let values = [third + 0x7F, rest - 2 * third - 0x7F, third].map(|length| "z".repeat(length));
        let attributes: Vec<_> = ["b", "c", "d"].into_iter().zip(values.iter().map(String::as_str)).collect();
        let text: String = attributes
            .iter()
            .flat_map(|(key, value)| [prefix(1), (*key).into(), prefix(value.len()), (*value).into()])
            .collect();
        let all = [&[("a", "")], attributes.as_slice()].concat();
        // The key of the first request for `./n.js` has `wrap` + 1 bytes, so its length is written as 1. The rest of
        // this key and the length of its value then look like the value of the key `x`.
        let [zeros, long] = [prefix(0), "y".repeat(wrap - size)];
        let module = module(version)
            .request_with("./m.js", &[("a", &text)])
            .request_with("./m.js", &all)
            .request_with("./n.js", &[(&format!("x{zeros}{long}"), "")])
            .request_with("./n.js", &[("x", &(long + &zeros))]);
        accept(
            &format!("sets-with-lengths-of-{how}"),
            "attributes that become the same bytes if each string follows its length in too few bits",
            APART,
            module,
        )
    };
    FORMS.map(case).into()
}

/// Returns the low byte of a number as a character. The byte must be ASCII.
fn ascii(number: usize) -> char {
    char::from(u8::try_from(number % 256).expect("a byte is below 256"))
}

/// Returns cases in which two requests have the same attributes, but in different orders.
fn another_order(version: Version) -> Vec<Described> {
    let numbers = (2..=20).chain([31, 32, 33, 34, 63, 64, 65, 66, 127, 128, 129, 255, 256, 257, 1025]);
    let case = |number: usize| {
        let keys: Vec<_> = (0..number).map(|key| format!("k{key}")).collect();
        let mut attributes: Vec<_> = keys.iter().map(|key| (key.as_str(), key.as_str())).collect();
        let start = module(version).request_with("./m.js", &attributes).request("./m.js");
        // The three orders alternate: backwards, with the last attribute first, or with the last two attributes
        // exchanged.
        match number % 3 {
            0 => attributes.reverse(),
            1 => attributes.rotate_right(1),
            _ => attributes.swap(number - 2, number - 1),
        }
        refuse(
            &format!("sets-of-{number}-in-another-order"),
            &format!("two requests with the same {number} attributes, in another order"),
            &["attribute-sets", "duplicate-request", "writer-refuses"],
            start.request_with("./m.js", &attributes),
            "duplicate-request",
            "requests[2]",
        )
    };
    numbers.map(case).collect()
}
