//! The meaning of a response's `Cache-Control` for shared caches (RFC 9111 §5.2, RFC 9110 §5.6).

use http::HeaderValue;

/// True if these fields forbid every shared cache to keep the response, by the plain meaning of each. A field that a cache might
/// read differently does not count.
///
/// `private="set-cookie"` keeps back only that field, and a comma in a quoted string does not separate. A cache that knows
/// `must-understand` ignores `no-store` beside it. A response with `public` is not `private` to every cache.
pub(super) fn is_private<'h>(fields: impl Iterator<Item = &'h HeaderValue>) -> bool {
    let mut found = Found::default();
    for field in fields {
        let mut rest = field.as_bytes();
        while !rest.is_empty() {
            let Some((directive, after)) = next(rest) else { return false };
            found.note(directive);
            rest = after;
        }
    }
    (found.private && !found.shared) || (found.no_store && !found.must_understand)
}

/// The directives that matter.
#[derive(Default)]
struct Found {
    private: bool,
    no_store: bool,
    must_understand: bool,
    /// `public`, or a time for shared caches.
    shared: bool,
}

impl Found {
    fn note(&mut self, Directive { name, has_argument }: Directive<'_>) {
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        self.private |= is("private") && !has_argument;
        self.no_store |= is("no-store") && !has_argument;
        self.must_understand |= is("must-understand");
        self.shared |= is("public") || is("s-maxage");
    }
}

struct Directive<'h> {
    name: &'h [u8],
    has_argument: bool,
}

/// The list's next directive, empty between two commas, and the rest after its comma; `None` if the text is not a list of
/// directives.
fn next(list: &[u8]) -> Option<(Directive<'_>, &[u8])> {
    let (name, rest) = token(skip_space(list));
    let (has_argument, rest) = match rest {
        [b'=', rest @ ..] if !name.is_empty() => (true, argument(rest)?),
        _ => (false, rest),
    };
    match skip_space(rest) {
        [] => Some((Directive { name, has_argument }, &[])),
        [b',', rest @ ..] => Some((Directive { name, has_argument }, rest)),
        _ => None,
    }
}

/// The rest after an argument, which is a token or a quoted string.
fn argument(from: &[u8]) -> Option<&[u8]> {
    let [b'"', quoted @ ..] = from else {
        let (token, rest) = token(from);
        return (!token.is_empty()).then_some(rest);
    };
    let mut rest = quoted;
    loop {
        rest = match rest {
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', _, rest @ ..] => rest,
            [_, rest @ ..] => rest,
            [] => return None,
        };
    }
}

fn token(from: &[u8]) -> (&[u8], &[u8]) {
    let is_in = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    from.split_at(from.iter().position(|byte| !is_in(byte)).unwrap_or(from.len()))
}

fn skip_space(from: &[u8]) -> &[u8] {
    let at = from.iter().position(|byte| !b" \t".contains(byte)).unwrap_or(from.len());
    from.split_at(at).1
}
