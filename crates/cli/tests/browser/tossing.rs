//! Cookie tossing: a sibling domain sets cookies of our names, or of names that look like them, for the shop.

use serde_json::json;

use super::{
    browser::Browser,
    pairs::strangers,
    shop::Shop,
    sibling::{Certificate, DOMAIN, Sibling},
};

/// Ada, logged in with something in her cart, and the cookies that the attacker's own browser got from the shop.
struct Scene {
    browser: Browser,
    sibling: Sibling,
    origin: String,
    ada: Vec<(String, String)>,
    mallory: Vec<(String, String)>,
    shop: Shop,
    _certificate: Option<Certificate>,
}

impl Scene {
    /// Over TLS, where the names have the prefix.
    fn secure() -> Option<Self> {
        let certificate = Certificate::new();
        let files = ["cert.pem", "key.pem"].map(|file| certificate.pem(file).display().to_string());
        let options = ["--tls-cert", &files[0], "--tls-key", &files[1]];
        let sibling = Sibling::start(Some(&certificate));
        Self::start("https", &options, sibling, Some(certificate))
    }

    /// Over plain http, where they have none.
    fn insecure() -> Option<Self> {
        Self::start("http", &["--insecure-http"], Sibling::start(None), None)
    }

    fn start(
        scheme: &str,
        options: &[&str],
        sibling: Sibling,
        certificate: Option<Certificate>,
    ) -> Option<Self> {
        let rules = format!("--host-resolver-rules=MAP *.{DOMAIN} 127.0.0.1");
        let browser = Browser::start_with(&json!({ "args": [rules, "--ignore-certificate-errors"] }))?;
        let shop = Shop::open_with(options);
        let port = shop.origin.rsplit(':').next().expect("a port");
        let origin = format!("{scheme}://shop.{DOMAIN}:{port}");
        let shopper = |email: &str, item: &str| {
            browser.log_in(&origin, email);
            browser.add(item, 2);
            assert_eq!(browser.customer().as_deref(), Some(email));
            let cookies = browser.cookies();
            let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
            cookies.iter().map(|it| (text(&it["name"]), text(&it["value"]))).collect::<Vec<_>>()
        };
        let mallory = shopper("mallory@example.com", "rye-loaf");
        browser.cdp("Network.clearBrowserCookies", &json!({}));
        let ada = shopper("ada@example.com", "gingersnaps");
        Some(Self { browser, sibling, origin, ada, mallory, shop, _certificate: certificate })
    }

    /// Ada looks at a sibling's page, which sets these cookies with these attributes. Of two paths the last counts.
    fn toss(&self, host: &str, pairs: &[Vec<u8>], attributes: &str) {
        let fields = pairs.iter().map(|pair| [&pair[..], b"; Path=/; ", attributes.as_bytes()].concat());
        self.sibling.set(fields.collect());
        self.browser.goto(&self.sibling.url(host));
        self.sibling.set(Vec::new());
    }

    /// Returns the value of a cookie in the attacker's browser.
    fn mallorys(&self, name: &str) -> &str {
        &self.mallory.iter().find(|(other, _)| other == name).expect("a cookie").1
    }

    #[track_caller]
    fn finds_ada(&self) {
        self.browser.goto(&self.origin);
        assert_eq!(self.browser.customer().as_deref(), Some("ada@example.com"));
        assert_eq!(self.browser.cart(), ["2 × Gingersnaps"]);
    }

    #[track_caller]
    fn finds_nobody(&self) {
        self.browser.goto(&self.origin);
        assert_eq!(self.browser.customer(), None);
        assert!(self.browser.cart().is_empty());
    }

    fn clear(&self) {
        self.browser.cdp("Network.clearBrowserCookies", &json!({}));
    }

    /// Ada's own cookies, as they were, and no others.
    fn restore(&self) {
        self.clear();
        self.browser.goto(&self.origin);
        self.ada.iter().for_each(|(name, value)| self.browser.set_cookie(name, value));
    }

