//! The names of stores, and texts that name none.

use gingersnap::store::{StoreError, StoreErrorKind, open};

#[track_caller]
fn is(url: &str, shown: &str) {
    let store = open(url).unwrap();
    assert_eq!(store.to_string(), shown);
    assert_eq!(format!("{store:?}"), format!("Store({shown})"));
}

#[test]
fn a_store_shows_no_password() {
    is("memory:", "memory");
    #[cfg(feature = "redis")]
    {
        is("redis://u:hunter2@db:5/1#a", "redis://db:5/1#a");
        is("rediss://u:hunter2@db", "rediss://db:6379/0#default");
    }
    #[cfg(feature = "postgres")]
    {
        is("postgres://u:hunter2@db:5/shop#a", "postgres://db:5/shop#a");
        is("postgresql://u:hunter2@db:5/shop", "postgres://db:5/shop#default");
    }
    #[cfg(feature = "sqlite")]
    {
        is("sqlite:no/such.db", "sqlite:no/such.db#default");
        is("sqlite:///no/such.db#a", "sqlite:///no/such.db#a");
    }
}

const PLACES: &str = "sqlite:PATH, postgres://…, redis:// or rediss://…, or memory:";

#[test]
fn what_is_no_store_is_refused_and_not_shown() {
    for (url, message) in [
        ("mysql://u:hunter2@db/shop", "unknown scheme mysql:"),
        ("memory:hunter2", "nothing follows memory:"),
        ("sessions.db", "it names no kind of store"),
        ("", "it names no kind of store"),
        ("\"postgres://u:hunter2@db/shop\"", "unknown scheme <9 bytes that may be a secret>:"),
    ] {
        fails(open(url), StoreErrorKind::BadUrl, message, Some(PLACES));
    }
}

#[test]
#[cfg(feature = "postgres")]
fn a_url_that_makes_no_sense_is_refused_and_not_shown() {
    let name = "a store's URL: a store's name, after '#', has 1 to 64 letters, digits, '_', '.' and '-'";
    let hash = Some("write a '#' that is part of a password as %23");
    fails(open("postgres://u:hunter2#@h/db"), StoreErrorKind::BadUrl, name, hash);
    fails(open("postgres://h/db#it's"), StoreErrorKind::BadUrl, name, hash);
    let slash = "a store's URL: what follows '/' has an '@' in it";
    let hint = Some("write a '/' that is part of a password as %2F");
    fails(open("postgres://u:123/hunter2@db/shop"), StoreErrorKind::BadUrl, slash, hint);
    fails(
        open("postgres:hunter2"),
        StoreErrorKind::BadUrl,
        "a store's URL: it begins with postgres://",
        None,
    );
}

#[test]
#[cfg(feature = "sqlite")]
fn a_path_that_is_none_is_refused() {
    let hint = Some("sqlite:PATH, as in sqlite:/var/lib/shop/sessions.db; sessions in memory are memory:");
    for url in ["sqlite:", "sqlite::memory:", "sqlite:a.db?mode=rwc", "sqlite:postgres://u:hunter2@db"] {
        fails(
            open(url),
            StoreErrorKind::BadUrl,
            "a store's URL: what follows sqlite: is no file's path",
            hint,
        );
    }
    fails(open("sqlite://a.db"), StoreErrorKind::BadUrl, "a store's URL: a file's URL names no host", hint);
}

#[track_caller]
pub(crate) fn fails<T>(
    result: Result<T, StoreError>,
    kind: StoreErrorKind,
    message: &str,
    hint: Option<&str>,
) {
    let Err(error) = result else { panic!("it is done") };
    assert_eq!((error.kind(), error.to_string().as_str(), error.hint()), (kind, message, hint));
    assert!(!format!("{error:?}").contains("hunter2"));
}
