//! URLs, as the URL standard says: for the class `URL`.
#![expect(clippy::needless_pass_by_value, reason = "a function that JavaScript calls owns its arguments")]

use url::{Url, quirks};

/// The parts of a URL, in the order in which `builtins/url.mjs` reads them.
type Parts = Vec<String>;

fn parts(url: &Url) -> Parts {
    let texts = [
        quirks::href(url),
        &quirks::origin(url),
        quirks::protocol(url),
        quirks::username(url),
        quirks::password(url),
        quirks::host(url),
        quirks::hostname(url),
        quirks::port(url),
        quirks::pathname(url),
        quirks::search(url),
        quirks::hash(url),
    ];
    texts.map(str::to_owned).into()
}

/// Parses a URL, which may be relative to a base. Returns nothing if it is invalid.
pub(super) fn parse(input: String, base: Option<String>) -> Option<Parts> {
    let base = base.map(|base| Url::parse(&base)).transpose().ok()?;
    Url::options().base_url(base.as_ref()).parse(&input).ok().as_ref().map(parts)
}

/// Sets a part of a URL. A value that is invalid changes nothing.
pub(super) fn change(href: String, name: String, value: String) -> Option<Parts> {
    let mut url = Url::parse(&href).ok()?;
    // The setters of the standard ignore invalid values.
    let _ = match name.as_str() {
        "protocol" => quirks::set_protocol(&mut url, &value),
        "username" => quirks::set_username(&mut url, &value),
        "password" => quirks::set_password(&mut url, &value),
        "host" => quirks::set_host(&mut url, &value),
        "hostname" => quirks::set_hostname(&mut url, &value),
        "port" => quirks::set_port(&mut url, &value),
        "pathname" => {
            quirks::set_pathname(&mut url, &value);
            Ok(())
        }
        "search" => {
            quirks::set_search(&mut url, &value);
            Ok(())
        }
        "hash" => {
            quirks::set_hash(&mut url, &value);
            Ok(())
        }
        _ => Ok(()),
    };
    Some(parts(&url))
}

/// Returns a domain in ASCII, or an empty text if it is invalid.
pub(super) fn domain_to_ascii(domain: String) -> String {
    quirks::domain_to_ascii(&domain)
}

/// Returns a domain with the characters that people read, or an empty text if it is invalid.
pub(super) fn domain_to_unicode(domain: String) -> String {
    quirks::domain_to_unicode(&domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_those_of_the_standard() {
        let href = |input: &str| parse(input.to_owned(), None).map(|parts| parts[0].clone());
        assert_eq!(href("http://192.168.257").as_deref(), Some("http://192.168.1.1/"));
        assert_eq!(href("http://münchen.de/ä").as_deref(), Some("http://xn--mnchen-3ya.de/%C3%A4"));
        assert_eq!(href("http://a.com:99999"), None);
    }

    #[test]
    fn an_invalid_value_changes_nothing() {
        let parts = change("http://a.com:81/".to_owned(), "port".to_owned(), "none".to_owned());
        assert_eq!(parts.map(|parts| parts[0].clone()).as_deref(), Some("http://a.com:81/"));
    }
}
