//! nginx and Caddy before the shop, with large cookies.

use std::{fs, io::Write as _, net::TcpStream, sync::Arc};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

use super::text;
use crate::{
    browser::{Browser, Page, Site},
    help::{Server, get, read_all},
    node::until,
    servers::Proxy,
};

/// The shop behind a proxy, as browsers reach it.
struct Front {
    proxy: Proxy,
    tls: Arc<ClientConfig>,
}

impl Front {
    fn new(proxy: Proxy, root: CertificateDer<'static>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(root).expect("a root");
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let tls = tls.with_safe_default_protocol_versions().expect("versions");
        Self { proxy, tls: Arc::new(tls.with_root_certificates(roots).with_no_client_auth()) }
    }

    /// nginx with a configuration of the site, and `more` around it.
    fn nginx(shop: &Server, site: &str, more: &str) -> Option<Self> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
        let proxy = Proxy::nginx_with(|folder, port| {
            fs::write(format!("{folder}/shop.example.pem"), cert.pem()).expect("writes");
            fs::write(format!("{folder}/shop.example.key"), signing_key.serialize_pem()).expect("writes");
            let moved = [
                ("127.0.0.1:8080", shop.address.to_string()),
                ("listen 80;", format!("listen unix:{folder}/http;")),
                ("listen 443 ", format!("listen 127.0.0.1:{port} ")),
                ("/etc/nginx/tls", folder.to_owned()),
            ];
            let more = more.replace("FOLDER", folder);
            moved.into_iter().fold(format!("{more}\n{site}"), |text, (that, this)| {
                assert!(text.contains(that), "{that}");
                text.replace(that, &this)
            })
        })?;
        Some(Self::new(proxy, cert.der().clone()))
    }

    /// Caddy with a configuration of the site, and certificates of its own making.
    fn caddy(shop: &Server, site: &str) -> Option<Self> {
        assert!(site.contains("127.0.0.1:8080"));
        let site = site.replace("127.0.0.1:8080", &shop.address.to_string());
        let options = "local_certs\nskip_install_trust\nauto_https disable_redirects\ndefault_bind 127.0.0.1";
        let proxy = Proxy::caddy_with(|port| [format!("{options}\nhttps_port {port}"), site.clone()])?;
        let root = proxy.directory().join("pki/authorities/local/root.crt");
        let mut certificate = None;
        until("it has a certificate", || {
            certificate = CertificateDer::from_pem_file(&root).ok();
            certificate.is_some()
        });
        let front = Self::new(proxy, certificate.expect("a certificate"));
        until("it serves", || front.ask(&get("/healthz")).starts_with("HTTP/1.1 "));
        Some(front)
    }
}

impl Site for Front {
    fn origin(&self) -> String {
        format!("https://{HOST}")
    }

    fn ask(&self, request: &str) -> String {
        let name = ServerName::try_from(HOST).expect("a name");
        let connection = ClientConnection::new(Arc::clone(&self.tls), name).expect("a client");
        let stream = TcpStream::connect(("127.0.0.1", self.proxy.port)).expect("connects");
        let mut stream = StreamOwned::new(connection, stream);
        // A proxy that refuses the head closes before it has read it all.
        drop(stream.write_all(request.as_bytes()));
        read_all(&mut stream)
    }
}

/// The shop, as the files say that it is started.
fn shop() -> Server {
    Server::start(&["--origin", "https://shop.example"])
}

/// The configuration without what it says of buffers: with nginx's defaults.
fn with_default_buffers(site: &str) -> String {
    let is_buffers = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("large_client_header_buffers") || line.starts_with("proxy_buffer")
    };
    assert_eq!(site.lines().filter(is_buffers).count(), 3);
    site.lines().filter(|line| !is_buffers(line)).map(|line| format!("{line}\n")).collect()
}

/// Asks for one cake after another until an answer is no redirection; returns that, and the octets of the largest cookies set.
fn fill(browser: &mut Browser<'_>) -> (Page, usize) {
    let mut largest = 0;
    for number in 0..60 {
        let page = browser.post("/cart-items", &format!("qty=1&item={number}{}", "+a+cake".repeat(13)));
        if page.status != 303 {
            return (page, largest);
        }
        largest = largest.max(page.fields("set-cookie").iter().map(|field| field.len()).sum());
    }
    panic!("it is never full");
}

/// Others' cookies for the same host.
fn add_others(browser: &mut Browser<'_>) {
    browser.cookies.insert("others".into(), "x".repeat(4000));
}

/// Logs in, and fills the cart until the layer refuses.
#[track_caller]
fn carries_all_that_the_layer_allows(front: &Front) {
    let mut browser = Browser::new(front);
    browser.submit("/login", "email=ada@example.com").says("Hello ada@example.com");
    let (full, largest) = fill(&mut browser);
    assert_eq!(full.status, 409, "{}", full.body);
    full.says("It travels in a cookie, and browsers drop cookies that are too large");
    assert!(largest > 4000, "{largest}");
    add_others(&mut browser);
    let page = browser.get("/session");
    assert_eq!(page.status, 200, "{}", page.body);
    page.says("ada@example.com");
    assert_eq!(browser.get("/readyz").status, 404);
    browser.submit("/logout", "").says("Nothing in it yet.");
}

#[test]
fn nginx_carries_the_largest_cookies_of_a_layer() {
    let shop = shop();
    let Some(front) = Front::nginx(&shop, &text("nginx/shop.conf"), "") else { return };
    carries_all_that_the_layer_allows(&front);
}

#[test]
fn caddy_carries_the_largest_cookies_of_a_layer() {
    let shop = shop();
    let Some(front) = Front::caddy(&shop, &text("caddy/Caddyfile")) else { return };
    carries_all_that_the_layer_allows(&front);
}

#[test]
fn with_the_default_buffers_nginx_refuses_a_full_cart_and_others_cookies() {
    let shop = shop();
    let site = with_default_buffers(&text("nginx/shop.conf"));
    let Some(front) = Front::nginx(&shop, &site, "") else { return };
    let mut browser = Browser::new(&front);
    let (refused, largest) = fill(&mut browser);
    assert_eq!(refused.status, 502, "{}", refused.body);
    assert!((2500..4000).contains(&largest), "{largest}");
    add_others(&mut browser);
    browser.cookies.insert("more".into(), "x".repeat(1500));
    assert_eq!(browser.get("/").status, 400);
}

#[test]
fn nginx_shows_nobody_what_it_kept_of_another() {
    let shop = shop();
    // A cache for everything, which the site says it is not for.
    let cache = "proxy_cache_path FOLDER/cache keys_zone=all:1m;\nproxy_cache all;\nproxy_cache_valid any 1m;\n\
                 proxy_ignore_headers Set-Cookie Cache-Control Vary Expires;";
    let site = text("nginx/shop.conf");
    for (site, is_kept) in [(site.clone(), false), (site.replace("proxy_cache off;", ""), true)] {
        let Some(front) = Front::nginx(&shop, &site, cache) else { return };
        let (mut ada, mut bob) = (Browser::new(&front), Browser::new(&front));
        ada.submit("/login", "email=ada@example.com");
        ada.get("/account").says("ada@example.com");
        assert_eq!(bob.get("/account").body.contains("ada@example.com"), is_kept);
    }
}

const HOST: &str = "shop.example";