    /// Lets the sibling set, in some way, look-alikes of the attacker's login and cart, while Ada is logged in and
    /// until she is not. Returns how many such pairs the browser sent.
    fn besiege(&self, can_be_set: impl Fn(&[u8]) -> bool, toss: impl Fn(&[Vec<u8>])) -> usize {
        let mut sent = 0;
        for name in ["__Host-id", "__Host-session-own"] {
            let pairs = strangers(name, self.mallorys(name)).into_iter();
            // Chromium keeps 180 cookies of a site.
            for pairs in pairs.filter(|pair| can_be_set(pair)).collect::<Vec<_>>().chunks(150) {
                self.restore();
                toss(pairs);
                self.finds_ada();
                self.browser.log_out();
                assert_eq!((self.browser.customer(), self.browser.cart()), (None, Vec::new()));
                self.browser.goto(&self.sibling.url("evil"));
                sent += self.sibling.brought().iter().filter(|pair| pairs.contains(pair)).count();
            }
        }
        assert!(!self.shop.log().contains("cookie refused"), "{}", self.shop.log());
        sent
    }
}

#[test]
fn no_look_alike_that_a_sibling_sets_logs_anybody_in_or_out() {
    let Some(scene) = Scene::secure() else { return };
    // Attributes begin at a semicolon, and with one of the others the browser refuses the whole answer.
    let can_be_set = |pair: &[u8]| !pair.iter().any(|byte| b";\0\r\n".contains(byte));
    let toss = |pairs: &[Vec<u8>]| scene.toss("evil", pairs, &format!("Domain={DOMAIN}; Secure"));
    let sent = scene.besiege(can_be_set, toss);
    assert!(sent > 500, "{sent}");
}

#[test]
fn no_look_alike_that_a_siblings_script_sets_logs_anybody_in_or_out() {
    let Some(scene) = Scene::secure() else { return };
    let can_be_set = |pair: &[u8]| str::from_utf8(pair).is_ok() && !pair.contains(&b';');
    let toss = |pairs: &[Vec<u8>]| {
        let pairs = pairs.iter().map(|pair| String::from_utf8_lossy(pair)).collect::<Vec<_>>();
        let attributes = format!("; Domain={DOMAIN}; Path=/; Secure");
        scene.browser.goto(&scene.sibling.url("evil"));
        let set = format!("for (const pair of {}) document.cookie = pair + '{attributes}'", json!(pairs));
        scene.browser.script(&set);
    };
    let sent = scene.besiege(can_be_set, toss);
    assert!(sent > 150, "{sent}");
}

#[test]
fn a_browser_takes_no_cookie_of_a_prefixed_name_for_another_host() {
    let Some(scene) = Scene::secure() else { return };
    let value = scene.mallorys("__Host-id");
    let spellings = ["__Host-id=", "__HOST-id=", "=__Host-id=", "=\t__host-id=", " __Host-id ="];
    let pairs = spellings.map(|name| format!("{name}{value}").into_bytes());
    for (host, domain) in [("evil", DOMAIN), ("evil.shop", DOMAIN), ("evil.shop", "shop.gingersnap.test")] {
        scene.toss(host, &pairs, &format!("Domain={domain}; Secure"));
        scene.browser.goto(&scene.sibling.url(host));
        assert_eq!(scene.sibling.brought(), [b""], "{host} {domain}");
        scene.finds_ada();
    }
    // The sibling may have one for itself, which the shop never sees.
    scene.clear();
    scene.toss("evil.shop", &pairs, "Secure");
    scene.browser.goto(&scene.sibling.url("evil.shop"));
    assert!(scene.sibling.brought().contains(&pairs[0]));
    scene.finds_nobody();
}

/// Returns this many cookies of no meaning, each with a value of this length.
fn junk(cookies: usize, len: usize) -> Vec<Vec<u8>> {
    (0..cookies).map(|n| format!("junk-{n}={}", "x".repeat(len)).into_bytes()).collect()
}

