//! The key of a module: the name of its file in a cache.

use std::fmt;
use std::str::FromStr;

use bmes::v4::{self, DigestError};
use bmes::{Digest, NotADigest};

/// The key of a module: SHA-256 of its URL, its producer and its source's digest. As text, it is 64 lowercase
/// hexadecimal digits.
///
/// A program computes the key from its own URL, producer and source, never from the fields of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub Digest);

impl Key {
    /// Computes the key of a module. `url` is its absolute URL as the URL standard serialises it, without fragment. A
    /// program whose engine does not depend on the URL passes an empty text; then all checkouts, sandboxes and CI
    /// machines share the same files.
    pub fn new(url: &str, producer: &Digest, source: &Digest) -> Result<Self, DigestError> {
        v4::key(url, producer, source).map(Self)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Key {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        text.parse().map(Self)
    }
}

/// Returns the URL of a file with this absolute path: `file:///app/main.mjs`. As the URL standard says, characters that a
/// URL cannot contain are percent-encoded, and `.` and `..` are removed. Links are not resolved. Returns `None` if the path
/// is not absolute.
#[cfg(unix)]
pub fn file_url(path: &std::path::Path) -> Option<String> {
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::{Component, PathBuf};

    use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

    /// The path percent-encode set of the URL standard; and `%` and `\`, which would have another meaning in a URL.
    const PATH: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'}')
        .add(b'%')
        .add(b'\\');
    let mut plain = PathBuf::new();
    for component in path.components() {
        if component == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(component);
        }
    }
    path.is_absolute().then(|| format!("file://{}", percent_encode(plain.as_os_str().as_bytes(), PATH)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_one_of_the_specification() {
        // The example of spec/v4.md, section 14.4.
        let producer = "471f370b1591e7ca142fe3736db551986365f54cda6727935e0a3bc72ec63b2e".parse().unwrap();
        let key = Key::new("file:///app/empty.mjs", &producer, &v4::source(b"").sha256).unwrap();
        let page = include_str!("../../spec/v4.md");
        assert!(page.contains(&key.to_string()), "{key}");
        assert_eq!(key.to_string().parse(), Ok(key));
    }

    #[cfg(unix)]
    #[test]
    fn the_url_of_a_file_is_what_the_url_standard_says() {
        // Node.js 20: new URL("file://" + path).href, where % # ? and \ are encoded before.
        for (path, url) in [
            ("/app/main.mjs", "file:///app/main.mjs"),
            ("/a b/c#d?e%f.mjs", "file:///a%20b/c%23d%3Fe%25f.mjs"),
            ("/ä/日本.mjs", "file:///%C3%A4/%E6%97%A5%E6%9C%AC.mjs"),
            ("/a\\b\t\n.mjs", "file:///a%5Cb%09%0A.mjs"),
            ("/a/./b/../c.mjs", "file:///a/c.mjs"),
            ("/../a.mjs", "file:///a.mjs"),
            ("/[x]/{y}|z~.mjs", "file:///[x]/%7By%7D|z~.mjs"),
        ] {
            assert_eq!(file_url(path.as_ref()).as_deref(), Some(url), "{path:?}");
        }
        assert_eq!(file_url("main.mjs".as_ref()), None);
    }
}
