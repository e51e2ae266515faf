use crate::help::{Server, status};

/// A request of `fields` fields, `host` and `connection` among them.
fn with_fields(fields: usize) -> String {
    let filler: String = (2..fields).map(|n| format!("x-{n}: 1\r\n")).collect();
    format!("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{filler}\r\n")
}

/// A request whose head is `bytes` long.
fn with_bytes(bytes: usize) -> String {
    let head = |filler: usize| {
        format!("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: {}\r\n\r\n", "y".repeat(filler))
    };
    head(bytes - head(0).len())
}

#[test]
fn sixty_four_fields_pass_and_sixty_five_do_not() {
    let server = Server::start(&[]);
    for (fields, expected) in [(64, 200), (65, 431), (100, 431), (128, 431), (129, 431), (2000, 431)] {
        assert_eq!(status(&server.ask(with_fields(fields))), expected, "{fields} fields");
    }
}

#[test]
fn sixty_four_kibibytes_pass_and_one_byte_more_does_not() {
    let server = Server::start(&[]);
    let edge = 64 * 1024;
    for (bytes, expected) in
        [(edge, 200), (edge + 1, 431), (2 * edge - 1, 431), (2 * edge, 431), (3 * edge, 431)]
    {
        let request = with_bytes(bytes);
        assert_eq!(request.len(), bytes);
        assert_eq!(status(&server.ask(request)), expected, "{bytes} bytes");
    }
}

#[test]
fn a_refused_head_wears_the_security_headers() {
    let response = Server::start(&[]).ask(with_fields(65));
    assert!(response.contains("\r\nx-content-type-options: nosniff\r\n"), "{response}");
}
