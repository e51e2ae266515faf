//! Command lines that cannot be understood, and the error for each.

use super::*;

#[test]
fn what_is_no_id_of_a_key_is_told_where_the_ids_are() {
    let place = Place::with_ring("no_id");
    for verb in ["show", "promote", "disable", "enable", "revoke"] {
        let said = text(&place.run(&["keys", verb, "zzzzzz"]).stderr);
        let start = "gingersnap: error: invalid value 'zzzzzz' for '";
        let hint = "digits\ngingersnap: hint: `gingersnap keys list` shows the ids\n";
        assert!(said.starts_with(start) && said.contains(hint), "{verb}: {said}");
    }
}

#[test]
fn what_cannot_be_parsed_is_a_usage_error() {
    let place = Place::with_ring("usage");
    for args in [
        &["keys", "show", "XYZ"][..],
        &["keys", "rotate", "--propagation", "soon"],
        &["keys", "rotate", "--propagation", "1h", "--now"],
        &["keys", "revoke"],
        &["keys", "revoke", "--all-created-before", "yesterday"],
        &["keys", "revoke", "00ff00", "--all-created-before", "2020-01-01T00:00:00Z"],
        &["keys", "sessions-dead-before"],
        &["keys", "sessions-dead-before", "yesterday"],
        &["keys", "sessions-dead-before", "1969-12-31T23:59:59Z"],
        &["keys", "rotate", "--propagation", "31d"],
        &["keys", "tick", "--every", "1h", "--propagation", "1h"],
        &["keys", "tick", "--every", "often"],
        &["keys", "tick", "--propagation", "31d", "--every", "60d"],
        &["keys", "lint", "--longest-policy", "forever"],
        &["keys", "restore"],
        &["keys", "restore", "nowhere.json", "--yes"],
        &["keys", "init", "--suite", "rot13"],
        &["keys", "init", "--plaintext", "--keys", "new.json", "--longest-session", "500d"],
        &["keys", "sessions-dead-before", "2099-01-01T00:00:00Z"],
        &["keys", "revoke", "--all-created-before", "2099-01-01T00:00:00Z"],
        &["keys", "disappear"],
        &["--listen", "nowhere"],
        &["demo", "--tls-cert", "cert.pem"],
        &["keys"],
        &["disappear"],
    ] {
        let output = place.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        // A verb that is missing is answered with those there are.
        let start = if args == ["keys"] { "Make and change the key ring\n" } else { "gingersnap: error: " };
        assert!(text(&output.stderr).starts_with(start), "{args:?}");
    }
}

#[test]
fn who_looks_for_the_shop_under_serve_is_told_where_it_is() {
    let output = Place::empty("serve").run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    let start =
        "gingersnap: error: unrecognized subcommand 'serve'\n\n  tip: the shop is `gingersnap demo`\n";
    assert!(said.starts_with(start), "{said}");
}

#[test]
fn options_before_a_command_are_told_to_come_after_it() {
    let place = Place::empty("options_first");
    let secret = "postgres://u:hunter2@db/shop";
    for (args, turned) in [
        (&["--keys", "keys.age", "keys", "list"][..], "keys list --keys keys.age"),
        (
            &["--keys=keys.age", "--plaintext", "keys", "lint", "--json"],
            "keys lint --json --keys=keys.age --plaintext",
        ),
        (&["--keys", secret, "keys", "list"], "keys list --keys <28 bytes that may be a secret>"),
    ] {
        let error = format!(
            "gingersnap: error: unexpected argument 'keys' found\n\n  \
             tip: options come after the command: `gingersnap {turned}`\n\n\
             For more information, try '--help'.\n"
        );
        place.fails(args, 2, &error);
    }
    // These are the shop's own, or nobody's.
    for args in
        [&["--keys", "keys", "--lisen", "1"][..], &["keys", "list", "keys"], &["--keys", "a", "biscuits"]]
    {
        let output = place.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!text(&output.stderr).contains("come after the command"), "{}", text(&output.stderr));
    }
}

#[test]
fn an_option_that_names_nothing_is_an_error_and_leaves_nothing() {
    let place = Place::empty("nothing_named");
    let error = "gingersnap: error: --keys: it names no file\n\
                 gingersnap: hint: postgres://…, redis:// or rediss://…, or a file: PATH or file:PATH\n";
    for keys in ["", "file:"] {
        place.fails(&["keys", "init", "--plaintext", "--keys", keys], 2, error);
        place.fails(&["demo", "--keys", keys], 2, error);
        let output = place.command(&["keys", "list"]).env("GINGERSNAP_KEYS", keys).output().unwrap();
        assert_eq!(text(&output.stderr), error);
    }
    assert!(place.names().is_empty());
}
