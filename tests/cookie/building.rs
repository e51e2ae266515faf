//! Settings that could not work are refused when the layer is built.

use gingersnap::cookie::{Cookie, CookieSettings, Prefix, SameSite};
use gingersnap::{Policy, SessionData, SessionLayer, SessionLayerBuilder};
use serde::{Deserialize, Serialize};

use crate::{Text, layer, ring};

#[track_caller]
fn refused(builder: SessionLayerBuilder, text: &str) {
    assert_eq!(builder.build().unwrap_err().to_string(), text);
}

#[track_caller]
fn bad_settings(settings: CookieSettings, text: &str) {
    assert_eq!(Cookie::new("session", &settings).unwrap_err().to_string(), text);
    refused(layer().cookies(settings), text);
}

fn default() -> CookieSettings {
    CookieSettings::default()
}

const NEEDS_SECURE: &str = "a name prefix and SameSite=None need Secure; for plain http in development use CookieSettings::insecure_http()";

#[test]
fn a_prefix_or_same_site_none_needs_secure() {
    for prefix in [Prefix::Host, Prefix::HostHttp, Prefix::Secure] {
        bad_settings(CookieSettings { prefix, secure: false, ..default() }, NEEDS_SECURE);
    }
    let none = CookieSettings { same_site: SameSite::None, ..CookieSettings::insecure_http() };
    bad_settings(none, NEEDS_SECURE);
}

#[test]
fn a_host_prefix_needs_the_root_path() {
    for prefix in [Prefix::Host, Prefix::HostHttp] {
        bad_settings(
            CookieSettings { prefix, path: "/shop".into(), ..default() },
            "a __Host- cookie needs the path /",
        );
    }
}

#[test]
fn a_path_has_its_characters_and_its_length() {
    for path in ["", "shop", "/a;b", "/a\r\nb", "/\u{e4}", "/\0"] {
        let text =
            format!("the cookie path {path:?} must begin with / and have neither ; nor control characters");
        bad_settings(CookieSettings { prefix: Prefix::Secure, path: path.into(), ..default() }, &text);
    }
    let of_len = |len| CookieSettings { prefix: Prefix::Secure, path: "/".repeat(len), ..default() };
    assert!(Cookie::new("session", &of_len(1024)).is_ok());
    assert!(Cookie::new("session", &of_len(1025)).is_err());
}

#[test]
fn a_partitioned_cookie_needs_same_site_none() {
    let text = "a Partitioned cookie is for embedded pages and needs SameSite=None";
    bad_settings(CookieSettings { partitioned: true, ..default() }, text);
    let embedded = CookieSettings { partitioned: true, same_site: SameSite::None, ..default() };
    assert!(Cookie::new("session", &embedded).is_ok());
}

#[test]
fn a_name_is_a_token_without_a_prefix() {
    for name in ["", "a b", "a=b", "a;b", "a,b", "\"a\"", "a\u{e4}", "a\n"] {
        let text = format!("the cookie name {name:?} is not a token of letters, digits and !#$%&'*+-.^_`|~");
        refused(layer().session::<Text>(name), &text);
    }
    for name in ["__Host-a", "__HOST-a", "__secure-a", "__Http-a", "__Host-Http-a"] {
        let text = format!("the cookie name {name:?} begins with a prefix; choose it in CookieSettings");
        refused(layer().session::<Text>(name), &text);
    }
}

#[test]
fn names_types_and_tags_do_not_collide() {
    for name in ["id", "seen", "flash"] {
        let text = format!("the cookie name {name:?} is taken; id, seen and flash are the layer's own");
        refused(layer().session::<Text>(name), &text);
    }
    refused(
        layer().session::<Text>("a").session::<Tagged<'t'>>("a"),
        "the cookie name \"a\" is taken; id, seen and flash are the layer's own",
    );
    refused(
        layer().session::<Text>("a").session::<Text>("b"),
        "the type cookie::Text is registered twice; wrap it in a newtype",
    );
    refused(
        layer().session::<Text>("a").session::<Tagged<'t'>>("b"),
        "the tag \"text\" of cookie::building::Tagged<'t'> is empty or another type's",
    );
    refused(
        layer().session::<Tagged<'e'>>("a"),
        "the tag \"\" of cookie::building::Tagged<'e'> is empty or another type's",
    );
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Tagged<const KIND: char>;

impl<const KIND: char> SessionData for Tagged<KIND> {
    const TAG: &'static str = if KIND == 't' { "text" } else { "" };
    const VERSION: u16 = 1;
}

#[test]
fn an_audience_is_required() {
    refused(
        SessionLayer::builder(ring(), ""),
        "the audience is empty: name the application and its environment, as in \"shop production\"",
    );
    let long = SessionLayer::builder(ring(), "x".repeat(65_536));
    refused(long, "the audience, a tag or a name is longer than 65535 bytes");
}

#[test]
fn a_policy_stays_within_the_rings_longest_session() {
    let with = |seconds| layer().policy(Policy::standard().absolute_timeout(seconds));
    assert!(with(1).build().is_ok() && with(2_592_000).build().is_ok());
    for seconds in [0, 2_592_001, u64::MAX] {
        let text = format!(
            "the policy's absolute timeout of {seconds} s must be between 1 s and the ring's longest session of 2592000 s"
        );
        refused(with(seconds), &text);
    }
}

#[test]
fn a_budget_holds_the_smallest_token_under_the_longest_name_and_at_most_4096_octets() {
    let with = |octets| layer().session::<Text>("session").budget(octets);
    // `__Host-session-own`, and 55 characters.
    for octets in [0, 72, 4097] {
        let text = format!("the budget is {octets} octets and must be between 73 and 4096");
        refused(with(octets), &text);
    }
    assert!(with(73).build().is_ok() && with(4096).build().is_ok());
    // A session of the browser has one name.
    let browsers = |octets| layer().browser_session::<Text>("session").budget(octets);
    refused(browsers(68), "the budget is 68 octets and must be between 69 and 4096");
    assert!(browsers(69).build().is_ok());
    refused(layer().budget(66), "the budget is 66 octets and must be between 67 and 4096");
}
