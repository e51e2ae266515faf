//! Logins of some time ago: the ring can seal them, so no test need wait.

use std::{fs, path::Path};

use gingersnap::{
    Clock as _, Entropy as _, OsEntropy, SystemClock, Timestamp,
    keyring::Keyring,
    token::{Aad, IdentityClaims, Kind, Plaintext, Sealing, SessionId},
};

/// The value of the `__Host-id` that the shop would have sent `age` seconds ago.
pub(crate) fn older_login(ring: &Path, subject: &str, age: u64) -> String {
    let keyring = Keyring::parse(&fs::read(ring).expect("a ring")).expect("a ring");
    let now = SystemClock.now();
    let then = Timestamp::from_unix(now.unix() - age);
    let mut random = [0; 32];
    OsEntropy.fill(&mut random).expect("randomness");
    let (session_id, random) = random.split_at(16);
    let claims = IdentityClaims {
        session_id: SessionId::from_bytes(session_id.try_into().expect("16 bytes")),
        person: keyring.person(AUDIENCE, "", subject).expect("a subject short enough"),
        subject,
        started_at: then,
        authenticated_at: then,
        remembered: false,
        ends_at: then.plus(DAY),
    };
    let mut plain = Plaintext::with_capacity(64);
    claims.write(then, &mut plain);
    let aad = Aad::new(Kind::Identity, "", "__Host-id", AUDIENCE, "").expect("short");
    let random = random.try_into().expect("16 bytes");
    let sealed = keyring.seal(plain, &aad, now, &Sealing::new(then, random));
    sealed.expect("sealed").to_string()
}

const AUDIENCE: &str = "gingersnap demo";
/// The shop's absolute timeout.
const DAY: u64 = 24 * 60 * 60;
