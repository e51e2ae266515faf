use std::{
    fs::{self, Permissions},
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};

use crate::help::{Dir, SHORT, Server, command, get, read_all, status};
use crate::node::until;

/// A server with a certificate of its own, and the certificate.
pub(crate) fn start(options: &[&str]) -> (Server, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let dir = Dir::new();
    fs::write(dir.path().join("cert.pem"), cert.pem()).expect("writes");
    secret(&dir.path().join("key.pem"), &signing_key.serialize_pem());
    let tls = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    (Server::start_in(dir, &[&tls, options].concat()), cert.der().clone())
}

/// Writes a file that its owner alone may read.
fn secret(path: &Path, text: &str) {
    fs::write(path, text).expect("writes");
    fs::set_permissions(path, Permissions::from_mode(0o600)).expect("a mode");
}

pub(crate) fn connect(
    server: &Server,
    cert: CertificateDer<'static>,
    alpn: &[u8],
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(cert).expect("a root");
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![alpn.to_vec()];
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    StreamOwned::new(connection, server.connect())
}

#[test]
fn speaks_https_and_asks_browsers_to_stay_with_it() {
    let (server, cert) = start(&[]);
    assert!(server.line.starts_with("gingersnap: listening on https://127.0.0.1:"), "{}", server.line);
    let mut stream = connect(&server, cert, b"http/1.1");
    stream.write_all(get("/healthz").as_bytes()).expect("writes");
    let response = read_all(&mut stream);
    assert_eq!(status(&response), 200);
    assert!(response.contains("\r\nstrict-transport-security: max-age=31536000\r\n"), "{response}");
}

#[test]
fn a_handshake_that_does_not_go_on_is_closed() {
    let (server, cert) = start(&SHORT);
    let hello: &[u8] = &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
    for (name, bytes) in [("silent", &b""[..]), ("a part of a hello", hello)] {
        let started = Instant::now();
        let mut stream = server.connect();
        stream.write_all(bytes).expect("writes");
        read_all(&mut stream);
        assert!(started.elapsed() < Duration::from_millis(1900), "{name}: {:?}", started.elapsed());
    }

    // The handshake's time counts as the head's: silence after a late handshake gains nothing.
    let started = Instant::now();
    let mut stream = connect(&server, cert, b"http/1.1");
    thread::sleep(Duration::from_millis(700));
    stream.flush().expect("a handshake");
    let _ = stream.read(&mut [0; 1]);
    assert!(started.elapsed() < Duration::from_millis(1900), "{:?}", started.elapsed());
}

#[test]
fn files_that_are_no_certificate_or_key_are_refused() {
    let dir = Dir::new();
    fs::write(dir.path().join("empty.pem"), "").expect("writes");
    let cases = [
        ("missing.pem", 3, "cannot read missing.pem: No such file or directory (os error 2)\n"),
        (
            "empty.pem",
            2,
            "empty.pem has no certificate\ngingersnap: hint: the chain is PEM: -----BEGIN CERTIFICATE-----\n",
        ),
    ];
    for (file, code, error) in cases {
        let options = ["--listen", "127.0.0.1:0", "--tls-cert", file, "--tls-key", file];
        let output = command(&dir, &options).output().expect("runs");
        assert_eq!(output.status.code(), Some(code));
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("gingersnap: error: {error}"));
    }
}

#[test]
fn a_key_that_others_may_read_is_refused_and_names_its_mode() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let dir = Dir::new();
    let (cert_pem, key_pem) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    fs::write(&cert_pem, cert.pem()).expect("writes");
    secret(&key_pem, &signing_key.serialize_pem());
    let options = ["--listen", "127.0.0.1:0", "--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    let hint = "gingersnap: hint: `chmod 600` it, or --allow-group-read for the service's own group; if others may \
                have read it, get a certificate for another key\n";
    for (mode, group, refused) in [
        (0o644, false, "everybody has access to it"),
        (0o644, true, "everybody has access to it"),
        (0o604, true, "everybody has access to it"),
        (0o640, false, "its group may read it"),
        (0o660, true, "its group may change or run it"),
    ] {
        fs::set_permissions(&key_pem, Permissions::from_mode(mode)).expect("a mode");
        let group = if group { &["--allow-group-read"][..] } else { &[] };
        let output = command(&dir, &[&options[..], group].concat()).output().expect("runs");
        let error = format!("gingersnap: error: refused key.pem: {refused} (mode {mode:04o})\n{hint}");
        assert_eq!(
            (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code()),
            (error, Some(2)),
            "{mode:o}"
        );
        // Nor was a ring made.
        assert_eq!(fs::read_dir(dir.path()).expect("a directory").count(), 2);
    }
    fs::set_permissions(&key_pem, Permissions::from_mode(0o640)).expect("a mode");
    let server = Server::start_in(dir, &[&options[2..], &["--allow-group-read"]].concat());
    assert!(server.line.contains("https://"), "{}", server.line);
}

/// True if a process catches SIGHUP, which would otherwise end it.
fn catches_hangups(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:\t")).expect("a mask");
    u64::from_str_radix(caught, 16).expect("a mask") & 1 == 1
}

#[test]
fn sighup_does_not_kill_while_starting() {
    let dir = Dir::new();
    let fifo = dir.path().join("cert.pem");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("runs").success());
    // It waits for its certificate, which comes before the ring.
    let options = ["--listen", "127.0.0.1:0", "--tls-cert", "cert.pem", "--tls-key", "cert.pem"];
    let mut child = command(&dir, &options).stderr(Stdio::null()).spawn().expect("starts");
    until("SIGHUP is caught", || catches_hangups(child.id()));
    for _ in 0..3 {
        let kill = Command::new("kill").args(["-HUP", &child.id().to_string()]).status();
        assert!(kill.expect("runs").success());
    }
    fs::write(&fifo, "no certificate").expect("writes");
    assert_eq!(child.wait().expect("ends").code(), Some(2));
}
