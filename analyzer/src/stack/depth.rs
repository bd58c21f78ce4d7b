//! Estimates how much stack a source can need, from its brackets, operators and words. First call
//! the fast function [`most`]. If its result is too large, call [`deepest`], which is more precise.

use std::ops::Range;

use memchr::memmem;

use super::{MAX, PER_BYTE};
use crate::class::ErrorClass;
use crate::error::SourceError;

/// Returns an upper bound of the stack that a source can need, in bytes. It assumes that each
/// bracket and each word is nested in all brackets and words before it. [`deepest`] never finds
/// deeper nesting, but takes four times as many instructions. The inner loop has no branches, so
/// that the compiler vectorises it.
pub(super) fn most(source: &str) -> usize {
    /// The number of bytes in a block: few enough that 8-bit counters do not overflow.
    const BLOCK: usize = 240;
    // A link is an operator or a word that can nest without a bracket. A word counts once, at its
    // first byte. Other characters of names, such as `_`, count as links, too.
    let is_letter = |byte: u8| (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit = |byte: u8| byte.wrapping_sub(b'0') < 10;
    let is_word = |byte: u8| u8::from(is_letter(byte)) | u8::from(is_digit(byte));
    let bytes = source.as_bytes();
    let (before, _) = bytes.as_chunks::<BLOCK>();
    let (blocks, rest) = bytes.get(1..).unwrap_or_default().as_chunks::<BLOCK>();
    // The first byte, and the bytes after the last full block, are counted both as brackets and as
    // links.
    let (mut brackets, mut links) = (1 + rest.len(), 1 + rest.len());
    for (before, block) in before.iter().zip(blocks) {
        let (mut opened, mut linked) = (0, 0);
        for (before, byte) in before.iter().zip(block) {
            // Setting the bit 0x20 turns `[` into `{`, so one comparison finds both.
            opened += u8::from(*byte == b'(') | u8::from(byte | 0x20 == b'{');
            linked += u8::from(*byte > b' ') & !(is_word(*before) & is_word(*byte));
        }
        brackets += usize::from(opened);
        links += usize::from(linked);
    }
    brackets * Depth::PER_BRACKET + links * Depth::PER_LINK
}

/// Rejects a source if its nesting needs more stack than [`MAX`].
///
/// This function does not parse the source exactly. It may count more nesting than there is. It may
/// also take a regular expression for a division, and then read the text after it wrongly. To be
/// rejected wrongly, a source must be hundreds of kilobytes long and unrealistic.
pub(super) fn deepest(source: &str) -> Result<(), SourceError> {
    let mut rest = Rest { bytes: source.as_bytes(), at: 0 };
    let mut depth = Depth::default();
    let mut before = b';';
    let mut word = 0..0;
    while let Some(byte) = rest.next() {
        match byte {
            b'\n' | b'\r' => {
                rest.skip_while(|byte| byte <= b' ');
                let can_end = match before {
                    b')' => !depth.closed_head,
                    b'}' | b']' | b'\'' | b'"' | b'`' => true,
                    _ => is_word(before) && !OPEN.contains(&rest.text(&word)),
                };
                if can_end && rest.is_before_statement() {
                    depth.separate();
                }
                continue;
            }
            // Control characters are skipped like white space: the parser stops there with an
            // error.
            0..=b' ' => {
                rest.skip_while(|byte| byte == b' ');
                continue;
            }
            b'\'' | b'"' => rest.skip_string(byte),
            b'`' => depth.template(&mut rest),
            b'/' if rest.peek() == Some(b'/') => {
                rest.skip_until(b"\n");
                continue;
            }
            b'/' if rest.peek() == Some(b'*') => {
                rest.skip_until(b"*/");
                continue;
            }
            b'/' if b"(,=:[!&|?{};+-*%~^<>".contains(&before) => rest.skip_regular_expression(),
            b'(' if is_word(before) && HEADS.contains(&rest.text(&word)) => depth.open(Bracket::Head),
            b'(' | b'[' | b'{' => depth.open(Bracket::Other),
            b')' | b']' | b'}' => {
                if depth.close() {
                    depth.template(&mut rest);
                }
            }
            b';' | b',' if !rest.is_before_else() => depth.separate(),
            byte => {
                depth.continue_chain();
                if is_word(byte) {
                    let start = rest.at - 1;
                    rest.skip_while(is_word);
                    word = start..rest.at;
                }
            }
        }
        if depth.stack > MAX {
            let message = "the source nests too deeply: it needs more stack than the analyzer allows";
            return Err(SourceError::new(ErrorClass::TooDeep, rest.at.saturating_sub(1), message));
        }
        before = byte;
    }
    Ok(())
}

/// Words after which an expression, a type or a statement must follow, possibly on the next line.
/// So a line end after such a word does not end the nesting.
const OPEN: [&[u8]; 22] = [
    b"else",
    b"do",
    b"typeof",
    b"void",
    b"delete",
    b"await",
    b"yield",
    b"new",
    b"case",
    b"async",
    b"in",
    b"of",
    b"instanceof",
    b"extends",
    b"as",
    b"satisfies",
    b"is",
    b"asserts",
    b"keyof",
    b"readonly",
    b"unique",
    b"infer",
];

/// Words with a head in parentheses, such as `if (…)`, after which a statement must follow.
const HEADS: [&[u8]; 5] = [b"if", b"while", b"for", b"with", b"await"];

/// Words that continue the expression or statement before them, even at the beginning of a line.
const CONTINUES: [&[u8]; 7] = [b"else", b"in", b"instanceof", b"of", b"as", b"satisfies", b"extends"];

const fn is_word(byte: u8) -> bool {
    WORD[byte as usize]
}

/// For each byte, whether it can be part of a word. The lookup table makes reading long sources
/// fast.
const WORD: [bool; 256] = words();

const fn words() -> [bool; 256] {
    let mut word = [false; 256];
    let mut byte = 0_u8;
    loop {
        word[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\' | 0x80..);
        if byte == u8::MAX {
            return word;
        }
        byte += 1;
    }
}

/// The construct that a bracket belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Template,
    /// The head of a statement, such as `if (…)`.
    Head,
    Other,
}

/// The constructs that are open at a position of the source: brackets and, in each bracket, a chain
/// of operators and words that may be nested in each other.
#[derive(Default)]
struct Depth {
    open: Vec<(usize, Bracket)>,
    /// True if the bracket that was closed last was the head of a statement.
    closed_head: bool,
    chain: usize,
    /// The stack that the open constructs take, in bytes.
    stack: usize,
}

impl Depth {
    const PER_BRACKET: usize = PER_BYTE + PER_BYTE / 4;
    /// The stack for an operator or a word, in bytes. Measured: 880 for `yield yield`, and less for
    /// all others.
    const PER_LINK: usize = PER_BYTE / 2;

    fn open(&mut self, bracket: Bracket) {
        self.open.push((self.chain, bracket));
        self.chain = 0;
        self.stack += Self::PER_BRACKET;
    }

    /// Closes a bracket. Returns whether it was the bracket of an expression in a template
    /// (`${…}`).
    fn close(&mut self) -> bool {
        self.separate();
        let Some((chain, bracket)) = self.open.pop() else { return false };
        self.chain = chain;
        self.stack -= Self::PER_BRACKET;
        self.closed_head = bracket == Bracket::Head;
        bracket == Bracket::Template
    }

    fn separate(&mut self) {
        self.stack -= self.chain * Self::PER_LINK;
        self.chain = 0;
    }

    fn continue_chain(&mut self) {
        self.chain += 1;
        self.stack += Self::PER_LINK;
    }

    /// Reads the text of a template, up to its end or to the next `${` in it.
    fn template(&mut self, rest: &mut Rest<'_>) {
        while let Some(byte) = rest.next() {
            match byte {
                b'\\' => {
                    rest.next();
                }
                b'`' => return self.continue_chain(),
                b'$' if rest.peek() == Some(b'{') => {
                    rest.next();
                    return self.open(Bracket::Template);
                }
                _ => {}
            }
        }
    }
}

/// The part of the source that is not read yet.
struct Rest<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Rest<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_while(&mut self, is_skipped: impl Fn(u8) -> bool) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| !is_skipped(*byte)).unwrap_or(rest.len());
    }

    fn skip_until(&mut self, end: &[u8]) {
        let rest = &self.bytes[self.at..];
        self.at += memmem::find(rest, end).map_or(rest.len(), |found| found + end.len());
    }

    fn skip_string(&mut self, quote: u8) {
        while let Some(byte) = self.next() {
            match byte {
                b'\\' => {
                    self.next();
                }
                b'\n' => return,
                byte if byte == quote => return,
                _ => {}
            }
        }
    }

    fn skip_regular_expression(&mut self) {
        let start = self.at;
        let mut in_class = false;
        while let Some(byte) = self.next() {
            match byte {
                b'\\' => {
                    self.next();
                }
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => return,
                // A regular expression cannot contain a line break, so the slash was a division.
                b'\n' => {
                    self.at = start;
                    return;
                }
                _ => {}
            }
        }
        self.at = start;
    }

    /// Returns whether the next word begins a statement. The position is one where a statement can
    /// end.
    fn is_before_statement(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let longest = rest.len().min("instanceof".len() + 1);
        let length = rest[..longest].iter().position(|byte| !is_word(*byte)).unwrap_or(longest);
        length > 0 && !CONTINUES.contains(&&rest[..length])
    }

    fn text(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// Returns whether `else` comes next. In `if (1) a; else b`, the semicolon does not end the
    /// `if`, so the nesting continues.
    fn is_before_else(&self) -> bool {
        self.bytes[self.at..].trim_ascii_start().starts_with(b"else")
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::{Options, SourceType, analyze};

    const LEVELS: usize = 1_600_000;

    fn class(source: &str) -> Option<ErrorClass> {
        let class = deepest(source).err().map(|error| error.within(source).class());
        assert!(class.is_none() || most(source) > MAX, "{:?}", source.get(..40));
        class
    }

    #[test]
    fn a_common_source_is_not_read_closely() {
        let module = "import {a} from './a.js';\nexport function f(x) { return [a(x, 1), x.y]; }\n";
        assert!(most(&module.repeat(MAX / PER_BYTE * 3 / module.len())) < MAX);
    }

    const BRACKETS: [&str; 6] = ["(", "[", "{", "`${", "f(", "(function(){"];

    #[test]
    fn brackets_nest() {
        for bracket in BRACKETS {
            assert_eq!(class(&bracket.repeat(LEVELS)), Some(ErrorClass::TooDeep), "{bracket}");
        }
    }

    /// Texts that nest without a bracket if they are repeated.
    const LINKS: [&str; 21] = [
        "!",
        "a=>",
        "a=",
        "new ",
        "1+",
        "l:",
        "if(1)",
        "if(1);else ",
        "a?b:",
        "void ",
        "yield ",
        "await ",
        "else\nreturn ",
        "if(1)\n",
        "for(;;)\n",
        "if(1)\na\nelse\n",
        "typeof\n",
        "keyof\n",
        "a as\n",
        "a\nin ",
        "a=>\nfunction f",
    ];

    /// Texts that nest if they are repeated, each with the text that closes it. Together they are a
    /// program without errors.
    const CLOSED: [(&str, &str); 14] = [
        ("(", ")"),
        ("[", "]"),
        ("({a: ", "})"),
        ("`${", "}`"),
        ("f(", ")"),
        ("(function () {", "})()"),
        ("() => {", "}"),
        ("class A { static {", "}}"),
        ("if (1) {", "}"),
        ("a => ", ""),
        ("!", ""),
        ("1 + ", ""),
        ("a ? b : ", ""),
        ("new ", ""),
    ];
    const JSX: [(&str, &str); 4] = [("<a>", "</a>"), ("<>", "</>"), ("<a.b>", "</a.b>"), ("<a b={", "} />")];
    const TYPES: [(&str, &str); 10] = [
        ("A<", ">"),
        ("keyof ", ""),
        ("A extends B ? C : ", ""),
        ("{a: ", "}"),
        ("[", "]"),
        ("(a: ", ") => b"),
        ("() => ", ""),
        ("new () => ", ""),
        ("`${", "}`"),
        ("readonly ", "[]"),
    ];

    #[test]
    fn operators_and_words_nest() {
        for link in LINKS {
            assert_eq!(class(&link.repeat(LEVELS)), Some(ErrorClass::TooDeep), "{link}");
        }
    }

    /// Analyses a source on a thread with only the stack that [`most`] returns, and [`LEAST`]. If
    /// that is too little, the process crashes, and the test fails.
    fn analyze_with_counted_stack(source: &str, source_type: SourceType) {
        /// The stack of an analysis without nesting, in bytes.
        const LEAST: usize = 256 << 10;
        let options = Options { stack_len: usize::MAX, ..Options::new(source_type) };
        let analysis = || drop(analyze(source, &options));
        thread::scope(|scope| {
            let thread = thread::Builder::new().stack_size(most(source) + LEAST).spawn_scoped(scope, analysis);
            thread.unwrap().join().unwrap();
        });
    }

    #[test]
    fn nesting_needs_at_most_the_counted_stack() {
        const LEVELS: usize = 2000;
        for unit in LINKS.into_iter().chain(BRACKETS) {
            analyze_with_counted_stack(&unit.repeat(LEVELS), SourceType::Mjs);
        }
        let javascript = CLOSED.map(|unit| (SourceType::Mjs, "x\n", unit));
        let typescript = CLOSED.map(|unit| (SourceType::Mts, "x\n", unit));
        let jsx = JSX.map(|unit| (SourceType::Tsx, "x = ", unit));
        let types = TYPES.map(|unit| (SourceType::Ts, "let x: ", unit));
        let all = javascript.into_iter().chain(typescript).chain(jsx).chain(types);
        for (source_type, start, (open, close)) in all {
            analyze_with_counted_stack(&format!("{start}{}", open.repeat(LEVELS)), source_type);
            let (open, close) = (open.repeat(LEVELS), close.repeat(LEVELS));
            analyze_with_counted_stack(&format!("{start}{open}y{close};"), source_type);
        }
    }

    #[test]
    fn siblings_do_not_nest() {
        for sibling in [
            "(1);",
            "[a, b],",
            "{x}",
            "'(((';",
            "\"[\";",
            "/[(]/.test(x);",
            "// (((\n",
            "/* { */",
            "`(${x})`;",
            "x = '\\'(';\n",
            "export let a = 1\n",
            "export function f() {}\n",
            "let a = b\n",
            "f(1)\n",
            "a.b = c[d]\n",
            "x\n<!--x\n",
            "if (a) f(1)\n",
            "\0",
        ] {
            assert_eq!(class(&sibling.repeat(LEVELS / 5)), None, "{sibling}");
        }
    }
}
