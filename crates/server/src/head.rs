//! A request's head is counted, since the HTTP library's own bounds are not exact.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::limits::Limits;

/// Answers 431 to a head with too many bytes or fields.
pub(crate) async fn bound(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if fields(headers) > limits.head_fields
        || size(request.method(), request.uri(), headers) > limits.head_bytes
    {
        return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
    }
    next.run(request).await
}

/// Fields of the head. Over HTTP/2 a browser sends each cookie of its one `Cookie` field by itself (RFC 9113
/// §8.2.3): a sibling domain that fills the jar would shut everybody out, and only there.
fn fields(headers: &HeaderMap) -> usize {
    let cookies = headers.get_all(header::COOKIE).iter().count();
    headers.len() - cookies.saturating_sub(1)
}

/// Bytes of the head as HTTP/1.1 writes it: `GET /path HTTP/1.1`, a line for each field, an empty line.
fn size(method: &Method, uri: &Uri, headers: &HeaderMap) -> usize {
    let target = uri.path_and_query().map_or(1, |target| target.as_str().len())
        + uri.authority().map_or(0, |authority| authority.as_str().len());
    let line = method.as_str().len() + target + " ".len() + " HTTP/1.1\r\n".len();
    let fields: usize =
        headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum();
    line + fields + "\r\n".len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_as_long_as_it_is_on_the_wire() {
        let wire =
            "POST /cart-items?a=1 HTTP/1.1\r\nhost: shop.example\r\ncookie: a=b\r\ncookie: c=d\r\n\r\n";
        let mut headers = HeaderMap::new();
        headers.insert("host", "shop.example".parse().expect("a value"));
        headers.append("cookie", "a=b".parse().expect("a value"));
        headers.append("cookie", "c=d".parse().expect("a value"));
        assert_eq!(size(&Method::POST, &Uri::from_static("/cart-items?a=1"), &headers), wire.len());
        assert_eq!(fields(&headers), 2);
    }
}
