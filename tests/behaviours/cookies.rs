//! Names and attributes.

use std::collections::BTreeMap;

use gingersnap::Policy;
use gingersnap::cookie::{Cookie, CookieSettings, Prefix, SameSite};
use gingersnap::testing::{self, TestClock};

use crate::app::{Browser, DAY, HOUR, app, builder};

/// Every combination that the layer does not refuse.
fn all_settings() -> Vec<CookieSettings> {
    let mut all = Vec::new();
    for prefix in [Prefix::Host, Prefix::HostHttp, Prefix::Secure, Prefix::None] {
        for same_site in [SameSite::Strict, SameSite::Lax, SameSite::None] {
            for secure in [true, false] {
                for path in ["/", "/shop"] {
                    for partitioned in [false, true] {
                        all.push(CookieSettings {
                            prefix,
                            path: path.into(),
                            secure,
                            same_site,
                            partitioned,
                        });
                    }
                }
            }
        }
    }
    all.retain(|settings| Cookie::new("session", settings).is_ok());
    all
}

#[tokio::test]
async fn a_removal_is_the_setting_with_no_value_and_no_time_left() {
    let all = all_settings();
    assert_eq!(all.len(), 3 * (2 + 2 + 2) + 2 * 2 + (1 + 1 + 2 + 2));
    for (settings, remembers) in all.into_iter().flat_map(|it| [(it.clone(), false), (it, true)]) {
        let clock = TestClock::new();
        let policy = if remembers { Policy::standard().remember_for(DAY) } else { Policy::standard() };
        let layer = builder(testing::keyring(), &clock).cookies(settings.clone()).policy(policy);
        let mut browser = Browser::new(app(layer));
        let mut set = BTreeMap::new();
        for path in ["/in/ann", "/add/tea", "/say/hello", "/"] {
            clock.advance(HOUR / 8);
            for cookie in browser.get(path).await.set_cookies {
                set.insert(cookie.name, cookie.attributes);
            }
        }
        assert_eq!(set.len(), 4, "{settings:?}");
        let removed = browser.get("/out").await.set_cookies;
        assert_eq!(removed.len(), 4, "{settings:?}");
        for cookie in removed {
            let lasts = remembers && cookie.name.contains("cart");
            let lasting = if lasts { format!("; Max-Age={DAY}") } else { String::new() };
            let attributes = set[&cookie.name].strip_suffix(&lasting).unwrap();
            assert_eq!(cookie.attributes, format!("{attributes}; Max-Age=0"));
            assert_eq!(cookie.attributes.contains("; Secure;"), settings.secure);
            assert_eq!(cookie.value, "");
        }
    }
}

#[tokio::test]
async fn under_the_host_http_prefix_every_cookie_has_it_and_none_without_it_is_read() {
    let clock = TestClock::new();
    let settings = CookieSettings { prefix: Prefix::HostHttp, ..CookieSettings::default() };
    let mut browser = Browser::new(app(builder(testing::keyring(), &clock).cookies(settings)));
    for (path, name) in [("/in/ann", "id"), ("/add/tea", "cart-own"), ("/say/hello", "flash"), ("/", "seen")]
    {
        clock.advance(HOUR / 8);
        let answer = browser.get(path).await;
        let name = format!("__Host-Http-{name}");
        let cookie = answer.set_cookies.iter().find(|cookie| cookie.name == name).unwrap();
        assert_eq!(cookie.attributes, "Path=/; Secure; HttpOnly; SameSite=Lax", "{name}");
    }
    assert_eq!(browser.get("/").await.body, "ann [\"tea\"] 0");
    for name in ["__Host-", "__Http-", "__Secure-", ""] {
        let elsewhere = browser.cookies().replace("__Host-Http-", name);
        assert_eq!(browser.send_with("/", &[elsewhere]).await.body, "nobody [] 0", "{name:?}");
    }
}
