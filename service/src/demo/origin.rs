//! A request that changes something must come from our own pages.
//!
//! 1. GET, HEAD and OPTIONS change nothing and pass.
//! 2. `Sec-Fetch-Site` is the browser's own word: `same-origin` and `none` (typed by the person) pass, every
//!    other value is refused, `same-site` too: a neighbour's subdomain is not us.
//! 3. Without it `Origin` must be the origin under which we are reached, scheme included.
//! 4. Without both it was no browser of the last years. It passes if it bears no cookie, since it then acts
//!    for nobody.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::serve::Site;

/// Refuses with 403 what [`decide`] does not let pass.
pub(super) async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    // HTTP/2 has the host in the request's own authority.
    let host = request.uri().authority().map(|authority| authority.as_str()).or(host);
    match decide(request.method(), request.headers(), &site, host) {
        Decision::Pass => next.run(request).await,
        Decision::Refuse(reason) => {
            tracing::info!(reason, "request from another origin refused");
            StatusCode::FORBIDDEN.into_response()
        }
    }
}

/// What is to be done with a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Decision {
    Pass,
    Refuse(&'static str),
}

fn decide(method: &Method, headers: &HeaderMap, site: &Site, host: Option<&str>) -> Decision {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Decision::Pass;
    }
    match (single(headers, &SEC_FETCH_SITE), single(headers, &header::ORIGIN)) {
        (Field::Twice, _) | (_, Field::Twice) => Decision::Refuse("repeated"),
        (Field::Once(b"same-origin" | b"none"), _) => Decision::Pass,
        (Field::Once(_), _) => Decision::Refuse("sec-fetch-site"),
        (Field::Missing, Field::Once(origin)) if is_ours(origin, site, host) => Decision::Pass,
        (Field::Missing, Field::Once(_)) => Decision::Refuse("origin"),
        (Field::Missing, Field::Missing) if headers.contains_key(header::COOKIE) => {
            Decision::Refuse("unknown")
        }
        (Field::Missing, Field::Missing) => Decision::Pass,
    }
}

fn is_ours(origin: &[u8], site: &Site, host: Option<&str>) -> bool {
    match (&site.origin, host) {
        (Some(ours), _) => origin.eq_ignore_ascii_case(ours.as_bytes()),
        (None, Some(host)) => {
            let scheme = if site.https { "https://" } else { "http://" };
            origin.eq_ignore_ascii_case(format!("{scheme}{host}").as_bytes())
        }
        (None, None) => false,
    }
}

/// A field that may stand in a request at most once.
enum Field<'h> {
    Missing,
    Once(&'h [u8]),
    Twice,
}

fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Field<'h> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Field::Missing,
        (Some(value), None) => Field::Once(value.as_bytes()),
        (Some(_), Some(_)) => Field::Twice,
    }
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: Site = Site { https: false, origin: None, insecure_cookies: false };
    const HTTPS: Site = Site { https: true, origin: None, insecure_cookies: false };

    #[track_caller]
    fn passes(site: &Site, method: &str, fields: &str) -> bool {
        let mut headers = HeaderMap::new();
        for field in fields.split('|').filter(|field| !field.is_empty()) {
            let (name, value) = field.split_once('=').expect("name=value");
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).expect("a name"),
                value.parse().expect("a value"),
            );
        }
        let method = method.parse().expect("a method");
        decide(&method, &headers, site, Some("shop.example:8080")) == Decision::Pass
    }

    #[test]
    fn safe_methods_pass_from_everywhere() {
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert!(passes(&HTTP, method, "sec-fetch-site=cross-site|origin=http://evil.example|cookie=a=b"));
        }
    }

    #[test]
    fn every_other_method_is_held_to_the_table() {
        let table = [
            (true, "sec-fetch-site=same-origin"),
            (true, "sec-fetch-site=none"),
            // What the browser says about the site stands above the origin, in both directions.
            (true, "sec-fetch-site=same-origin|origin=null|cookie=a=b"),
            (false, "sec-fetch-site=cross-site|origin=http://shop.example:8080"),
            (false, "sec-fetch-site=cross-site"),
            (false, "sec-fetch-site=same-site"),
            (false, "sec-fetch-site=Same-Origin"),
            (false, "sec-fetch-site="),
            (false, "sec-fetch-site=same-origin|sec-fetch-site=cross-site"),
            (true, "origin=http://shop.example:8080|cookie=a=b"),
            (true, "origin=HTTP://Shop.Example:8080"),
            (false, "origin=https://shop.example:8080"),
            (false, "origin=http://shop.example"),
            (false, "origin=http://shop.example:80801"),
            (false, "origin=http://evil.example:8080"),
            (false, "origin=null"),
            (false, "origin="),
            (false, "origin=http://shop.example:8080|origin=http://evil.example"),
            (false, "cookie=a=b"),
            (true, ""),
        ];
        for (expected, fields) in table {
            for method in ["POST", "PUT", "PATCH", "DELETE", "QUERY"] {
                assert_eq!(passes(&HTTP, method, fields), expected, "{method} {fields}");
            }
        }
    }

    #[test]
    fn the_scheme_is_part_of_the_origin() {
        assert!(passes(&HTTPS, "POST", "origin=https://shop.example:8080"));
        assert!(!passes(&HTTPS, "POST", "origin=http://shop.example:8080"));
    }

    #[test]
    fn behind_a_proxy_the_named_origin_counts_and_the_host_does_not() {
        let site = Site { origin: Some("https://bakery.example".into()), ..HTTPS };
        assert!(passes(&site, "POST", "origin=https://bakery.example"));
        assert!(!passes(&site, "POST", "origin=https://shop.example:8080"));
    }

    #[test]
    fn without_a_host_no_origin_is_ours() {
        let headers = HeaderMap::from_iter([(header::ORIGIN, "http://".parse().expect("a value"))]);
        assert_eq!(decide(&Method::POST, &headers, &HTTP, None), Decision::Refuse("origin"));
    }
}