#[test]
fn a_sibling_that_overflows_the_jar_logs_out_at_worst() {
    let Some(scene) = Scene::secure() else { return };
    let secure = format!("Domain={DOMAIN}; Secure");
    // Chromium has room for 180 of a site. Those without Secure go first, then those that were not used for longest.
    scene.toss("evil", &junk(300, 10), &secure);
    scene.browser.goto(&scene.sibling.url("evil"));
    assert!((100..300).contains(&scene.sibling.brought().len()), "an overflow");
    scene.toss("evil", &[format!("__Host-id={}", scene.mallorys("__Host-id")).into_bytes()], &secure);
    scene.browser.goto(&scene.origin);
    let cart = scene.browser.cart();
    assert!(cart.is_empty() || cart == ["2 × Gingersnaps"], "{cart:?}");
    match scene.browser.customer() {
        Some(who) => assert_eq!(who, "ada@example.com"),
        None => scene.browser.log_in(&scene.origin, "ada@example.com"),
    }
    scene.browser.add("gingersnaps", 2);
    scene.finds_ada();
}

#[test]
fn more_cookies_than_the_server_reads_are_431_until_they_are_gone() {
    let Some(scene) = Scene::secure() else { return };
    let attributes = format!("Domain={DOMAIN}; Secure");
    let long = junk(20, 4000);
    scene.toss("evil", &long, &attributes);
    scene.browser.goto(&scene.origin);
    let page = scene.browser.script("return document.documentElement.innerText");
    assert!(page.as_str().expect("text").contains("431"), "{page}");
    scene.toss("evil", &long, &format!("{attributes}; Max-Age=0"));
    scene.finds_ada();
}

#[test]
fn without_a_prefix_three_junk_cookies_hide_nothing_and_a_fourth_logs_out() {
    let Some(scene) = Scene::insecure() else { return };
    let (domain, shop) = (format!("Domain={DOMAIN}"), format!("Domain=shop.{DOMAIN}"));
    // One for each domain and each folder that the shop's address is in.
    for (value, host, attributes) in [
        ("one", "evil", domain.clone()),
        ("two", "evil.shop", shop.clone()),
        ("three", "evil", format!("{domain}; Path=/session")),
    ] {
        scene.toss(host, &[format!("id={value}").into_bytes()], &attributes);
        scene.finds_ada();
        scene.browser.goto(&format!("{}/session", scene.origin));
        assert_eq!(scene.browser.customer().as_deref(), Some("ada@example.com"), "{value}");
    }
    assert!(!scene.shop.log().contains("too_many_cookies"));
    scene.toss("evil.shop", &[b"id=four".to_vec()], &format!("{shop}; Path=/session"));
    scene.browser.goto(&format!("{}/session", scene.origin));
    assert_eq!(scene.browser.customer(), None);
    assert!(scene.shop.log().contains("cookie=\"id\" reason=\"too_many_cookies\""), "{}", scene.shop.log());
    scene.finds_ada();
}

#[test]
fn without_a_prefix_another_persons_login_logs_out_and_not_in() {
    let Some(scene) = Scene::insecure() else { return };
    let domain = format!("Domain={DOMAIN}");
    let cart = format!("session-own={}", scene.mallorys("session-own")).into_bytes();
    scene.toss("evil", std::slice::from_ref(&cart), &domain);
    scene.finds_ada();
    let login = format!("id={}", scene.mallorys("id")).into_bytes();
    scene.toss("evil", std::slice::from_ref(&login), &domain);
    scene.finds_nobody();
    assert!(scene.shop.log().contains("cookie=\"id\" reason=\"conflict\""), "{}", scene.shop.log());
    scene.toss("evil", &[cart, login], &format!("{domain}; Max-Age=0"));
    scene.finds_ada();
}
