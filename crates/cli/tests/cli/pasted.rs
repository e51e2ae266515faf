//! Tokens as people copy them: alone, in a cookie, in fields with several cookies.

use super::*;
use crate::token::sealed_of;

/// Claims of nobody's session, and the data `abc`; an activity of a session with zeros for its id.
const DATA: &str = "09000702616263";

/// A token for the cookie `__Host-cart` and one for `__Host-seen`.
fn tokens(place: &Place) -> (String, String) {
    let data = sealed_of(place, &["--tag", "cart", "--cookie-name", "__Host-cart"], DATA);
    (data, sealed_of(place, &["--kind", "activity"], &"00".repeat(16)))
}

/// The facts that `open` tells of what is pasted.
fn opened(place: &Place, pasted: &str, args: &[&str]) -> Value {
    let open = [&["token", "open", "--json", "--audience", "shop"], args].concat();
    let output = place.run_with_stdin(&open, pasted);
    assert!(output.status.success(), "{pasted}: {}", text(&output.stderr));
    assert_eq!(place.json(&[&["token", "open", pasted, "--json", "--audience", "shop"], args].concat()), {
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    });
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_cookie_opens_in_whatever_it_was_copied_with() {
    let place = Place::with_ring("pasted_forms");
    let (token, seen) = tokens(&place);
    for pasted in [
        format!("__Host-cart={token}"),
        format!("  \"__Host-cart={token}\"\n"),
        format!("__Host-cart=\"{token}\""),
        format!("'__Host-cart={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600'"),
        format!("Set-Cookie: __Host-cart={token}; Path=/; Secure; HttpOnly"),
        format!("< set-cookie: __Host-cart={token}; Path=/\r\n"),
        format!("Cookie: theme=dark; __Host-cart={token}; lang=en"),
        format!("__Host-cart={token}; __Host-cart={token}"),
        format!("__Host-cart:\"{token}\""),
        format!("__Host-cart:\"{token}\"\nCreated:\"Mon, 30 Nov 2026 12:00:00 GMT\"\nHttpOnly:true\n"),
        format!("__Host-cart\t{token}\tlocalhost\t/\tSession\t120\t✓\t✓\tLax\t\t\tMedium\n"),
        format!("theme\tdark\tlocalhost\t/\n__Host-cart\t{token}\tlocalhost\t/\n"),
    ] {
        assert_eq!(opened(&place, &pasted, &["--tag", "cart"])["data"], "616263", "{pasted}");
        let inspected = place.json(&["token", "inspect", &pasted, "--json"]);
        assert_eq!(inspected["key"], place.keys("active")[0], "{pasted}");
    }
    let alone = ["--tag", "cart", "--cookie-name", "__Host-cart"];
    assert_eq!(opened(&place, &format!(" {token}\n"), &alone)["data"], "616263");
    let error = "gingersnap: error: refused: not_base64url\n\
                 gingersnap: hint: leave out the quotes around the token\n";
    place.fails(&["token", "inspect", &format!("\"{token}\"")], 1, error);
    // The name says what kind it is.
    let facts = opened(&place, &format!("__Host-seen={seen}"), &[]);
    assert_eq!((&facts["kind"], &facts["session_id"]), (&"activity".into(), &"00".repeat(16).into()));
}

#[test]
fn of_several_tokens_the_name_says_which() {
    let place = Place::with_ring("pasted_several");
    let (token, seen) = tokens(&place);
    let fields = format!("Cookie: __Host-seen={seen}; theme=dark; __Host-cart={token}");
    for verb in ["inspect", "open"] {
        let args =
            [&["token", verb, &fields][..], if verb == "open" { &["--audience", "shop"] } else { &[] }];
        let error = "gingersnap: error: there are 2 tokens here\n\
                     gingersnap: hint: --cookie-name says which: __Host-cart, __Host-seen\n";
        place.fails(&args.concat(), 2, error);
        let error = "gingersnap: error: no token here is under the name theme\n\
                     gingersnap: hint: --cookie-name may be __Host-cart, __Host-seen\n";
        place.fails(&[&args.concat()[..], &["--cookie-name", "theme"]].concat(), 2, error);
    }
    let cart = ["--tag", "cart", "--cookie-name", "__Host-cart"];
    assert_eq!(opened(&place, &fields, &cart)["data"], "616263");
    assert_eq!(opened(&place, &fields, &["--cookie-name", "__Host-seen"])["kind"], "activity");
    // Two fields of an answer, as they are copied together.
    let answer =
        format!("set-cookie: __Host-cart={token}; Path=/\r\nset-cookie: __Host-seen={seen}; Path=/\r\n");
    assert_eq!(opened(&place, &answer, &cart)["data"], "616263");
    let twice = format!("a={token}; a={seen}");
    let error = "gingersnap: error: there are 2 different tokens under the name a\n\
                 gingersnap: hint: paste one of them alone\n";
    place.fails(&["token", "inspect", &twice], 2, error);
    let error = "gingersnap: error: none of these 2 cookies is a token\n\
                 gingersnap: hint: paste all that the browser has for the application, or a token alone\n";
    place.fails(&["token", "inspect", "Cookie: theme=dark; lang=en"], 2, error);
}

const ALONE: &str = "paste it with its cookie's name (`__Host-id=…`), which says what kind it is; --tag names the tag of data\n";

#[test]
fn a_token_that_does_not_open_is_told_what_was_tried() {
    let place = Place::with_ring("pasted_tried");
    let (token, seen) = tokens(&place);
    let was = "gingersnap: error: refused: forged\n\
               gingersnap: hint: the token was not sealed by this key for this use, or was changed since\n";
    let cookie = format!("__Host-cart={token}");
    for (pasted, args, tried, advice) in [
        (
            &cookie,
            &["--audience", "shop"][..],
            "tried: audience \"shop\", tag \"\", cookie name \"__Host-cart\", kind data\n",
            "data has a tag, that of its type: --tag names it\n",
        ),
        (
            &cookie,
            &["--audience", "Shop\u{1b}", "--tag", "cart"],
            "tried: audience \"Shop\\u{1b}\", tag \"cart\", cookie name \"__Host-cart\", kind data\n",
            "each of these is as the application has it; --audience, --tag, --cookie-name and --kind change them\n",
        ),
        (
            &seen,
            &["--audience", "shop", "--tag", "cart"],
            "tried: audience \"shop\", tag \"cart\", cookie name \"__Host-session\", kind data\n",
            ALONE,
        ),
        (
            &seen,
            &["--audience", "shop"],
            "tried: audience \"shop\", tag \"\", cookie name \"__Host-session\", kind data\n",
            ALONE,
        ),
        (
            &seen,
            &["--audience", "shop", "--kind", "data"],
            "tried: audience \"shop\", tag \"\", cookie name \"__Host-session\", kind data\n",
            "data has a tag, that of its type: --tag names it\n",
        ),
        (
            &format!("__Host-seen={seen}"),
            &["--audience", "shop", "--tag", "cart"],
            "tried: audience \"shop\", tag \"cart\", cookie name \"__Host-seen\", kind activity\n",
            "only data and records have a tag: leave out --tag\n",
        ),
    ] {
        let args = [&["token", "open", pasted], args].concat();
        place.fails(&args, 1, &format!("{was}{tried}{advice}"));
    }
    fs::remove_file(place.ring_path()).unwrap();
    place.succeeds(&INIT);
    let error = "gingersnap: error: refused: unknown_newer_key\n\
                 gingersnap: hint: the token's key is newer than the loaded key ring: --keys names the application's ring\n";
    place.fails(&["token", "open", &cookie, "--audience", "shop"], 1, error);
}
