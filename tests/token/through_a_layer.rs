//! The vectors of pointers and records through a layer with a store: what the format says is what a handler meets.

use gingersnap::keyring::Keyring;
use gingersnap::store::{MemoryStore, Op, Record, RecordId, Store as _};
use gingersnap::token::{Aad, Kind, Plaintext, PointerClaims, Sealing};
use gingersnap::{Map, Refusal, Session, SessionLayer, testing};

use crate::vectors::{Vector, all, ring};
use crate::{SEALED_AT, base64url, unhex};

const AUDIENCE: &str = "shop.example/vectors";

/// The refusal that a handler sees in its session when the browser sends this cookie.
async fn refused(store: Option<&MemoryStore>, token: &str) -> Option<Refusal> {
    let clock = testing::TestClock::new();
    clock.set(SEALED_AT.unix());
    let layer = SessionLayer::builder(ring(), AUDIENCE).session::<Map>("session").clock(clock);
    let layer = match store {
        Some(store) => layer.store(store.clone()),
        None => layer,
    };
    let parts = testing::request(&layer.build().unwrap(), &format!("__Host-session={token}"));
    Session::<Map>::from_parts(&parts).await.unwrap().refused()
}

/// A row as the vector has it, in a store of its own.
async fn store_of(vector: &Vector, id: RecordId) -> MemoryStore {
    let store = MemoryStore::new();
    let version = vector.field("row-version").parse().unwrap();
    let record = Record { version, bytes: base64url::decode(str::from_utf8(&vector.token).unwrap()) };
    store.apply(&[Op::Insert { id, owner: None, lifetime: 3_600, record }]).await.unwrap();
    store
}

fn pointer(ring: &Keyring, record: RecordId) -> String {
    let mut plain = Plaintext::with_capacity(0);
    PointerClaims { started_at: SEALED_AT, record }.write(SEALED_AT, &mut plain);
    let aad = Aad::new(Kind::Data, "map", "__Host-session", AUDIENCE, "").unwrap();
    ring.seal(plain, &aad, SEALED_AT, &Sealing::new(SEALED_AT, [1; 16])).unwrap().to_string()
}

fn expected(vector: &Vector) -> Option<Refusal> {
    let name = vector.field("expect").strip_prefix("refused: ")?;
    let refusal = Refusal::ALL.into_iter().find(|refusal| refusal.name() == name).unwrap();
    // This ring is followed by nobody: no newer one can come.
    Some(if refusal == Refusal::UnknownNewerKey { Refusal::UnknownKey } else { refusal })
}

#[tokio::test]
async fn every_vector_of_a_record_is_taken_or_refused_by_a_layer() {
    let mut count = 0;
    for vector in all().iter().filter(|vector| vector.field("kind") == Kind::StoreRecord.name()) {
        let id = RecordId::from_bytes(unhex(vector.field("context")).try_into().unwrap());
        let store = store_of(vector, id).await;
        let found = refused(Some(&store), &pointer(&ring(), id)).await;
        assert_eq!(found, expected(vector), "{}", vector.name);
        count += 1;
    }
    assert_eq!(count, 54);
}

#[tokio::test]
async fn every_vector_of_a_pointer_is_taken_or_refused_by_a_layer() {
    let is_pointers = |name: &str| name.starts_with("open_pointer") || name.starts_with("claims_pointer");
    let mut count = 0;
    for vector in all().iter().filter(|vector| is_pointers(&vector.name)) {
        let token = str::from_utf8(&vector.token).unwrap();
        let (with, without) = (refused(Some(&MemoryStore::new()), token).await, refused(None, token).await);
        let (gone, no_store) = match expected(vector) {
            None => (Some(Refusal::Gone), Some(Refusal::NoStore)),
            refused => (refused, refused),
        };
        assert_eq!((with, without), (gone, no_store), "{}", vector.name);
        count += 1;
    }
    assert_eq!(count, 17);
}

#[tokio::test]
async fn a_record_in_a_browsers_cookie_is_forged() {
    let all = all();
    let vector = all.iter().find(|vector| vector.name == "record_as_a_cookie").unwrap();
    let token = str::from_utf8(&vector.token).unwrap();
    assert_eq!(refused(Some(&MemoryStore::new()), token).await, Some(Refusal::Forged));
}
