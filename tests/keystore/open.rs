//! The names of keystores, and texts that name none.

use gingersnap::keystore::{Keystore, open};

use super::*;

#[track_caller]
fn is(text: &str, shown: &str, file: Option<&str>) {
    let keystore = open(text).unwrap();
    assert_eq!(keystore.to_string(), shown, "{text}");
    assert_eq!(keystore.file(), file.map(Path::new), "{text}");
    assert!(!format!("{keystore:?}").contains("hunter2"));
}

#[test]
fn a_place_is_a_file_or_a_database_and_shows_no_password() {
    for (text, path) in [
        ("keys.json", "keys.json"),
        ("file:keys.json", "keys.json"),
        ("file:///etc/keys.json", "///etc/keys.json"),
        ("odd:name", "odd:name"),
        ("./odd://name", "./odd://name"),
    ] {
        is(text, path, Some(path));
    }
    #[cfg(feature = "postgres")]
    {
        is("postgres://u:hunter2@db:5/shop#a", "postgres://db:5/shop#a", None);
        is("postgresql://u:hunter2@db:5/shop", "postgres://db:5/shop#default", None);
    }
    #[cfg(feature = "redis")]
    {
        is("redis://u:hunter2@cache#a", "redis://cache:6379/0#a", None);
        is("rediss://:hunter2@[::1]:7/3", "rediss://[::1]:7/3#default", None);
    }
}

#[track_caller]
fn is_refused(text: &str, kind: KeystoreErrorKind, message: &str, hint: Option<&str>) {
    let error = open(text).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str(), error.hint()), (kind, message, hint), "{text}");
    assert!(!format!("{error:?}").contains("hunter2"));
}

const NO_PATH: &str = "it has :// in it and does not begin as a URL does; a path like that begins with ./";
const PLACES: &str = "postgres://…, redis:// or rediss://…, or a file: PATH or file:PATH";

#[test]
fn what_is_neither_is_refused_and_not_shown() {
    for (text, message) in [
        ("mysql://u:hunter2@db/shop", "unknown scheme mysql://"),
        ("file://hunter2/keys.json", "a file's URL names no host"),
        ("", "it names no file"),
        ("file:", "it names no file"),
        ("\"postgres://u:hunter2@db/shop\"", NO_PATH),
        (" postgres://u:hunter2@db/shop", NO_PATH),
        ("file:postgres://u:hunter2@db/shop", NO_PATH),
        ("GINGERSNAP_KEYS=redis://u:hunter2@db", NO_PATH),
    ] {
        is_refused(text, KeystoreErrorKind::BadUrl, message, Some(PLACES));
    }
}

#[test]
#[cfg(all(feature = "postgres", feature = "redis"))]
fn a_url_that_is_half_of_a_password_is_refused_and_not_shown() {
    const SLASH: &str = "a keystore's URL: what follows '/' has an '@' in it";
    let slash = Some("write a '/' that is part of a password as %2F");
    is_refused("postgres://u:123/hunter2@db/shop", KeystoreErrorKind::BadUrl, SLASH, slash);
    is_refused("redis://u:123/hunter2@db/0", KeystoreErrorKind::BadUrl, SLASH, slash);
    let message = "a keystore's URL: it begins with redis:// or rediss://";
    is_refused("redis:hunter2", KeystoreErrorKind::BadUrl, message, None);
}

#[test]
#[cfg(not(any(feature = "postgres", feature = "redis")))]
fn what_the_build_lacks_is_refused_by_name() {
    let kind = KeystoreErrorKind::Unsupported;
    for url in ["postgres://u:hunter2@db/shop", "postgresql://db/shop"] {
        let hint = Some("build it with the feature `postgres`");
        is_refused(url, kind, "this build has no PostgreSQL keystore", hint);
    }
    for url in ["redis://u:hunter2@db", "rediss://db"] {
        is_refused(url, kind, "this build has no Redis keystore", Some("build it with the feature `redis`"));
    }
}

/// A stranger's ring must not be taken for one in clear, and an identity must not be passed over.
#[test]
#[cfg(not(feature = "age"))]
fn what_is_encrypted_is_refused_by_name_where_nothing_opens_it() {
    use gingersnap::keystore::Envelope;

    let refused = |error: KeystoreError| {
        assert_eq!(error.kind(), KeystoreErrorKind::Unsupported);
        assert_eq!(error.to_string(), "this build opens no encrypted rings and makes none");
        assert_eq!(error.hint(), Some("build it with the feature `age`"));
    };
    let plain = Envelope::new().allow_plaintext(true);
    for stored in ["age-encryption.org/v1\n", "-----BEGIN AGE ENCRYPTED FILE-----\n"] {
        refused(plain.open(stored.as_bytes()).unwrap_err());
        assert_eq!(Envelope::recipients_of(stored.as_bytes()), Some(0));
    }
    refused(Envelope::new().identities("AGE-SECRET-KEY-1").unwrap_err());
    refused(Envelope::new().recipients("age1").unwrap_err());
    assert_eq!(*plain.open(&plain.seal(b"ring").unwrap()).unwrap(), b"ring");
    let error = Envelope::new().open(b"ring").unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (KeystoreErrorKind::Sealed, "the ring is not encrypted")
    );
}

#[test]
fn an_operators_value_is_shown_unless_it_may_be_a_secret() {
    let longest = "n".repeat(255);
    for shown in [
        "",
        "keys.age",
        "/run/secrets/a b/é.json",
        "C:\\keys.json",
        "user@host.json",
        "https://shop.example:8080",
        "postgres://db.example:5432/shop#blog",
        "passwords/keys.age",
        longest.as_str(),
    ] {
        assert_eq!(KeystoreError::shown(shown), shown);
    }
    let long = "n".repeat(256);
    for hidden in [
        "{",
        "}",
        "\"secret\": x",
        "two\nlines",
        "a\rb",
        "\u{1b}[2J",
        "AGE-SECRET-KEY-1QQ",
        "age-secret-key-1qq",
        "file:AGE-PLUGIN-YUBIKEY-1QQ",
        "-----BEGIN PRIVATE KEY-----",
        "postgres://user:hunter2@db/shop",
        "REDIS://:hunter2@db",
        "see https://a@b",
        "host=db password=hunter2",
        "PGPASSWORD=hunter2",
        "?sslpassword=hunter2",
        long.as_str(),
    ] {
        let told = format!("<{} bytes that may be a secret>", hidden.len());
        assert_eq!(KeystoreError::shown(hidden), told);
    }
    // Where errors quote a path, they quote it so.
    let error = FileKeystore::new("AGE-SECRET-KEY-1QQ").read().unwrap_err();
    assert_eq!(error.to_string(), "cannot read <18 bytes that may be a secret>: no such file or directory");
    assert_eq!(FileKeystore::new("{").to_string(), "<1 bytes that may be a secret>");
    let error = open("AGE-SECRET-KEY-1QQ://x").unwrap_err();
    assert_eq!(error.to_string(), "unknown scheme <18 bytes that may be a secret>://");
}
