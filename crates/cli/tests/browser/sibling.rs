//! A site under the shop's own registrable domain that is not the shop's: it may set cookies for both.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};

use super::dir::Dir;

/// The domain of both (RFC 6761: nobody's).
pub(crate) const DOMAIN: &str = "gingersnap.test";

/// A certificate for the shop and its siblings, and their key.
pub(crate) struct Certificate {
    dir: Dir,
    config: Arc<ServerConfig>,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let names = ["shop", "evil", "evil.shop"].map(|host| format!("{host}.{DOMAIN}"));
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).expect("a certificate");
        let dir = Dir::new();
        fs::write(dir.path().join("cert.pem"), cert.pem()).expect("writes");
        let key = dir.path().join("key.pem");
        fs::write(&key, signing_key.serialize_pem()).expect("writes");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("a mode");
        let chain = vec![CertificateDer::from(cert)];
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a certificate with its key");
        Self { dir, config: Arc::new(config) }
    }

    pub(crate) fn pem(&self, file: &str) -> PathBuf {
        self.dir.path().join(file)
    }
}

/// The site. Its threads end with the connections and with the test's process.
pub(crate) struct Sibling {
    port: u16,
    scheme: &'static str,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// The page's `Set-Cookie` fields.
    sets: Mutex<Vec<Vec<u8>>>,
    /// The `Cookie` field of the last request.
    cookies: Mutex<Vec<u8>>,
}

impl Sibling {
    /// Starts on a free port, with TLS if there is a certificate.
    pub(crate) fn start(certificate: Option<&Certificate>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let config = certificate.map(|it| Arc::clone(&it.config));
        let shared = Arc::new(Shared::default());
        let site = Self {
            port,
            scheme: if certificate.is_some() { "https" } else { "http" },
            shared: Arc::clone(&shared),
        };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, shared) = (config.clone(), Arc::clone(&shared));
                // A browser that hangs up in the middle is its own business.
                thread::spawn(move || drop(accept(stream, config, &shared)));
            }
        });
        site
    }

    /// The address of its page on a host.
    pub(crate) fn url(&self, host: &str) -> String {
        format!("{}://{host}.{DOMAIN}:{}/", self.scheme, self.port)
    }

    /// Gives the page these `Set-Cookie` fields from now on.
    pub(crate) fn set(&self, fields: Vec<Vec<u8>>) {
        *self.shared.sets.lock().expect("the fields") = fields;
    }

    /// The cookies that the last request brought, byte for byte.
    pub(crate) fn brought(&self) -> Vec<Vec<u8>> {
        let cookies = self.shared.cookies.lock().expect("the field");
        cookies.split(|byte| *byte == b';').map(|pair| pair.trim_ascii().to_vec()).collect()
    }
}

fn accept(stream: TcpStream, tls: Option<Arc<ServerConfig>>, shared: &Shared) -> std::io::Result<()> {
    match tls {
        None => answer(stream, shared),
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
            answer(StreamOwned::new(connection, stream), shared)
        }
    }
}

/// One request, one page, one connection.
fn answer(mut stream: impl Read + Write, shared: &Shared) -> std::io::Result<()> {
    let mut cookies = Vec::new();
    for line in BufReader::new(&mut stream).split(b'\n') {
        let line = line?.trim_ascii_end().to_vec();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_at(line.len().min(b"cookie:".len()));
        if name.eq_ignore_ascii_case(b"cookie:") {
            cookies = value.to_vec();
        }
    }
    *shared.cookies.lock().expect("the field") = cookies;
    let mut page = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n".to_vec();
    for field in shared.sets.lock().expect("the fields").iter() {
        page.extend([b"set-cookie: ", &field[..], b"\r\n"].concat());
    }
    page.extend(format!("content-length: {}\r\n\r\n{PAGE}", PAGE.len()).into_bytes());
    stream.write_all(&page)?;
    stream.flush()
}

/// It asks for no icon, which would be another request.
const PAGE: &str = "<!doctype html><title>sibling</title><link rel=icon href='data:,'>";
