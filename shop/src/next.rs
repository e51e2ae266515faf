//! The page that a visitor wanted, while they log in.

/// Returns `next`, if it is a path of this shop, else the front page.
///
/// It comes from an address, so anybody can have written it. To a browser, `//host` and `/\host` are other hosts, and
/// tabs and line ends are no characters at all.
pub(crate) fn own_path(next: &str) -> &str {
    let is_own = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= MAX_LEN
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_own { next } else { FRONT }
}

/// The address of `page` that goes on to `next`.
pub(crate) fn then(page: &str, next: &str) -> String {
    let next = own_path(next);
    if next == FRONT { page.to_owned() } else { format!("{page}?next={}", encoded(next)) }
}

/// Percent-encodes what could end a query's value.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

const FRONT: &str = "/";
/// Longer than any address of the shop.
const MAX_LEN: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_shop_are_followed() {
        for own in ["/", "/account", "/login/again?next=/account", "/session?a=b&c=%2F%2F", "/a//b"] {
            assert_eq!(own_path(own), own);
        }
        let long = format!("/{}", "a".repeat(256));
        for other in [
            "",
            "account",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "https:",
            "https://evil.example/",
            "javascript:alert(1)",
            " /account",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r\nset-cookie: a=b",
            "/\0",
            "/é",
            "@evil.example",
            &long,
        ] {
            assert_eq!(own_path(other), "/", "{other:?}");
        }
    }

    #[test]
    fn an_address_carries_the_path_as_one_value() {
        assert_eq!(then("/login", "/account"), "/login?next=/account");
        assert_eq!(then("/login", "/a?b=c&d=e#f+g%20"), "/login?next=/a%3Fb%3Dc%26d%3De%23f%2Bg%2520");
        for front in ["/", "//evil.example"] {
            assert_eq!(then("/login", front), "/login");
        }
    }
}
