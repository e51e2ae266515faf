use std::{net::TcpListener, process::Output};

use crate::help::{Dir, Server, command, get, status};

fn run(options: &[&str]) -> Output {
    command(&Dir::new(), options).output().expect("runs")
}

#[track_caller]
fn refused(output: &Output, code: i32, error: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert_eq!(stderr, error);
    assert!(output.stdout.is_empty());
}

#[test]
fn says_where_to_look_and_answers_there() {
    let server = Server::start(&[]);
    assert_eq!(server.line, format!("gingersnap: listening on http://{}\n", server.address));
    let response = server.ask(get("/healthz"));
    assert_eq!(status(&response), 200);
    assert!(response.contains("\r\ncontent-type: text/plain; charset=utf-8\r\n"), "{response}");
    assert!(response.ends_with("\r\n\r\nok"), "{response}");
    assert!(!response.contains("set-cookie"), "{response}");
}

#[test]
fn a_taken_port_is_an_error_with_a_hint() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let error = format!(
        "gingersnap: error: cannot listen on {address}: Address already in use (os error 98)\n\
         hint: another program has the port; choose one with --listen, or port 0 for a free one\n"
    );
    refused(&run(&["--listen", &address]), 3, &error);
}

#[test]
fn a_ring_that_was_named_is_never_created() {
    let error = "gingersnap: error: there is no key ring at nowhere.json\n\
                 hint: create one with: gingersnap keys init --keys nowhere.json\n";
    refused(&run(&["--listen", "127.0.0.1:0", "--keys", "nowhere.json"]), 2, error);
}

#[test]
fn a_ring_is_not_created_where_others_can_connect() {
    let error = "gingersnap: error: there is no key ring at gingersnap-keys.json\n\
                 hint: create one with: gingersnap keys init --keys gingersnap-keys.json\n";
    refused(&run(&["--listen", "0.0.0.0:0"]), 2, error);
}

#[test]
fn insecure_cookies_are_refused_where_others_can_connect() {
    let error = "gingersnap: error: --insecure-http is refused where others can connect\n\
                 hint: listen on 127.0.0.1, or use --tls-cert and --tls-key\n";
    refused(&run(&["--listen", "0.0.0.0:0", "--insecure-http"]), 2, error);
}

#[test]
fn bad_log_directives_are_an_error() {
    let output = command(&Dir::new(), &["--listen", "127.0.0.1:0"])
        .env("GINGERSNAP_LOG", "gingersnap=loud")
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.starts_with("gingersnap: error: GINGERSNAP_LOG: "), "{stderr}");
}
