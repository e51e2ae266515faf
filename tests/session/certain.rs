//! Everything that a session writes is read again: also types that write themselves through `Display`, whatever the length of the
//! part before them, and everything that a layer could not try out when it was built.

use std::fmt;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::{ChangeError, Session, SessionData, SessionError, View};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::browser::{Browser, TestClock, builder};

/// A value that writes itself through `Display`, as dates of most crates do, in so many pieces.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shown<const PIECES: usize>;

impl<const PIECES: usize> fmt::Display for Shown<PIECES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..PIECES).try_for_each(|piece| write!(f, "{}-{:02}", 2026, piece % 100))
    }
}

impl<const PIECES: usize> Serialize for Shown<PIECES> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const PIECES: usize> Deserialize<'de> for Shown<PIECES> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == Self.to_string() { Ok(Self) } else { Err(D::Error::custom("another text")) }
    }
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct After<T> {
    name: String,
    value: T,
}

impl<T: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static> SessionData for After<T> {
    const TAG: &'static str = "after";
    const VERSION: u16 = 1;
}

/// Writes `value` behind a name of each length, by a bare change, a `try_change` and a `save`, and reads it again.
async fn is_kept<T>(value: T)
where
    T: Clone + Default + PartialEq + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let of = move |len: usize| After { name: "n".repeat(len), value: value.clone() };
    let (change, attempt, save, show) = (of.clone(), of.clone(), of.clone(), of);
    let routes = Router::new()
        .route(
            "/change/{len}",
            get(async move |Path(len): Path<usize>, mut it: Session<After<T>>| *it = change(len)),
        )
        .route(
            "/try/{len}",
            get(async move |Path(len): Path<usize>, mut it: Session<After<T>>| {
                it.try_change(|it| {
                    *it = attempt(len);
                    Ok::<_, ()>(())
                })
                .unwrap();
            }),
        )
        .route(
            "/save/{len}",
            get(async move |Path(len): Path<usize>, mut it: Session<After<T>>| {
                *it = save(len);
                it.save().await
            }),
        )
        .route(
            "/show/{len}",
            get(async move |Path(len): Path<usize>, it: View<After<T>>| (*it == show(len)).to_string()),
        )
        .layer(builder(&TestClock::new()).session::<After<T>>("after").build().unwrap());
    let mut browser = Browser::new(routes);
    for len in 0..=600 {
        let way = ["change", "try", "save"][len % 3];
        assert_eq!(browser.get(&format!("/{way}/{len}")).await.status, 200, "{way} {len}");
        assert_eq!(browser.get(&format!("/show/{len}")).await.body, "true", "{way} {len}");
    }
}

#[tokio::test]
async fn what_writes_itself_through_display_is_kept_behind_a_text_of_any_length() {
    is_kept(Shown::<1>).await;
    is_kept(Some(Shown::<1>)).await;
    is_kept(vec![("a".to_owned(), Shown::<3>), ("b".to_owned(), Shown::<3>)]).await;
    is_kept((Shown::<0>, Shown::<40>)).await;
}

/// A code in capitals: no made-up text is one.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
struct Code(String);

impl TryFrom<String> for Code {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_code = text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_code { Ok(Self(text)) } else { Err("not a code") }
    }
}

impl From<Code> for String {
    fn from(Code(text): Code) -> Self {
        text
    }
}

/// A voucher whose note is left out where there is none: postcard has no names to tell which.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Voucher {
    code: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    cents: u32,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct Vouchers(Vec<Voucher>);

impl SessionData for Vouchers {
    const TAG: &'static str = "vouchers";
    const VERSION: u16 = 1;
}

/// Writes what another type reads: the brother of a field that is left out.
#[derive(Clone, Debug, Default, PartialEq)]
struct Refused(u32);

impl Serialize for Refused {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for Refused {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(deserializer)?;
        if number == 1_000_000 { Err(D::Error::custom("no such number")) } else { Ok(Self(number)) }
    }
}

impl SessionData for Refused {
    const TAG: &'static str = "refused";
    const VERSION: u16 = 1;
}

/// Reads another value than it wrote.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Capped(u32);

impl<'de> Deserialize<'de> for Capped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(u32::deserialize(deserializer)?.min(10_000)))
    }
}

impl SessionData for Capped {
    const TAG: &'static str = "capped";
    const VERSION: u16 = 1;
}

#[tokio::test]
async fn what_would_not_be_read_again_is_an_error_before_it_is_sent() {
    let voucher = || Voucher { code: Code("ABCDEFGH".into()), note: None, cents: 500 };
    let layer = builder(&TestClock::new()).session::<Vouchers>("vouchers");
    let layer = layer.session::<Refused>("refused").session::<Capped>("capped");
    let routes = Router::new()
        .route("/vouchers", get(async move |mut it: Session<Vouchers>| it.0.push(voucher())))
        .route("/refused", get(async |mut it: Session<Refused>| it.0 = 1_000_000))
        .route("/capped", get(async |mut it: Session<Capped>| it.0 = 1_000_000))
        .route(
            "/try",
            get(async |mut it: Session<Refused>| match it.try_change(|it| {
                it.0 = 1_000_000;
                Ok::<_, ()>(())
            }) {
                Err(ChangeError::Session(error)) => Err(error),
                other => panic!("{other:?}"),
            } as Result<(), SessionError>),
        )
        .route(
            "/save",
            get(async |mut it: Session<Capped>| {
                it.0 = 1_000_000;
                it.save().await
            }),
        );
    let mut browser = Browser::new(routes.layer(layer.build().unwrap()));
    for (path, name) in [
        ("/vouchers", "Vouchers"),
        ("/refused", "Refused"),
        ("/capped", "Capped"),
        ("/try", "Refused"),
        ("/save", "Capped"),
    ] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.sets().as_str()), (500, ""), "{path}");
        let Some(SessionError::NotEncodable(error)) = answer.error else {
            panic!("{path}: {:?}", answer.error)
        };
        let text = "is written as what it does not read, or reads as something else; skip_serializing_if does that, and a \
                    Deserialize that refuses what Serialize writes";
        assert_eq!(error, format!("{name} {text}"));
    }
}
