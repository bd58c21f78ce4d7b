//! Specifiers that are URLs of files, as Node.js reads them: the paths of files are decoded from them.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// The characters that the URL Standard encodes in a query of a `file:` URL, besides those that are not ASCII.
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\'');
/// The same for a fragment.
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// The file that a URL names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileUrl {
    pub(super) path: PathBuf,
    /// The query with its `?` and the fragment with its `#`, encoded as the URL Standard says. An empty one is left out.
    pub(super) suffix: String,
}

/// Returns whether Node.js reads the specifier of an import as a URL relative to the importing module.
pub(super) fn is_relative(specifier: &str) -> bool {
    matches!(specifier, "." | "..") || ["/", "./", "../"].iter().any(|start| specifier.starts_with(start))
}

/// Returns the scheme of a specifier that is an absolute URL, in lower case.
pub(super) fn scheme(specifier: &str) -> Option<String> {
    let (scheme, _) = specifier.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|it| it.is_ascii_alphanumeric() || "+-.".contains(it));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// Reads a relative specifier of a module in `folder`, or a URL with the scheme `file`. Returns `None` if Node.js rejects
/// it, or if it names a folder.
pub(super) fn file_url(folder: &Path, specifier: &str) -> Option<FileUrl> {
    // The URL Standard removes these characters.
    let trimmed = specifier.trim_matches(|it| it <= ' ').replace(['\t', '\n', '\r'], "");
    let (url, suffix) = split(&trimmed);
    let absolute = scheme(url).map(|scheme| &url[scheme.len() + 1..]);
    let path = absolute.unwrap_or(url).replace('\\', "/");
    let path = match path.strip_prefix("//").map(|rest| rest.split_once('/').unwrap_or((rest, ""))) {
        Some((host, rest)) if host.is_empty() || host.eq_ignore_ascii_case("localhost") => format!("/{rest}"),
        Some(_) => return None,
        None => path,
    };
    let is_absolute = absolute.is_some() || path.starts_with('/');
    let mut file = if is_absolute { PathBuf::from("/") } else { folder.to_owned() };
    let mut names_file = false;
    for segment in path.split('/') {
        names_file = false;
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "" | "." => {}
            ".." => _ = file.pop(),
            _ => {
                file.push(decode(segment)?);
                names_file = true;
            }
        }
    }
    names_file.then(|| FileUrl { path: file, suffix: suffix_of(suffix) })
}

/// Splits a specifier where its query or its fragment begins.
pub(super) fn split(specifier: &str) -> (&str, &str) {
    specifier.split_at(specifier.find(['?', '#']).unwrap_or(specifier.len()))
}

/// Encodes a query and a fragment as the URL Standard says. An empty one is left out.
pub(super) fn suffix_of(text: &str) -> String {
    let (query, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
    let mut suffix = String::new();
    for (text, set) in [(query, QUERY), (fragment, FRAGMENT)] {
        if text.len() > 1 {
            suffix.push_str(&text[..1]);
            suffix.extend(utf8_percent_encode(&text[1..], set));
        }
    }
    suffix
}

/// Decodes the escapes in a path. Returns `None` for those that Node.js rejects: an escaped separator, and bytes that are
/// not UTF-8.
pub(super) fn decode(path: &str) -> Option<String> {
    let lower = path.to_ascii_lowercase();
    if lower.contains("%2f") || lower.contains("%5c") || has_bad_escape(path) {
        return None;
    }
    percent_decode_str(path).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// Returns whether a `%` is not followed by two digits.
fn has_bad_escape(path: &str) -> bool {
    let is_escape =
        |rest: &str| rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    path.split('%').skip(1).any(|rest| !is_escape(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(specifier: &str) -> Option<(String, String)> {
        let FileUrl { path, suffix } = file_url(Path::new("/a/b"), specifier)?;
        Some((path.to_str()?.to_owned(), suffix))
    }

    #[test]
    fn a_path_is_decoded_as_node_decodes_it() {
        for (specifier, path) in [
            ("./c.mjs", "/a/b/c.mjs"),
            ("../c.mjs", "/a/c.mjs"),
            ("../../../c.mjs", "/c.mjs"),
            ("./d/%2E%2e/.%2e/c.mjs", "/a/c.mjs"),
            ("./h%231%3f%25.mjs", "/a/b/h#1?%.mjs"),
            ("./%C3%B6 .mjs ", "/a/b/ö .mjs"),
            (".\\d\\c\n.mjs", "/a/b/d/c.mjs"),
            (".//d//c.mjs", "/a/b/d/c.mjs"),
            ("/c.mjs", "/c.mjs"),
            ("///c.mjs", "/c.mjs"),
            ("file:///c.mjs", "/c.mjs"),
            ("FILE://LocalHost/c.mjs", "/c.mjs"),
            ("file:c.mjs", "/c.mjs"),
        ] {
            assert_eq!(read(specifier), Some((path.to_owned(), String::new())), "{specifier}");
        }
    }

    #[test]
    fn what_node_rejects_names_no_file() {
        for specifier in [
            "./a%2Fb",
            "./a%5cb",
            "./%FF",
            "./%zz",
            "./%1",
            "./%",
            "//host/c.mjs",
            "file://host/c.mjs",
            ".",
            "..",
            "./",
            "./c/",
            "./c/..",
        ] {
            assert_eq!(read(specifier), None, "{specifier}");
        }
    }

    #[test]
    fn the_query_and_the_fragment_are_encoded_as_in_a_url() {
        for (written, suffix) in [
            ("?", ""),
            ("#", ""),
            ("?#", ""),
            ("?x#y", "?x#y"),
            ("#y?x", "#y?x"),
            ("?a b'ö#a b`'", "?a%20b%27%C3%B6#a%20b%60'"),
            ("?%20%zz", "?%20%zz"),
        ] {
            assert_eq!(read(&format!("./c{written}")), Some(("/a/b/c".to_owned(), suffix.to_owned())), "{written}");
        }
    }

    #[test]
    fn a_specifier_with_a_scheme_is_an_absolute_url() {
        assert_eq!(scheme("Data:x").as_deref(), Some("data"));
        for specifier in ["dep", "dep/a:b", "@s/x", "#x:y", ":x", "1a:x"] {
            assert_eq!(scheme(specifier), None, "{specifier}");
        }
    }
}
