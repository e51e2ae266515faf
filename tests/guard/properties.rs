//! Properties of every request.

use gingersnap::OriginGuard;
use http::Request;
use proptest::prelude::*;

use crate::ask;

/// A request as its parts; the target has an authority or not.
#[derive(Clone, Debug)]
struct Asked {
    method: &'static str,
    target: String,
    upgrade: bool,
    cookie: bool,
    hosts: Vec<String>,
    sites: Vec<String>,
    origins: Vec<String>,
}

impl Asked {
    fn request(&self) -> Request<()> {
        let mut request = Request::builder().method(self.method).uri(&self.target);
        for (name, values) in
            [("host", &self.hosts), ("sec-fetch-site", &self.sites), ("origin", &self.origins)]
        {
            request = values.iter().fold(request, |request, value| request.header(name, value));
        }
        if self.upgrade {
            request = request.header("upgrade", "websocket");
        }
        if self.cookie {
            request = request.header("cookie", "a=b");
        }
        request.body(()).unwrap()
    }

    fn is_unsafe(&self) -> bool {
        self.upgrade || !["GET", "HEAD", "OPTIONS"].contains(&self.method)
    }

    /// The authority by which the request came, if it names one alone.
    fn host(&self) -> Option<&str> {
        match (self.target.strip_prefix("https://"), &self.hosts[..]) {
            (Some(rest), _) => rest.split('/').next(),
            (None, [host]) => Some(host),
            (None, _) => None,
        }
    }
}

/// The same origin in the one way of writing it, as far as the strategies below go.
fn plain(origin: &str) -> String {
    let lower = origin.to_ascii_lowercase();
    lower.strip_suffix(":443").map(str::to_owned).unwrap_or(lower)
}

fn field(values: &'static [&'static str], other: &'static str) -> impl Strategy<Value = Vec<String>> {
    let value = prop_oneof![
        8 => prop::sample::select(values).prop_map(str::to_owned),
        1 => other,
    ];
    prop_oneof![1 => Just(Vec::new()), 6 => value.clone().prop_map(|it| vec![it]), 1 => prop::collection::vec(value, 2..4)]
}

const HOSTS: [&str; 8] = [
    "shop.example",
    "shop.example:443",
    "Shop.example",
    "shop.example:8443",
    "shop.example.",
    "evil.example",
    "user@shop.example",
    "[::1]:8443",
];

fn asked() -> impl Strategy<Value = Asked> {
    let method =
        prop::sample::select(vec!["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "CONNECT", "X"]);
    let authority = prop_oneof![
        2 => Just(String::new()),
        1 => prop::sample::select(&HOSTS[..]).prop_map(|host| format!("https://{host}")),
    ];
    let path = prop::sample::select(vec!["/", "/hook", "/hook/", "/hook?a", "/cart?/hook"]);
    let sites = field(&["same-origin", "none", "same-site", "cross-site", "Same-Origin", ""], "[ -~]{0,12}");
    let origins = field(
        &[
            "https://shop.example",
            "https://shop.example:443",
            "HTTPS://SHOP.example",
            "https://shop.example:8443",
            "https://shop.example.",
            "http://shop.example",
            "https://evil.example",
            "https://user@shop.example",
            "https://[::1]:8443",
            "https://app.example",
            "http://app.example",
            "https://app.example.",
            "null",
            "",
        ],
        "(https://)?[ -~]{0,20}",
    );
    (method, authority, path, any::<bool>(), any::<bool>(), field(&HOSTS, "[ -~]{0,12}"), sites, origins)
        .prop_map(|(method, authority, path, upgrade, cookie, hosts, sites, origins)| Asked {
            method,
            target: format!("{authority}{path}"),
            upgrade,
            cookie,
            hosts,
            sites,
            origins,
        })
}

/// One origin of the request is `https://app.example`, or, where the browser says nothing, ours.
fn has_a_good_origin(asked: &Asked, at: Option<&str>) -> bool {
    let [origin] = &asked.origins[..] else { return false };
    let ours = match at {
        Some(ours) => Some(ours.to_owned()),
        None => asked.host().map(|host| format!("https://{host}")),
    };
    let is_ours = ours.is_some_and(|ours| plain(&ours) == plain(origin));
    plain(origin) == "https://app.example" || (asked.sites.is_empty() && is_ours)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn no_unsafe_request_with_a_cookie_passes_from_elsewhere(asked in asked(), fixed in any::<bool>()) {
        let at = fixed.then_some("https://shop.example");
        let guard = at.map_or(Ok(OriginGuard::https()), OriginGuard::at).unwrap();
        let guard = guard.allow("https://app.example").unwrap().exempt("/hook").unwrap();
        let passes = ask(&guard, asked.request()).is_ok();

        let is_exempt = asked.request().uri().path() == "/hook";
        let is_own_word = matches!(&asked.sites[..], [site] if site == "same-origin" || site == "none");
        if asked.is_unsafe() && asked.cookie && passes {
            prop_assert!(is_exempt || is_own_word || has_a_good_origin(&asked, at));
        }
        if !asked.is_unsafe() {
            prop_assert!(passes);
        }
    }

    #[test]
    fn what_our_own_pages_send_passes(asked in asked(), host in "[a-z0-9-]{1,9}(\\.[a-z]{2,5}){0,2}(:[1-9][0-9]{1,3})?") {
        let mut own = Asked { hosts: vec![host.clone()], origins: vec![format!("https://{host}")], ..asked };
        own.target = "/cart".to_owned();
        for site in [None, Some("same-origin")] {
            own.sites = site.into_iter().map(str::to_owned).collect();
            prop_assert_eq!(ask(&OriginGuard::https(), own.request()), Ok(()));
            let at = OriginGuard::at(&own.origins[0]).unwrap();
            prop_assert_eq!(ask(&at, own.request()), Ok(()));
        }
    }
}
