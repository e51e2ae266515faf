use std::{
    fs::{self, Permissions},
    io::{BufRead as _, BufReader},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Output, Stdio},
};

use crate::help::{Dir, Server, command, get, program, status};

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
fn it_says_what_it_is_and_how_it_ends_with_and_without_a_command() {
    for options in [&["--listen", "127.0.0.1:0"][..], &["demo", "--listen", "127.0.0.1:0"]] {
        let dir = Dir::new();
        let mut start = program(&dir, options);
        let mut child = start.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the shop starts");
        let lines = BufReader::new(child.stdout.take().expect("stdout")).lines().take(3);
        let lines: Vec<_> = lines.map(|line| line.expect("a line")).collect();
        child.kill().expect("ends");
        child.wait().expect("an end");
        assert!(lines[0].starts_with("gingersnap: listening on http://127.0.0.1:"), "{lines:?}");
        let what = "gingersnap: the demo shop; Ctrl-C ends it, `gingersnap --help` has the tools";
        assert_eq!(lines[1], "gingersnap: the sessions' --audience is 'gingersnap demo'", "{options:?}");
        assert_eq!(lines[2], what, "{options:?}");
    }
}

#[test]
fn a_taken_port_is_an_error_with_a_hint() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let error = format!(
        "gingersnap: error: cannot listen on {address}: Address already in use (os error 98)\n\
         gingersnap: hint: another program has the port; choose one with --listen, or port 0 for a free one\n"
    );
    refused(&run(&["--listen", &address]), 3, &error);
}

#[test]
fn a_port_alone_is_taken_on_this_machine_alone() {
    for listen in ["0", ":0", "localhost:0"] {
        let server = Server::start(&["--listen", listen, "--metrics", listen]);
        let line = format!("gingersnap: listening on http://127.0.0.1:{}\n", server.address.port());
        assert_eq!(server.line, line, "{listen}");
        assert!(server.metrics.expect("metrics").ip().is_loopback(), "{listen}");
        assert_eq!(status(&server.ask(get("/healthz"))), 200, "{listen}");
        assert!(server.ring().exists(), "{listen}");
    }
}

#[test]
fn an_address_that_cannot_be_is_an_error_with_a_hint() {
    for option in ["--listen", "--metrics"] {
        let error = format!(
            "gingersnap: error: invalid value 'localhost:70000' for '{option} <ADDRESS>': `70000` is no port\n\
             gingersnap: hint: a port is a number from 0 to 65535; 0 takes a free one\n\n\
             For more information, try '--help'.\n"
        );
        refused(&run(&[option, "localhost:70000"]), 2, &error);
    }
}

#[test]
fn a_ring_that_was_named_is_never_created() {
    let error = "gingersnap: error: cannot read nowhere.json: no such file or directory\n\
                 gingersnap: hint: --keys names its file; `gingersnap keys init` makes a ring\n";
    refused(&run(&["--listen", "127.0.0.1:0", "--keys", "nowhere.json"]), 2, error);
}

#[test]
fn a_ring_is_not_created_where_others_can_connect() {
    let error = "gingersnap: error: cannot read gingersnap-keys.json: no such file or directory\n\
                 gingersnap: hint: --keys names its file; `gingersnap keys init` makes a ring\n";
    refused(&run(&["--listen", "0.0.0.0:0"]), 2, error);
}

#[test]
fn insecure_cookies_are_refused_where_others_can_connect() {
    let error = "gingersnap: error: --insecure-http is refused where others can connect\n\
                 gingersnap: hint: listen on 127.0.0.1, or use --tls-cert and --tls-key\n";
    refused(&run(&["--listen", "0.0.0.0:0", "--insecure-http"]), 2, error);
}

#[test]
fn a_ring_is_created_for_its_owner_alone_and_said_so() {
    let dir = Dir::new();
    let ring = dir.path().join("gingersnap-keys.json");
    // The announcement is no log line: it is there with the log off.
    let mut child = command(&dir, &["--listen", "127.0.0.1:0"])
        .env("GINGERSNAP_LOG", "off")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    assert_eq!(fs::metadata(&ring).expect("a ring").permissions().mode() & 0o777, 0o600);
    child.kill().expect("ends");
    let stderr = child.wait_with_output().expect("an end").stderr;
    let expected = "gingersnap: created a new key ring: gingersnap-keys.json\n\
                    gingersnap: whoever reads this file can forge sessions; without it everybody is logged out\n";
    assert_eq!(String::from_utf8_lossy(&stderr), expected);
}

#[test]
fn a_start_that_fails_creates_no_ring() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let dir = Dir::new();
    let address = taken.local_addr().expect("an address").to_string();
    assert_eq!(command(&dir, &["--listen", &address]).output().expect("runs").status.code(), Some(3));
    assert_eq!(fs::read_dir(dir.path()).expect("a directory").count(), 0);
}

#[test]
fn a_ring_that_cannot_be_trusted_ends_the_start_and_is_left_alone() {
    let dir = Dir::new();
    let ring = dir.path().join("ring.json");
    let init = command(&dir, &[]).get_program().to_owned();
    let made =
        Command::new(init).args(["keys", "init", "--plaintext", "--keys"]).arg(&ring).status().expect("runs");
    assert!(made.success());
    let whole = fs::read(&ring).expect("a ring");
    for (name, bytes, mode) in [
        ("truncated", &whole[..whole.len() / 2], 0o600),
        ("empty", &[][..], 0o600),
        ("readable by everybody", &whole, 0o644),
        ("readable by its group", &whole, 0o640),
    ] {
        fs::write(&ring, bytes).expect("writes");
        fs::set_permissions(&ring, Permissions::from_mode(mode)).expect("a mode");
        let output =
            command(&dir, &["--listen", "127.0.0.1:0", "--keys", "ring.json"]).output().expect("runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(
            stderr.starts_with("gingersnap: error: ") && stderr.contains("\ngingersnap: hint: "),
            "{name}: {stderr}"
        );
        assert_eq!(fs::read(&ring).expect("a ring"), bytes, "{name}");
    }
}
